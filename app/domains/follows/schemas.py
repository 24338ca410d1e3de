"""Bodies of the follows API."""

from pydantic import ConfigDict, Field

from app.domains.courses.types import CourseIdField
from app.domains.users.types import UserIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant


class FollowedPerson(ApiModel):
    """Somebody who follows or is followed."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Tess Template",
            {
                "id": "usr_01kbq2z7m8e6h9s0t3v5x7y9zb",
                "name": "Tess Template",
                "handle": "tess_template",
                "followed_at": "2026-12-01T15:00:00Z",
            },
        )
    )

    id: UserIdField = Field(description="The person's id.")
    name: str = Field(description="The person's name.")
    handle: str = Field(description="Unique short name; GET /api/users/{handle} shows more.")
    followed_at: Instant = Field(description="When the following began.")


class FollowedCourse(ApiModel):
    """A course that the caller follows."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Intro to n8n",
            {
                "id": "crs_01kbq2z7m8e6h9s0t3v5x7y9zb",
                "slug": "intro-to-n8n",
                "title": "Intro to n8n",
                "is_on_sale": True,
                "followed_at": "2026-12-01T15:00:00Z",
            },
        )
    )

    id: CourseIdField = Field(description="The course's id.")
    slug: str = Field(description="Unique short name; GET /api/courses/{id_or_slug} shows more while it is on sale.")
    title: str = Field(description="The course's title.")
    is_on_sale: bool = Field(description="Whether it can be bought now.")
    followed_at: Instant = Field(description="When the following began.")
