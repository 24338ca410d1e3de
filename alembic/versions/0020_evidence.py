"""What was told a bank, whether a lost dispute ended the place, and payouts that banks sent back.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_CENTS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    remember_disputes()
    create_bank_returns()


def remember_disputes() -> None:
    """Until now every dispute that was lost ended its place."""
    with op.batch_alter_table("disputes", reflect_kwargs={"resolve_fks": False}) as table:
        table.add_column(sa.Column("ends_place", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        table.add_column(sa.Column("statement", sa.String(), nullable=True))
    op.execute("UPDATE disputes SET ends_place = true WHERE status = 'lost' AND enrollment_id IS NOT NULL")


def create_bank_returns() -> None:
    op.create_table(
        "bank_returns",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("provider_account_id", sa.String(), nullable=False),
        sa.Column("amount_cents", _CENTS, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("failure_code", sa.String(), nullable=True),
        sa.Column("failure_message", sa.String(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_bank_returns_amount")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_bank_returns_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_returns")),
    )
    op.create_index("ix_bank_returns_user_id", "bank_returns", ["user_id", "created_at"], unique=False)
