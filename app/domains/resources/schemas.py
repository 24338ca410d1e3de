"""Bodies of the resources API."""

from typing import Annotated

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.domains.courses.types import CourseIdField, ModuleIdField
from app.domains.files.types import FileIdField
from app.domains.resources.types import MOST_RESOURCES, ResourceIdField, ResourceKind
from app.domains.sessions.types import SessionIdField
from app.domains.users.types import LinkField, LongLineField, UserIdField
from app.edge.openapi import example
from app.edge.schemas import KEPT, ApiModel, Instant

_COURSE = "crs_01kbq2z7m8e6h9s0t3v5x7y9zb"
_MODULE = "mod_01kbq2z7m8e6h9s0t3v5x7y9zh"
_RESOURCE = "res_01kbq2z7m8e6h9s0t3v5x7y9zn"
_FILE = "fil_01kbq2z7m8e6h9s0t3v5x7y9zm"
_TEACHER = "usr_01kbq2z7m8e6h9s0t3v5x7y9zc"
_TITLE = "Slides of the first session"


class _Addition(ApiModel):
    """What every resource to be has: either a file or an address."""

    kind: ResourceKind = Field(strict=False, description="What it is to its reader; a `link` has a url.")
    title: LongLineField = Field(description="What it is called, in one line.")
    url: LinkField | None = Field(None, description="An https address; instead of a file.")
    file_id: FileIdField | None = Field(
        None,
        description="A ready file of the caller's, instead of an address: uploaded for `video` if the kind is that, "
        "otherwise for `resource`.",
    )

    @model_validator(mode="after")
    def _has_one_source(self) -> "_Addition":
        if (self.url is None) == (self.file_id is None):
            raise PydanticCustomError("source", "must have either a url or a file_id")
        if self.kind is ResourceKind.LINK and self.url is None:
            raise PydanticCustomError("source", "must have a url when its kind is link")
        return self


class ResourceBody(_Addition):
    """A resource to add to a course."""

    model_config = ConfigDict(
        json_schema_extra=example("Slides", {"kind": "slide", "title": _TITLE, "file_id": _FILE, "module_id": _MODULE})
    )

    module_id: ModuleIdField | None = Field(None, description="The module of the course that it belongs to, if one.")
    is_public: bool = Field(False, description="Whether everybody gets it who sees the course.")


class SessionResourceBody(_Addition):
    """A resource to add to a session."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Link", {"kind": "link", "title": "What we looked up", "url": "https://docs.example/first-workflow"}
        )
    )


class ResourceChange(ApiModel):
    """What to change of a resource; absent fields stay. Another file or address is another resource."""

    model_config = ConfigDict(json_schema_extra=example("For everybody", {"is_public": True}))

    kind: ResourceKind = Field(KEPT, strict=False, description="What it is to its reader.")
    title: LongLineField = Field(KEPT, description="What it is called, in one line.")
    module_id: ModuleIdField | None = Field(None, description="The module that it belongs to; null for none.")
    is_public: bool = Field(KEPT, description="Whether everybody gets it who sees the course.")


class Resource(ApiModel):
    """Something to read, watch or keep."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Slides",
            {
                "id": _RESOURCE,
                "course_id": _COURSE,
                "module_id": _MODULE,
                "session_id": None,
                "created_by_user_id": _TEACHER,
                "kind": "slide",
                "title": _TITLE,
                "url": None,
                "file_id": _FILE,
                "is_public": False,
                "position": 1,
                "created_at": "2026-11-20T08:30:00Z",
                "updated_at": "2026-11-20T08:30:00Z",
            },
        )
    )

    id: ResourceIdField = Field(description="The resource's id.")
    course_id: CourseIdField = Field(description="The course.")
    module_id: ModuleIdField | None = Field(description="The module that it belongs to, if one.")
    session_id: SessionIdField | None = Field(description="The session that it belongs to, if one.")
    created_by_user_id: UserIdField = Field(description="Who added it.")
    kind: str = Field(description="slide, document, video, link or other.")
    title: str = Field(description="What it is called.")
    url: str | None = Field(description="Its address, if it is elsewhere. We have not looked at that page.")
    file_id: FileIdField | None = Field(
        description="Its file, if it is here; GET /api/resources/{id}/download leads to it."
    )
    is_public: bool = Field(description="Whether everybody gets it who sees the course.")
    position: int = Field(description="Where it stands among those of the course or of the session.")
    created_at: Instant = Field(description="When it was added.")
    updated_at: Instant = Field(description="When it was changed last.")


class ResourceOrder(ApiModel):
    """The order of all resources of a course, those of its sessions left out."""

    model_config = ConfigDict(json_schema_extra=example("One", {"resource_ids": [_RESOURCE]}))

    resource_ids: Annotated[list[ResourceIdField], Field(max_length=MOST_RESOURCES)] = Field(
        description="Every resource of the course once, in the order wanted."
    )
