"""What the platform sent to its own bank, when what a finding is about moved, and when the books were looked at last.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_ACCOUNT_KINDS = (
    "kind IN ('stripe', 'platform', 'pending', 'releasable', 'in_payout', 'owed', 'unmatched', 'refunding', 'disputed', "
    "'bank')"
)


def upgrade() -> None:
    widen_account_kinds()
    op.add_column("reconciliation_findings", sa.Column("moved_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "payout_safeguards",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("passed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_payout_safeguards")),
    )


def widen_account_kinds() -> None:
    """SQLite keeps a CHECK for the life of its table, so there Alembic makes the table anew."""
    with op.batch_alter_table("ledger_accounts", reflect_kwargs={"resolve_fks": False}) as table:
        table.drop_constraint(op.f("ck_ledger_accounts_kind"), type_="check")
        table.create_check_constraint(op.f("ck_ledger_accounts_kind"), _ACCOUNT_KINDS)
