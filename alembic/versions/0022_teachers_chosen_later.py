"""A place may have no teacher until its first booking, and another one later: the parts of a sale have turns.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """SQLite can neither drop NOT NULL nor a key, so there Alembic makes the tables anew."""
    for name in ("purchases", "enrollments"):
        with op.batch_alter_table(name, reflect_kwargs={"resolve_fks": False}) as table:
            table.alter_column("teacher_id", existing_type=sa.String(), nullable=True)
    with op.batch_alter_table("payment_splits", reflect_kwargs={"resolve_fks": False}) as table:
        table.add_column(sa.Column("turn", sa.Integer(), server_default="0", nullable=False))
        table.drop_constraint(op.f("pk_payment_splits"), type_="primary")
        table.create_primary_key(op.f("pk_payment_splits"), ["transaction_id", "share", "turn"])
