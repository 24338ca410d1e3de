"""Files that are not what they should be: refused with a reason, and what was sent is deleted."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest

from tests.domains.auth.accounts import code
from tests.domains.files.raw_archives import Raw, joined
from tests.domains.files.samples import (
    MP4,
    ODT,
    PDF,
    WEBM,
    WORD,
    archive,
    box,
    image,
    open_document,
    word,
)
from tests.domains.files.uploads import FILES, complete, send, stored
from tests.support.world import World

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
ZEROS = bytes(12 * 1024 * 1024)
LIAR = Raw(content=ZEROS, table={"unpacked": 1000}, local={"unpacked": 1000})
PARTS = (Raw(b"[Content_Types].xml"), Raw(b"word/document.xml"))


def pixel_flood(width: int = 40_000, height: int = 40_000) -> bytes:
    """A PNG of a few bytes that claims 1.6 thousand million pixels, in rows that are all there, packed well."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">2I5B", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def linked() -> bytes:
    """An archive with a symbolic link to a file of the system."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(entry, "/etc/passwd")
    return file.getvalue()


def patched(content: bytes, mark: bytes, offset: int, value: bytes) -> bytes:
    """The same with other bytes behind the last mark."""
    at = content.rindex(mark) + offset
    return content[:at] + value + content[at + len(value) :]


def overlapping() -> bytes:
    """Two entries of the table that lead to the same bytes."""
    made = archive({"a": bytes(100), "b": bytes(100)}, method=zipfile.ZIP_STORED)
    return patched(made, b"PK\x01\x02", 42, bytes(4))


def encrypted() -> bytes:
    return patched(archive(), b"PK\x01\x02", 8, b"\x01\x00")


def many_entries() -> bytes:
    return archive({f"{number}": b"" for number in range(10_001)}, method=zipfile.ZIP_STORED)


HOSTILE: dict[str, tuple[str, str, Callable[[], bytes], str]] = {
    "html as pdf": ("homework", "application/pdf", lambda: b"<html><script>alert(1)</script></html>", "wrong_content"),
    "png as jpeg": ("homework", "image/jpeg", lambda: image("PNG"), "wrong_content"),
    "jpeg as pdf": ("homework", "application/pdf", lambda: image("JPEG"), "wrong_content"),
    "program as zip": ("homework", "application/zip", lambda: b"MZ" + bytes(200), "wrong_content"),
    "svg as png": ("avatar", "image/png", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "wrong_content"),
    "webm as mp4": ("video", "video/mp4", lambda: WEBM, "wrong_content"),
    "matroska as webm": ("video", "video/webm", lambda: WEBM.replace(b"webm", b"mkv_"), "wrong_content"),
    "mp4 without its index": ("video", "video/mp4", lambda: box(b"ftyp", b"isom") + box(b"mdat", bytes(9)), "damaged"),
    "mp4 that is cut": ("video", "video/mp4", lambda: MP4[:-9], "damaged"),
    "pdf that is cut": ("homework", "application/pdf", lambda: PDF[:-7], "damaged"),
    "pdf and zip": ("homework", "application/pdf", lambda: PDF + archive(), "two_in_one"),
    "pdf and zip and decoy": (
        "homework", "application/pdf", lambda: PDF + archive() + b"PK\x05\x06", "two_in_one",
    ),
    "pdf and page": ("homework", "application/pdf", lambda: PDF[:9] + b"<HTML><script>" + PDF[9:], "two_in_one"),
    "gif and script": ("avatar", "image/gif", lambda: b"GIF89a/*<script>alert(1)</script>*/=1;", "two_in_one"),
    "jpeg and zip": ("homework", "image/jpeg", lambda: image("JPEG") + archive(), "two_in_one"),
    "png and pdf": ("avatar", "image/png", lambda: image("PNG")[:8] + PDF + image("PNG")[8:], "two_in_one"),
    "zip behind something": ("homework", "application/zip", lambda: b"PK\x03\x04" + PDF + archive(), "two_in_one"),
    "zip before something": ("homework", "application/zip", lambda: archive() + b"<html>", "two_in_one"),
    "bomb": ("homework", "application/zip", lambda: archive({"zeros": ZEROS}), "unpacks_too_large"),
    "bomb as document": ("homework", WORD, lambda: word(more={"zeros": ZEROS}), "unpacks_too_large"),
    "more than the table says": ("homework", "application/zip", lambda: joined(LIAR), "unpacks_too_large"),
    "more than the document says": ("homework", WORD, lambda: joined(*PARTS, LIAR), "unpacks_too_large"),
    "an entry that is not listed": (
        "homework", "application/zip", lambda: joined(Raw(), Raw(b"../x"), Raw(b"b"), hidden=[1]), "two_in_one",
    ),
    "entries in entries": ("homework", "application/zip", overlapping, "unpacks_too_large"),
    "too many entries": ("homework", "application/zip", many_entries, "unpacks_too_large"),
    "a path upwards": ("homework", "application/zip", lambda: archive({"../../x": b"x"}), "unsafe_archive"),
    "a path from the root": ("homework", "application/zip", lambda: archive({"/etc/x": b"x"}), "unsafe_archive"),
    "a drive": ("homework", "application/zip", lambda: archive({"c:\\x": b"x"}), "unsafe_archive"),
    "a link": ("homework", "application/zip", linked, "unsafe_archive"),
    "an odd packing": ("homework", "application/zip", lambda: archive(method=zipfile.ZIP_BZIP2), "unsafe_archive"),
    "a password": ("homework", "application/zip", encrypted, "encrypted"),
    "zip without its table": ("homework", "application/zip", lambda: archive()[:-22], "damaged"),
    "zip with a torn table": (
        "homework", "application/zip", lambda: patched(archive(), b"PK\x05\x06", 8, b"\x02\x00\x02\x00"), "damaged",
    ),
    "macros": ("homework", WORD, lambda: word(more={"word/vbaProject.bin": b"x"}), "macros"),
    "an archive as document": ("homework", WORD, archive, "wrong_content"),
    "word as text of another kind": ("homework", ODT, word, "wrong_content"),
    "text of another kind as word": ("homework", WORD, open_document, "wrong_content"),
    "text that is none": ("homework", "text/plain", lambda: b"caf\xe9", "not_utf8"),
    "text that ends in a letter": ("homework", "text/plain", lambda: "é".encode()[:1], "not_utf8"),
    "text with zeros": ("homework", "text/csv", lambda: b"a,b\x00\n", "wrong_content"),
    "a page as text": ("homework", "text/plain", lambda: b"\n <!DOCTYPE html><p>", "two_in_one"),
    "a page as markdown": ("homework", "text/markdown", "\ufeff<script>x".encode, "two_in_one"),
    "pixels without end": ("avatar", "image/png", pixel_flood, "too_many_pixels"),
    "many pixels in homework": ("homework", "image/png", lambda: pixel_flood(8_000, 8_000), "too_many_pixels"),
    "a png that is cut": ("avatar", "image/png", lambda: image("PNG", (400, 300))[:-40], "damaged"),
    "a jpeg that is cut": ("avatar", "image/jpeg", lambda: image("JPEG", (400, 300))[:900], "damaged"),
    "a webp that is cut": ("homework", "image/webp", lambda: image("WEBP", (400, 300))[:60], "damaged"),
    "a png of nothing": ("avatar", "image/png", lambda: b"\x89PNG\r\n\x1a\n" + bytes(90), "damaged"),
}  # fmt: skip


@on_sqlite
async def test_it_is_refused_and_deleted(world: World) -> None:
    cara = await world.member("Cara Creator", can_create_courses=True)
    found = {}
    for case, (purpose, content_type, make, _) in HOSTILE.items():
        sent = await send(cara, purpose, content_type, make())
        assert sent.put.is_success, (case, sent.put.text)
        answer = await complete(cara, sent.id)
        found[case] = answer.json().get("reason", answer.text)
        assert code(answer) == (422, "file_refused"), case
        shown = (await cara.get(f"{FILES}/{sent.id}")).json()
        assert (shown["state"], shown["reason"], shown["image"]) == ("refused", found[case], None), case
        assert code(await complete(cara, sent.id)) == (422, "file_refused")
    assert found == {case: reason for case, (_, _, _, reason) in HOSTILE.items()}
    await world.settle()
    assert await stored(world) == []
    assert {item["state"] for item in (await cara.get(FILES)).json()["items"]} == {"refused"}


@on_sqlite
async def test_an_upload_after_the_refusal_is_deleted_too(world: World) -> None:
    """An address works until it ends: whatever still comes is deleted then."""
    sam = await world.member("Sam Sample")
    sent = await send(sam, "homework", "application/pdf", b"<html>" + PDF)
    assert code(await complete(sam, sent.id)) == (422, "file_refused")
    await world.settle()
    upload = sent.created["upload"]
    again = await world.http.put(upload["url"], headers=upload["headers"], content=b"<html>" + PDF)
    assert again.is_success
    assert await stored(world) == ["files/…/…"]
    world.clock.advance(minutes=42)  # nothing that began in time comes later
    await world.settle()
    assert await stored(world) == []
