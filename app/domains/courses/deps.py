"""How a request names a course."""

from typing import Annotated

from fastapi import Path

IdOrSlug = Annotated[
    str,
    Path(max_length=100, pattern="^[A-Za-z0-9_-]+$", description="The course's id or slug.", examples=["intro-to-n8n"]),
]
