"""What paths about people have in common."""

from typing import Annotated

from fastapi import Path

from app.domains.users.handles import HANDLE_PATTERN

HandlePath = Annotated[
    str, Path(min_length=3, max_length=20, pattern=HANDLE_PATTERN, description="The person's handle, in any case.")
]
