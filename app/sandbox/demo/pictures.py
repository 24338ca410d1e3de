"""The pictures of the demo courses: drawn here, so that none has to be licensed, kept or downloaded."""

import io
from typing import Final

from app.edge.media import THUMBNAIL
from app.providers.storage.port import ObjectStore

_TYPE: Final = "image/webp"
_FOREVER: Final = "public, max-age=31536000, immutable"
_BANDS: Final = 5
_SHADES: Final = ((38, 70, 83), (42, 110, 143), (233, 160, 106), (244, 200, 120), (231, 111, 81))


async def put_pictures(store: ObjectStore, keys: list[str]) -> None:
    """Store a picture of its own under each key, in all sizes."""
    for number, key in enumerate(keys):
        for width, object_key in zip(THUMBNAIL.widths, THUMBNAIL.keys_of(key), strict=True):
            await store.put(object_key, _drawn(number, width), content_type=_TYPE, cache_control=_FOREVER)


def _drawn(number: int, width: int) -> bytes:
    """Bands of colour, 16 by 9, begun with another one for each number."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - 5 MB that a server which seeds nothing never needs

    height = width * 9 // 16
    picture = Image.new("RGB", (width, height))
    brush = ImageDraw.Draw(picture)
    for band in range(_BANDS):
        left = width * band // _BANDS
        brush.rectangle((left, 0, width, height), fill=_SHADES[(number + band) % len(_SHADES)])
    made = io.BytesIO()
    picture.save(made, "WEBP", quality=80)
    return made.getvalue()
