"""How a request names a course, and what it is answered that names one as it was called before."""

from typing import Annotated, Any, Final

from fastapi import Path, Request, Response

from app.domains.courses.types import Renamed

IdOrSlug = Annotated[
    str,
    Path(max_length=100, pattern="^[A-Za-z0-9_-]+$", description="The course's id or slug.", examples=["intro-to-n8n"]),
]
MOVED: Final[dict[int | str, dict[str, Any]]] = {
    308: {"description": "The course has another slug now; `Location` names it."}
}


def moved(request: Request, renamed: Renamed) -> Response:
    """To the same address with the present slug."""
    former = request.path_params["id_or_slug"]
    path = request.url.path.replace(f"/courses/{former}", f"/courses/{renamed.slug}", 1)
    query = f"?{request.url.query}" if request.url.query else ""
    return Response(status_code=308, headers={"Location": path + query})
