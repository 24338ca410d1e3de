"""Images: avatars and thumbnails become three pictures; of others a copy is kept with nothing in it but what one
sees."""

import asyncio
import io
import random
from typing import Any

import pytest
from PIL import Image

from tests.domains.auth.accounts import code
from tests.domains.files.samples import ORIENTATION, image, photo
from tests.domains.files.uploads import FILES, complete, fetched, send, stored, uploaded
from tests.support.world import Actor, World

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
RED, BLUE = (220, 20, 20), (20, 20, 220)
SIZES = ("small", "medium", "large")


async def pictures(world: World, file: dict[str, Any]) -> list[Image.Image]:
    """The three of them as anybody gets them, the smallest first."""
    found = []
    for name in SIZES:
        got = await fetched(world, file["image"][name])
        assert got.headers["Content-Type"] == "image/webp"
        assert got.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        found.append(opened(got.content))
    return found


def opened(content: bytes) -> Image.Image:
    made = Image.open(io.BytesIO(content))
    made.load()
    return made


def is_near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=False))


def is_bare(content: Image.Image) -> bool:
    """Whether nothing is attached to what one sees."""
    return not content.getexif() and not {"exif", "xmp", "icc_profile", "comment"} & content.info.keys()


@pytest.fixture
async def cara(world: World) -> Actor:
    return await world.member("Cara Creator", can_create_courses=True)


