"""Refunds and disputes, and what of each share was taken back.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_CENTS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_IS_REQUESTED = sa.text("status = 'requested'")
_ACCOUNT_KINDS = (
    "kind IN ('stripe', 'platform', 'pending', 'releasable', 'in_payout', 'owed', 'unmatched', 'refunding', 'disputed')"
)


def upgrade() -> None:
    count_what_is_taken_back()
    widen_account_kinds()
    op.create_index("ix_ledger_entries_reference", "ledger_entries", ["reference"], unique=False)
    create_refunds()
    create_disputes()


def count_what_is_taken_back() -> None:
    """SQLite keeps a CHECK for the life of its table, so there Alembic makes the tables anew."""
    with op.batch_alter_table("transactions", reflect_kwargs={"resolve_fks": False}) as table:
        table.add_column(sa.Column("refunded_cents", _CENTS, server_default="0", nullable=False))
        table.create_check_constraint(op.f("ck_transactions_refunded"), "refunded_cents BETWEEN 0 AND amount_cents")
        table.create_index("ix_transactions_charge_id", ["charge_id"], unique=False)
    with op.batch_alter_table("payment_splits", reflect_kwargs={"resolve_fks": False}) as table:
        table.add_column(sa.Column("withdrawn_cents", _CENTS, server_default="0", nullable=False))
        table.add_column(sa.Column("reversed_cents", _CENTS, server_default="0", nullable=False))
        table.create_check_constraint(
            op.f("ck_payment_splits_withdrawn"), "withdrawn_cents BETWEEN 0 AND amount_cents - released_cents"
        )
        table.create_check_constraint(op.f("ck_payment_splits_reversed"), "reversed_cents BETWEEN 0 AND released_cents")
    op.execute(  # held sessions release the platform's part too: as much of it as of the teacher's
        "UPDATE payment_splits SET released_cents = COALESCE((SELECT payment_splits.amount_cents * taught.released_cents "
        "/ taught.amount_cents FROM payment_splits AS taught WHERE taught.transaction_id = payment_splits.transaction_id "
        "AND taught.share IN ('teacher', 'creator_as_instructor') AND taught.amount_cents > 0), 0) "
        "WHERE share = 'platform'"
    )


def widen_account_kinds() -> None:
    with op.batch_alter_table("ledger_accounts", reflect_kwargs={"resolve_fks": False}) as table:
        table.drop_constraint(op.f("ck_ledger_accounts_kind"), type_="check")
        table.create_check_constraint(op.f("ck_ledger_accounts_kind"), _ACCOUNT_KINDS)


def create_refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("transaction_id", sa.String(), nullable=False),
        sa.Column("enrollment_id", sa.String(), nullable=True),
        sa.Column("buyer_id", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("amount_cents", _CENTS, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("quote_id", sa.String(), nullable=True),
        sa.Column("ends_place", sa.Boolean(), nullable=False),
        sa.Column("parts", _JSON, nullable=False),
        sa.Column("requested_by_id", sa.String(), nullable=True),
        sa.Column("decided_by_id", sa.String(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("rejection", sa.String(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('requested', 'rejected', 'approved', 'sending', 'processing', 'succeeded', 'failed', 'covered')",
            name=op.f("ck_refunds_status"),
        ),
        sa.CheckConstraint("cause IN ('requested', 'unclaimed')", name=op.f("ck_refunds_cause")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_refunds_amount")),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name=op.f("fk_refunds_transaction_id")),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_refunds_enrollment_id")),
        sa.ForeignKeyConstraint(["buyer_id"], ["users.id"], name=op.f("fk_refunds_buyer_id")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["users.id"], name=op.f("fk_refunds_requested_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_refunds_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_refunds_provider_id")),
    )
    op.create_index("ix_refunds_transaction_id", "refunds", ["transaction_id"], unique=False)
    op.create_index("ix_refunds_buyer_id", "refunds", ["buyer_id"], unique=False)
    op.create_index("ix_refunds_status", "refunds", ["status", "created_at"], unique=False)
    op.create_index(
        "uq_refunds_requested",
        "refunds",
        ["transaction_id"],
        unique=True,
        sqlite_where=_IS_REQUESTED,
        postgresql_where=_IS_REQUESTED,
    )


def create_disputes() -> None:
    op.create_table(
        "disputes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("transaction_id", sa.String(), nullable=False),
        sa.Column("enrollment_id", sa.String(), nullable=True),
        sa.Column("amount_cents", _CENTS, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("evidence_due_at", sa.BigInteger(), nullable=True),
        sa.Column("evidence_sent_at", sa.BigInteger(), nullable=True),
        sa.Column("fee_cents", _CENTS, nullable=False),
        sa.Column("parts", _JSON, nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('inquiry', 'needs_response', 'under_review', 'won', 'lost', 'closed')",
            name=op.f("ck_disputes_status"),
        ),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name=op.f("fk_disputes_transaction_id")),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_disputes_enrollment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_disputes_provider_id")),
    )
    op.create_index("ix_disputes_transaction_id", "disputes", ["transaction_id"], unique=False)
    op.create_index("ix_disputes_status", "disputes", ["status", "created_at"], unique=False)
