"""References get the names that all others have, by which later revisions find them.

Forward only; one transaction; the code before and after must both run on this schema.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_MISNAMED = (
    ("calendar_feeds", {"user_id": "users"}),
    ("session_walls", {"session_id": "sessions", "user_id": "users"}),
    ("recording_consents", {"session_id": "sessions", "user_id": "users"}),
    ("session_rooms", {"session_id": "sessions"}),
    (
        "recordings",
        {"session_id": "sessions", "enrollment_id": "enrollments", "teacher_id": "users", "student_id": "users"},
    ),
)


def upgrade() -> None:
    rename = rename_on_sqlite if op.get_bind().dialect.name == "sqlite" else rename_on_postgres
    for table, references in _MISNAMED:
        rename(table, references)


def rename_on_postgres(table: str, references: dict[str, str]) -> None:
    for column, target in references.items():
        name = f"fk_{table}_{column}"
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {name}_{target} TO {name}")


def rename_on_sqlite(table: str, references: dict[str, str]) -> None:
    """SQLite keeps a constraint for the life of its table, so there Alembic makes the table anew."""
    with op.batch_alter_table(table, reflect_kwargs={"resolve_fks": False}) as batch:
        for column, target in references.items():
            name = f"fk_{table}_{column}"
            batch.drop_constraint(op.f(f"{name}_{target}"), type_="foreignkey")
            batch.create_foreign_key(op.f(name), target, [column], ["id"])