async def test_a_photo_becomes_three_pictures_without_anything_else(world: World, cara: Actor) -> None:
    """It lay on its side: what was left is on top."""
    taken = photo()
    assert b"Secret Camera" in taken
    file = await uploaded(cara, "avatar", "image/jpeg", taken)
    found = await pictures(world, file)
    assert [each.size for each in found] == [(64, 64), (128, 128), (256, 256)]
    for each in found:
        assert is_bare(each)
        assert is_near(each.getpixel((each.width // 2, each.height // 8)), RED)
        assert is_near(each.getpixel((each.width // 2, each.height * 7 // 8)), BLUE)
    await world.settle()
    assert await stored(world) == [f"public/avatars/…/{size}.webp" for size in (128, 256, 64)]
    assert 0 < file["size_bytes"] < len(taken)
    assert code(await cara.get(f"{FILES}/{file['id']}/download")) == (409, "file_is_picture")


@on_sqlite
@pytest.mark.parametrize(
    ("size", "sizes"),
    [
        ((2560, 1440), [(320, 180), (640, 360), (1280, 720)]),
        ((600, 1800), [(320, 320), (600, 600), (600, 600)]),
        ((100, 50), [(100, 50)] * 3),
        ((5000, 10), [(320, 1), (640, 1), (1280, 3)]),
    ],
)
async def test_thumbnails_are_never_enlarged_nor_higher_than_wide(
    world: World, cara: Actor, size: tuple[int, int], sizes: list[tuple[int, int]]
) -> None:
    file = await uploaded(cara, "course_thumbnail", "image/png", image("PNG", size))
    assert [each.size for each in await pictures(world, file)] == sizes


@on_sqlite
async def test_every_kind_of_image_is_read(world: World, cara: Actor) -> None:
    """Palettes, transparent ones, grey ones, those of printers, and the first picture of those that move."""
    made = {
        "palette": ("image/gif", _saved(Image.new("RGB", (90, 60), RED).quantize(8), "GIF")),
        "moving": ("image/gif", _saved(Image.new("RGB", (90, 60), RED), "GIF", save_all=True, append_images=[Image.new("RGB", (90, 60), BLUE)])),
        "transparent": ("image/png", _saved(Image.new("RGBA", (90, 60), (*RED, 120)), "PNG")),
        "grey": ("image/png", _saved(Image.new("L", (90, 60), 90), "PNG")),
        "deep": ("image/png", _saved(Image.new("I;16", (90, 60), 900), "PNG")),
        "for printers": ("image/jpeg", _saved(Image.new("CMYK", (90, 60), (0, 230, 230, 20)), "JPEG")),
        "webp": ("image/webp", _saved(Image.new("RGBA", (90, 60), (*RED, 120)), "WEBP")),
    }  # fmt: skip
    for case, (content_type, content) in made.items():
        found = await pictures(world, await uploaded(cara, "avatar", content_type, content))
        assert [each.size for each in found] == [(60, 60)] * 3, case
        if case in {"palette", "moving", "for printers"}:
            assert is_near(found[0].getpixel((30, 30)), RED), case


@on_sqlite
async def test_many_shades_of_grey_become_fewer_but_stay_grey(world: World, cara: Actor) -> None:
    """Also when one of them is transparent, when the picture lay on its side, and when it is large."""
    ramp = Image.new("I;16", (256, 4))
    ramp.putdata([shade * 257 for _ in range(4) for shade in range(256)])
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    several: list[dict[str, Any]] = [{}, {"transparency": 257}, {"exif": exif}]
    for options in several:
        file = await uploaded(cara, "homework", "image/png", _saved(ramp, "PNG", **options), "x-ray")
        got = await fetched(world, (await cara.get(f"{FILES}/{file['id']}/download")).json()["url"])
        copy = opened(got.content).convert("RGBA")
        pixels: list[Any] = [copy.getpixel((0, at) if "exif" in options else (at, 0)) for at in range(256)]
        assert [shade for shade, *_ in pixels] == list(range(256)), options
        assert [alpha for *_, alpha in pixels].count(0) == ("transparency" in options)
    wide = _saved(ramp.resize((6400, 100), Image.Resampling.NEAREST), "PNG")
    for each in await pictures(world, await uploaded(cara, "course_thumbnail", "image/png", wide)):
        shades = [each.getpixel((each.width * part // 8, 0)) for part in range(8)]
        assert all(is_near(shade, (part * 32,) * 3) for part, shade in enumerate(shades)), shades


def _saved(made: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    made.save(file, kind, **options)
    return file.getvalue()


@on_sqlite
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_homework_photos_keep_their_size_and_lose_what_is_hidden(world: World, cara: Actor, kind: str) -> None:
    with Image.open(io.BytesIO(photo((640, 480)))) as taken:
        sent = _saved(taken, kind, exif=taken.info["exif"], xmp=b"<x:xmpmeta>home</x:xmpmeta>")
    assert b"Secret Camera" in sent
    file = await uploaded(cara, "homework", f"image/{kind.lower()}", sent, "sketch")
    got = await fetched(world, (await cara.get(f"{FILES}/{file['id']}/download")).json()["url"])
    copy = opened(got.content)
    assert (copy.format, copy.size) == (kind, (480, 640))
    assert is_bare(copy)
    assert is_near(copy.getpixel((240, 60)), RED)
    assert file["size_bytes"] == len(got.content)
    await world.settle()
    assert await stored(world) == ["files/…/….clean"]


@on_sqlite
@pytest.mark.parametrize("mode", ["1", "L", "P"])
async def test_a_copy_has_no_more_colours_than_the_page(world: World, cara: Actor, mode: str) -> None:
    page = Image.frombytes("L", (900, 600), random.Random(1).randbytes(900 * 600)).convert(mode)
    sent = _saved(page, "PNG")
    file = await uploaded(cara, "homework", "image/png", sent, "page")
    got = await fetched(world, (await cara.get(f"{FILES}/{file['id']}/download")).json()["url"])
    copy = opened(got.content)
    assert (copy.mode, copy.convert("RGB").tobytes()) == (mode, page.convert("RGB").tobytes())
    assert len(got.content) < 1.1 * len(sent)


@on_sqlite
async def test_of_webp_less_is_taken(cara: Actor) -> None:
    large = _saved(Image.new("RGB", (5000, 4801), RED), "WEBP", quality=1, method=0)
    sent = await send(cara, "homework", "image/webp", large)
    assert (await complete(cara, sent.id)).json()["reason"] == "too_many_pixels"


@on_sqlite
async def test_who_sends_many_images_keeps_others_waiting_for_one(world: World, cara: Actor) -> None:
    sam, done = await world.member("Sam Sample"), []

    async def finish(name: str, actor: Actor, file_id: str) -> None:
        assert (await complete(actor, file_id)).is_success
        done.append(name)

    many = [(await send(cara, "homework", "image/jpeg", photo((2000, 1500)))).id for _ in range(4)]
    one = (await send(sam, "homework", "image/jpeg", photo((640, 480)))).id
    await asyncio.gather(*(finish("many", cara, each) for each in many), finish("one", sam, one))
    assert done == ["many", "one", "many", "many", "many"]
