"""Editable objects say which version they are (`ETag`); a change may demand that version (`If-Match`, RFC 9110,
13.1.1)."""

import hashlib
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Response
from pydantic import BaseModel

from app.core.errors import Problem

ModelT = TypeVar("ModelT", bound=BaseModel)


class PreconditionFailed(Problem):
    """The object was changed since the caller read it."""

    status, code = 412, "precondition_failed"
    title = "This was changed meanwhile."
    hint = "Read it again, then repeat the change with the new `ETag` in `If-Match`."


def etag_of(body: bytes) -> str:
    """A strong tag of what is answered."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def listed_tags(header: str) -> frozenset[str]:
    """The tags of `If-Match` or `If-None-Match`, without the `W/` that the edge adds to ours when it compresses: they
    name the content, whatever its coding."""
    return frozenset(tag.strip().removeprefix("W/") for tag in header.split(","))


def _tag(model: BaseModel) -> str:
    return etag_of(model.model_dump_json().encode())


def versioned(response: Response, model: ModelT) -> ModelT:
    """The model, whose version the response names."""
    response.headers["ETag"] = _tag(model)
    return model


def tagged(response: Response) -> Response:
    """An answer that is made already, with the version of what it shows."""
    response.headers["ETag"] = etag_of(bytes(response.body))
    return response


@dataclass(frozen=True, slots=True)
class Expected:
    """The versions that the caller wants to change; any without the header."""

    tags: frozenset[str] = frozenset({"*"})

    @property
    def is_any(self) -> bool:
        """Whether every version will do."""
        return self.tags == {"*"}

    def check(self, current: BaseModel) -> None:
        """Call it on the object as it is locked now. Raises `PreconditionFailed`."""
        if self.tags.isdisjoint({"*", _tag(current)}):
            raise PreconditionFailed


_HEADER = Header(
    alias="If-Match",
    max_length=1000,
    description="The `ETag` of what the caller read: if that is not the present version, nothing is changed.",
    examples=['"5f0c9f1e6f0a4c0e9d1b2f6a3c1e8d77"'],
)


async def _expected(if_match: Annotated[str | None, _HEADER] = None) -> Expected:
    return Expected() if if_match is None else Expected(listed_tags(if_match))


IfMatch = Annotated[Expected, Depends(_expected)]
"""What `If-Match` demands."""
