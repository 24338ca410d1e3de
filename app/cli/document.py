"""What is made of the code or of nothing: the OpenAPI document and keys."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from app.core.config import Settings

if TYPE_CHECKING:
    pass

from app.cli.common import refuse


def openapi(
    check: Annotated[Path | None, typer.Option(help="Compare with this file; exit 1 when it differs.")] = None,
    write: Annotated[Path | None, typer.Option(help="Write to this file.")] = None,
) -> None:
    """Print the OpenAPI document, the same wherever it is made."""
    document = _openapi_text()
    if write is not None:
        write.write_text(document, encoding="utf-8")
    if check is not None and (not check.exists() or check.read_text(encoding="utf-8") != document):
        raise refuse(f"{check} is out of date: run `peerloop openapi --write {check}` and look at what changed.")
    if write is None and check is None:
        typer.echo(document, nl=False)


def _openapi_text() -> str:
    """With the defaults of all settings, not those of the environment, and with no file left behind."""
    from app.main import create_app  # noqa: PLC0415

    with TemporaryDirectory() as folder:
        settings = Settings.model_construct(environment="test", data_dir=Path(folder))
        made = create_app(settings, in_process=True)
        text = json.dumps(made.openapi(), indent=2, ensure_ascii=False) + "\n"
        made.state.twins.books.close()
        made.state.passwords.close()
    return text


def key() -> None:
    """Print a new private key for PEERLOOP_JWT_PRIVATE_KEY."""
    from app.domains.auth.tokens import new_private_key  # noqa: PLC0415

    typer.echo(new_private_key(), nl=False)
