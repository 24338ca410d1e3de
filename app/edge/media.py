"""Pictures that everybody may see: the sizes they are kept in, and their addresses in what the API answers.

What is stored is the key that the objects of a picture begin with. Where a key is read from is the store's business:
`StrictRoute` says it for each request.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from app.edge.schemas import ApiModel

_address: ContextVar[Callable[[str], str]] = ContextVar("address_of_public_objects")


@dataclass(frozen=True, slots=True)
class PictureSizes:
    """A kind of picture: the folder of its keys, and its three widths in pixels. Square ones are as high as wide."""

    folder: str
    widths: tuple[int, int, int]
    is_square: bool

    def keys_of(self, key: str) -> tuple[str, str, str]:
        """The keys of the three objects, the smallest first."""
        small, medium, large = (f"{key}/{width}.webp" for width in self.widths)
        return small, medium, large


AVATAR: Final = PictureSizes("public/avatars", (64, 128, 256), is_square=True)
THUMBNAIL: Final = PictureSizes("public/thumbnails", (320, 640, 1280), is_square=False)


@contextmanager
def addressed_by(public_url: Callable[[str], str]) -> Iterator[None]:
    """Inside of it pictures are at the addresses that this function gives to their keys."""
    token = _address.set(public_url)
    try:
        yield
    finally:
        _address.reset(token)


def address_in_use() -> Callable[[str], str]:
    """What gives a picture's key its address here."""
    return _address.get()


class ImageUrls(ApiModel):
    """A picture in three sizes, as WebP. Each address shows the same for ever; a new picture has new ones."""

    small: str = Field(description="64 pixels wide; of a course 320.", examples=["https://img.example/64.webp"])
    medium: str = Field(description="128 pixels wide; of a course 640.", examples=["https://img.example/128.webp"])
    large: str = Field(description="256 pixels wide; of a course 1280.", examples=["https://img.example/256.webp"])


def urls_of(sizes: PictureSizes, key: str) -> ImageUrls:
    """Where the picture of this key is."""
    small, medium, large = map(address_in_use(), sizes.keys_of(key))
    return ImageUrls(small=small, medium=medium, large=large)


def _addressed(sizes: PictureSizes) -> Callable[[object], object]:
    def address(value: object) -> object:
        return urls_of(sizes, value) if isinstance(value, str) else value

    return address


AvatarUrls = Annotated[ImageUrls | None, BeforeValidator(_addressed(AVATAR))]
"""Of a person: made from `avatar_key`."""

ThumbnailUrls = Annotated[ImageUrls | None, BeforeValidator(_addressed(THUMBNAIL))]
"""Of a course: made from its `thumbnail_key`."""
