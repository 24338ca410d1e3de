"""Swagger UI at /docs and ReDoc at /redoc, made only of files that this package ships: no CDN, no inline script.

`docs_static` holds swagger-ui-dist 5.35.0 and redoc 2.5.4 as published, byte for byte, with their licences, and our
own `docs.css`, `swagger-init.js` and `redoc-init.js`.
"""

from html import escape
from pathlib import Path
from string import Template
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

WRITTEN: Final = Path(__file__).parents[2] / "docs" / "openapi.json"
"""The document as it was written for this release; `make check` holds it to the code."""

DOCUMENT: Final = "/openapi.json"

_STATIC = Path(__file__).parent / "docs_static"
_STATIC_PATH = "/docs/static"

# Styles are written into the page by both tools; ReDoc searches in a worker made from a blob.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_SHORT_CACHE = "public, max-age=300"
_PAGE_HEADERS = {"Content-Security-Policy": _POLICY, "Cache-Control": _SHORT_CACHE}
_FILE_CACHE = "public, max-age=86400, stale-while-revalidate=604800"

_PAGE = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<link rel="icon" type="image/png" href="$static/favicon.png">
$links
</head>
<body>
<div id="docs" data-document="$document"></div>
$scripts
</body>
</html>
"""
)


class _ShippedFiles(StaticFiles):
    """The files of `docs_static`; they change only with a release, and carry an ETag."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = _FILE_CACHE
        return response


def mount_docs(app: FastAPI) -> None:
    """Add /docs, /redoc and the files they need. The app is made with `docs_url=None, redoc_url=None`."""
    app.mount(_STATIC_PATH, _ShippedFiles(directory=_STATIC), name="docs_static")
    _add_page(app, "/docs", styles=("swagger-ui.css", "docs.css"), scripts=("swagger-ui-bundle.js", "swagger-init.js"))
    _add_page(app, "/redoc", styles=("docs.css",), scripts=("redoc.standalone.js", "redoc-init.js"))


def mount_written(app: FastAPI, file: Path) -> None:
    """Answer the document from a file. To make it takes 24 MiB, most of them for good, and a second in which nobody
    else is answered. The app is made with `openapi_url=None`."""
    files = StaticFiles(directory=file.parent)

    async def show(request: Request) -> Response:
        answer = await files.get_response(file.name, request.scope)
        answer.headers["Cache-Control"] = _SHORT_CACHE
        return answer

    app.add_route(DOCUMENT, show, include_in_schema=False)


def _add_page(app: FastAPI, path: str, *, styles: tuple[str, ...], scripts: tuple[str, ...]) -> None:
    async def show(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        return HTMLResponse(_render(app, root, styles, scripts), headers=_PAGE_HEADERS)

    # A route of Starlette's: FastAPI remembers the functions of its own for good, and this one holds the app.
    app.add_route(path, show, include_in_schema=False)


def _render(app: FastAPI, root: str, styles: tuple[str, ...], scripts: tuple[str, ...]) -> str:
    static = escape(root + _STATIC_PATH)
    return _PAGE.substitute(
        title=escape(app.title),
        document=escape(f"{root}{DOCUMENT}"),
        static=static,
        links="\n".join(f'<link rel="stylesheet" href="{static}/{name}">' for name in styles),
        scripts="\n".join(f'<script src="{static}/{name}"></script>' for name in scripts),
    )
