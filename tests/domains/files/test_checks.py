"""Checking takes few reads, whatever was uploaded: each of them is a call to the store."""

import pytest

from app.domains.files.archives import Archives
from app.domains.files.checks import check_content
from app.domains.files.types import Content, Fault, Unfit
from tests.domains.files.samples import box


async def test_a_video_of_thousands_of_boxes_is_not_read_to_its_end() -> None:
    content, reads = box(b"ftyp", b"isom") + box(b"free", b"") * 100_000 + box(b"moov", b""), 0

    async def read(start: int, length: int) -> bytes:
        nonlocal reads
        reads += 1
        return content[start : start + length]

    with pytest.raises(Unfit) as refusal:
        await check_content(Content(len(content), read), "video/mp4", Archives())
    assert refusal.value.fault is Fault.DAMAGED
    assert reads < 100
