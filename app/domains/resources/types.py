"""Values of resources."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, NewType

from app.core.ids import id_constraint
from app.domains.courses.types import CourseId, ModuleId
from app.domains.files.types import FileId, Purpose
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId

ResourceId = NewType("ResourceId", str)
ResourceIdField = Annotated[ResourceId, id_constraint("res")]

MOST_RESOURCES: Final = 200
"""Of one course, and of one session."""


class ResourceKind(StrEnum):
    """What a resource is to its reader."""

    SLIDE = "slide"
    DOCUMENT = "document"
    VIDEO = "video"
    LINK = "link"
    OTHER = "other"

    @property
    def purpose(self) -> Purpose:
        """What the file of such a resource must have been uploaded for."""
        return Purpose.VIDEO if self is ResourceKind.VIDEO else Purpose.RESOURCE


@dataclass(frozen=True, slots=True)
class ResourceDraft:
    """A resource to add: either a file of whoever adds it, or an https address."""

    kind: ResourceKind
    title: str
    url: str | None
    file_id: FileId | None
    module_id: ModuleId | None = None
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """A resource of a course, of one of its modules, or of one session."""

    id: ResourceId
    course_id: CourseId
    module_id: ModuleId | None
    session_id: SessionId | None
    created_by_user_id: UserId
    kind: ResourceKind
    title: str
    url: str | None
    file_id: FileId | None
    is_public: bool
    position: int
    download_count: int
    created_at: datetime
    updated_at: datetime
