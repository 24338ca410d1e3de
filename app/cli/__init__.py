"""`peerloop`: run the service, and what a developer or operator needs beside it.

What is slow to import is imported by the command that needs it, so that `peerloop clock` answers at once.
"""

import typer

from app.cli import database, document, files, moving, operations, people, serving

app = typer.Typer(
    help="The backend of PeerLoop.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
app.add_typer(people.mail, name="mail")
app.add_typer(files.files, name="files")
app.add_typer(database.database, name="database")
for command in (
    serving.serve,
    serving.dev,
    serving.migrate,
    serving.demo,
    moving.clock,
    document.openapi,
    document.key,
    people.admin,
    operations.books,
    operations.reconcile,
    operations.jobs,
):
    app.command()(command)
