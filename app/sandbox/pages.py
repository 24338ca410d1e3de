"""The twins' HTML pages: one small layout, no scripts, everything escaped."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
LEADS_ANYWHERE = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action *; base-uri 'none'; frame-ancestors 'none'"
    )
}
"""`headers` of pages whose form ends elsewhere: Chromium holds the redirect after a form to form-action too."""

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(
    template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
) -> HTMLResponse:
    """Fill a template of `app/sandbox/templates`. Every page extends `base.html`; `headers` come on top of ours."""
    page = _templates.get_template(template).render(**values)
    return HTMLResponse(page, status_code=status, headers=_HEADERS | dict(headers or {}))
