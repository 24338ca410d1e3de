"""The index finds what the router would have found, and leaves it everything else."""

from contextlib import suppress
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Match, Route, Router
from starlette.types import Receive, Scope, Send

from app.api import api
from app.edge.route_index import RouteIndex
from app.edge.routing import RESERVED

ANYTHING = ("0", "crs_01JB6Z", *RESERVED)


def asked(path: str, method: str) -> dict[str, Any]:
    return {"type": "http", "path": path, "method": method, "root_path": ""}


async def found(index: RouteIndex, scope: dict[str, Any]) -> object:
    """The route that the index takes; None when it leaves that to the router. What the route answers is not of
    interest."""

    async def nothing() -> Any:
        raise LookupError

    async def drop(_message: Any) -> None: ...

    with suppress(AssertionError, LookupError):
        await index(scope, nothing, drop)
    return scope.get("route")


async def leave(_scope: Scope, _receive: Receive, _send: Send) -> None: ...


async def test_every_path_leads_where_trying_one_after_the_other_leads() -> None:
    index, paths = RouteIndex(leave, api.routes), set()
    for route in api.routes:
        assert isinstance(route, Route)
        names = route.param_convertors
        paths |= {
            (route.path_format.format(**dict.fromkeys(names, value)), method)
            for value in ANYTHING
            for method in route.methods or ()
        }
    assert len(paths) > len(api.routes)
    for path, method in sorted(paths):
        first = next((each for each in api.routes if each.matches(asked(path, method))[0] is Match.FULL), None)
        assert await found(index, asked(path, method)) is first, (path, method)


async def test_what_no_route_answers_is_the_routers() -> None:
    left = []

    async def router(scope: Scope, _receive: Receive, _send: Send) -> None:
        left.append(scope["path"])

    index = RouteIndex(router, api.routes)
    others = [
        ("/", "GET"),
        ("/api", "GET"),
        ("/api/nowhere", "GET"),
        ("/api/courses", "DELETE"),
        ("//api/courses", "GET"),
    ]
    for path, method in others:
        await found(index, asked(path, method))
    assert left == [path for path, _ in others]


def test_a_route_whose_path_begins_with_a_parameter_has_no_place() -> None:
    with pytest.raises(ValueError, match="begins with a parameter"):
        RouteIndex(Router(), [Route("/api/{name}", PlainTextResponse(""))])
