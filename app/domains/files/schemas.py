"""Bodies of the files API."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from app.domains.files.types import MOST_PARTS, FileFacts, FileIdField, FileName, Picture, Purpose
from app.edge.media import AvatarUrls, ImageUrls, urls_of
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant
from app.providers.storage.port import SignedRequest

_MOST_BYTES = 4 * 1024 * 1024 * 1024
_FILE: dict[str, Any] = {
    "id": "fil_01kbq2z7m8e6h9s0t3v5x7y9za",
    "purpose": "homework",
    "name": "First workflow.pdf",
    "content_type": "application/pdf",
    "size_bytes": 48213,
    "state": "pending",
    "reason": None,
    "is_used": False,
    "image": None,
    "created_at": "2026-12-01T15:00:00Z",
    "ready_at": None,
    "expires_at": "2026-12-02T15:00:00Z",
}
_READY = _FILE | {"state": "ready", "ready_at": "2026-12-01T15:00:12Z", "expires_at": "2026-12-02T15:00:12Z"}
_URL = "https://files.peerloop.example/files/usr_01kbq2z7m8e6h9s0t3v5x7y9za/5f0c9f1e6f0a4c0e9d1b2f6a3c1e8d77"
_PUT = {"method": "PUT", "url": f"{_URL}?signature=3f9a", "headers": {"Content-Type": "application/pdf"}}
_IMAGE = {
    name: f"https://files.peerloop.example/public/avatars/5f0c9f1e6f0a4c0e9d1b2f6a3c1e8d77/{width}.webp"
    for name, width in (("small", 64), ("medium", 128), ("large", 256))
}


def _addressed(value: object) -> object:
    return urls_of(value.sizes, value.key) if isinstance(value, Picture) else value


PictureUrls = Annotated[ImageUrls | None, BeforeValidator(_addressed)]


class FileBody(ApiModel):
    """What is to be uploaded."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Homework", {name: _FILE[name] for name in ("purpose", "name", "content_type", "size_bytes")}
        )
    )

    purpose: Purpose = Field(strict=False, description="What it is for; the rules depend on it.")
    name: FileName = Field(
        description="What it is called, up to 160 characters: shown, and what a download is saved as."
    )
    content_type: str = Field(
        min_length=3,
        max_length=100,
        pattern=r"^[a-z]+/[a-z0-9.+-]+$",
        description="Its type. Pictures: JPEG, PNG, WebP, GIF. Homework and resources: PDF, Office, OpenDocument, plain "
        "text, CSV, Markdown, JPEG, PNG, WebP, MP3, M4A, Ogg, WAV, WebM, ZIP. Video: MP4, WebM.",
    )
    size_bytes: int = Field(
        ge=1,
        le=_MOST_BYTES,
        description="Its exact length. At most 5 MiB for pictures, 50 MiB for homework and resources, 4 GiB for video.",
    )


class File(ApiModel):
    """One of the caller's files."""

    model_config = ConfigDict(json_schema_extra=example("Ready", _READY))

    id: FileIdField = Field(description="The file's id; other operations take it.")
    purpose: str = Field(description="avatar, course_thumbnail, homework, resource or video. An open set.")
    name: str = Field(description="What its owner calls it.")
    content_type: str = Field(description="Its type, as it was announced and checked.")
    size_bytes: int = Field(description="What it counts for: as announced, then as kept.")
    state: str = Field(
        description="pending until its upload is completed, then ready; refused when it was not what it should be."
    )
    reason: str | None = Field(description="Why it was refused, as the problem `file_refused` said.")
    is_used: bool = Field(description="Whether something uses it; then it is deleted with that.")
    image: PictureUrls = Field(description="Of a ready avatar or thumbnail where everybody sees it.")
    created_at: Instant = Field(description="When it was announced.")
    ready_at: Instant | None = Field(description="When it was found to be sound.")
    expires_at: Instant | None = Field(description="When it ends if it is not completed, or not used; null once used.")


class Upload(ApiModel):
    """A request that sends a file in one piece. It works once, for ten minutes."""

    method: Literal["PUT"] = Field(description="Its method.")
    url: str = Field(description="Its address, with everything that it needs to be let in.")
    headers: dict[str, str] = Field(description="Headers that must be sent exactly like this.")
    expires_at: Instant = Field(description="Until when it may begin.")

    @classmethod
    def of(cls, signed: SignedRequest) -> Self:
        return cls(method="PUT", url=signed.url, headers=dict(signed.headers), expires_at=signed.expires_at)


class PartUpload(Upload):
    """A request that sends one part of a file. Keep the `ETag` of its answer."""

    number: int = Field(description="Which part, from 1.")
    size_bytes: int = Field(description="Its exact length.")


class PartUploads(ApiModel):
    """Requests that send a large file in parts, in any order and side by side."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "One part",
            {
                "part_size": 33554432,
                "count": 3,
                "items": [
                    _PUT | {"headers": {}, "number": 3, "size_bytes": 1048576, "expires_at": "2026-12-01T15:10:00Z"}
                ],
            },
        )
    )

    part_size: int = Field(description="The length in bytes of every part but the last.")
    count: int = Field(description="How many parts the file has.")
    items: list[PartUpload] = Field(description="The parts that were asked for; at first all.")

    @classmethod
    def of(cls, file: FileFacts, signed: Mapping[int, SignedRequest]) -> Self:
        items = [
            PartUpload(number=number, size_bytes=file.parts[number - 1], **dict(Upload.of(request)))
            for number, request in signed.items()
        ]
        return cls(part_size=file.parts[0], count=len(file.parts), items=items)


class CreatedFile(File):
    """A file that waits for its upload, and how to send it."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "In one piece", _FILE | {"upload": _PUT | {"expires_at": "2026-12-01T15:10:00Z"}, "parts": None}
        )
    )

    upload: Upload | None = Field(description="How to send it in one piece: up to 64 MiB.")
    parts: PartUploads | None = Field(description="How to send a larger one in parts.")


class PartNumbers(ApiModel):
    """Parts whose addresses are needed anew."""

    model_config = ConfigDict(json_schema_extra=example("One part", {"numbers": [3]}))

    numbers: list[Annotated[int, Field(ge=1, le=MOST_PARTS)]] = Field(
        min_length=1, max_length=MOST_PARTS, description="Their numbers, from 1."
    )


class UploadedPart(ApiModel):
    """A part that was sent."""

    number: int = Field(ge=1, le=MOST_PARTS, description="Its number, from 1.")
    etag: Annotated[str, StringConstraints(pattern=r'^"?[A-Za-z0-9._=+/-]{1,128}"?$')] = Field(
        description="The `ETag` that its upload answered."
    )


class CompletionBody(ApiModel):
    """That everything was sent."""

    model_config = ConfigDict(json_schema_extra=example("In one piece", {"parts": []}))

    parts: list[UploadedPart] = Field(
        [], max_length=MOST_PARTS, description="All parts in the order of their numbers; none of a file in one piece."
    )


class AvatarBody(ApiModel):
    """Which picture to show."""

    model_config = ConfigDict(json_schema_extra=example("A picture", {"file_id": "fil_01kbq2z7m8e6h9s0t3v5x7y9zb"}))

    file_id: FileIdField = Field(description="A file of the caller's that was uploaded as an avatar and is ready.")


class Avatar(ApiModel):
    """The caller's picture."""

    model_config = ConfigDict(json_schema_extra=example("A picture", {"avatar": _IMAGE}))

    avatar: AvatarUrls = Field(description="In three sizes; where people are shown, it is shown.")
