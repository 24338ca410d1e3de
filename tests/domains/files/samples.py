"""Small files of every type that is taken, made when they are asked for."""

import io
import zipfile
from typing import Any

from PIL import Image

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
OGG, WAV = b"OggS\x00\x02" + bytes(40), b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40)
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x00" + bytes(40)
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm\x18S\x80g" + bytes(40)
ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F


def box(kind: bytes, content: bytes = b"") -> bytes:
    """Of an MP4 file."""
    return (8 + len(content)).to_bytes(4, "big") + kind + content


MP4 = box(b"ftyp", b"isom\x00\x00\x02\x00isomiso2") + box(b"moov", bytes(64)) + box(b"mdat", bytes(256))


def image(kind: str = "PNG", size: tuple[int, int] = (40, 30), *, colour: Any = (200, 30, 60), **options: Any) -> bytes:
    """One plain image."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind, **options)
    return file.getvalue()


def photo(size: tuple[int, int] = (4000, 3000), *, orientation: int = 6) -> bytes:
    """A JPEG of a camera that lay on its side and knew where it was: the left half is red, the right half blue."""
    picture = Image.new("RGB", size, (220, 20, 20))
    picture.paste((20, 20, 220), (size[0] // 2, 0, size[0], size[1]))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = orientation, "Secret Camera"
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif, quality=90, comment=b"taken at home")
    return file.getvalue()


def archive(files: dict[str, bytes] | None = None, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive with these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, content in (files or {"notes.txt": b"hello " * 20}).items():
            made.writestr(name, content)
    return file.getvalue()


def word(folder: str = "word", *, more: dict[str, bytes] | None = None) -> bytes:
    """An Office file; its folder tells of which program."""
    return archive({"[Content_Types].xml": b"<Types/>", f"{folder}/document.xml": b"<w:document/>"} | (more or {}))


def open_document(content_type: str = ODT) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(zipfile.ZipInfo("mimetype"), content_type)
        made.writestr("content.xml", "<office/>", zipfile.ZIP_DEFLATED)
    return file.getvalue()


def sound() -> dict[str, bytes]:
    """By content type a file that is taken as homework."""
    return {
        "application/pdf": PDF,
        "application/zip": archive(),
        WORD: word(),
        WORD.replace("wordprocessingml.document", "spreadsheetml.sheet"): word("xl"),
        WORD.replace("wordprocessingml.document", "presentationml.presentation"): word("ppt"),
        ODT: open_document(),
        ODT.replace("text", "spreadsheet"): open_document(ODT.replace("text", "spreadsheet")),
        ODT.replace("text", "presentation"): open_document(ODT.replace("text", "presentation")),
        "text/plain": "Zoë\r\n\tsays: <b>hi</b>\n".encode(),
        "text/csv": b"a,b\n1,2\n",
        "text/markdown": b"# Title\n\n`<script>` is a tag.\n",
        "audio/mpeg": MP3,
        "audio/mp4": MP4,
        "audio/ogg": OGG,
        "audio/wav": WAV,
        "audio/webm": WEBM,
        "image/jpeg": image("JPEG"),
        "image/png": image("PNG"),
        "image/webp": image("WEBP"),
    }
