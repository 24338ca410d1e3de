"""Makes pictures of an image that somebody uploaded. A program of its own, run by path with nothing of ours imported:

    python -I imaging.py CONTENT_TYPE SHAPE FOLDER WIDTH… < image

SHAPE is `square`, `wide`, or `same`: the last keeps type and size, and takes no width. Writes `WIDTH.webp` or `same` to
the folder. Nothing of the image but what one sees gets into them. Ends with 0; with 3 when the image is damaged, with 4
when it is too large, and with 5 when the folder is full. However hostile the image is, memory and time end with this
process.
"""

import errno
import io
import os
import struct
import sys
import warnings
from pathlib import Path
from typing import Final

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

DAMAGED: Final = 3
TOO_LARGE: Final = 4
NO_ROOM: Final = 5
MOST_PIXELS: Final = 50_000_000
_MOST_OF: Final = {"WEBP": 24_000_000}  # it is read and written as a whole, each pixel in a dozen bytes
_MOST_MEMORY: Final = 1024 * 1024 * 1024
_MOST_CPU_S: Final = 20
_QUALITY: Final = 82
_COPY_QUALITY: Final = 92
_NARROW: Final = frozenset({"1", "L", "P"})  # a byte a pixel or less, where colours take three or four
_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
_BROKEN: Final = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    struct.error,
    EOFError,
    IndexError,
    KeyError,
)


def main(content_type: str, shape: str, folder: str, *widths: str) -> int:
    _limit()
    try:
        _make(sys.stdin.buffer.read(), _FORMATS[content_type], shape, Path(folder), [int(width) for width in widths])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        return TOO_LARGE
    except _BROKEN as error:
        return NO_ROOM if getattr(error, "errno", None) == errno.ENOSPC else DAMAGED
    return 0


def _limit() -> None:
    """Of this process, which steps back behind the server."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not there on Windows

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_CPU_S, _MOST_CPU_S + 5))  # first it is told why
        os.nice(10)


def _make(data: bytes, kind: str, shape: str, folder: Path, widths: list[int]) -> None:
    with Image.open(io.BytesIO(data), formats=[kind]) as found:
        if found.width * found.height > _MOST_OF.get(kind, MOST_PIXELS):
            raise Image.DecompressionBombError
        found.verify()
    with Image.open(io.BytesIO(data), formats=[kind]) as image:
        if shape == "same":
            _copied(ImageOps.exif_transpose(_shallow(image))).save(folder / shape, kind, quality=_COPY_QUALITY)
            return
        largest = max(widths)
        image.draft(None, (largest, largest))
        image.load()
        picture = _shaped(_plain(ImageOps.exif_transpose(_reduced(_shallow(image), largest))), shape)
        for width in widths:
            _fitted(picture, width).save(folder / f"{width}.webp", "WEBP", quality=_QUALITY, method=4)


def _shallow(image: Image.Image) -> Image.Image:
    """In 256 shades of grey, if it has 65,536: Pillow would make all but the darkest 256 of them white."""
    if not image.mode.startswith("I"):
        return image
    grey = image.convert("I").point([shade >> 8 for shade in range(65_536)], "L")
    grey.info = dict(image.info)
    if "transparency" in grey.info:
        grey.info["transparency"] >>= 8
    return grey


def _reduced(image: Image.Image, largest: int) -> Image.Image:
    """Near the size that is wanted, so that what follows takes little memory."""
    times = min(image.size) // (2 * largest)
    return image if times <= 1 or image.mode == "P" else image.reduce(times)


def _copied(image: Image.Image) -> Image.Image:
    """With nothing attached, and in as many colours as it has: a page in black and white must not become twenty times
    as large."""
    if image.mode not in _NARROW:
        return _plain(image)
    copy = image.copy()
    copy.info = {name: image.info[name] for name in ("transparency",) if name in image.info}
    return copy


def _plain(image: Image.Image) -> Image.Image:
    """In sRGB, with a transparent part if it has one, and with nothing attached."""
    profile = image.info.get("icc_profile")
    is_clear = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    mode = "RGBA" if is_clear else "RGB"
    plain = _in_srgb(image, profile) if profile and image.mode in {"RGB", "CMYK"} else image
    if plain.mode != mode:
        plain = plain.convert(mode)
    plain = plain.copy() if plain is image else plain
    plain.info = {}
    return plain


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The same if its profile is of no use."""
    try:
        found = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return found or image


def _shaped(image: Image.Image, shape: str) -> Image.Image:
    """The middle of it: square, or not higher than wide."""
    width, height = image.size
    side = min(width, height)
    if shape == "square" or height > width:
        left, top = (width - side) // 2, (height - side) // 2
        return image.crop((left, top, left + side, top + side))
    return image


def _fitted(image: Image.Image, width: int) -> Image.Image:
    """So wide, but never larger than it was."""
    if image.width <= width:
        return image
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
