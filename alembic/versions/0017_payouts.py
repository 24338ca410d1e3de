"""Payouts: people's accounts at the payment service, money on its way to them, and what checks the books.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_CENTS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    create_accounts()
    create_payouts()
    create_reversals()
    create_days()
    create_freezes()
    create_reconciliation()


def create_accounts() -> None:
    op.create_table(
        "payout_accounts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("provider_account_id", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("requirements", _JSON, nullable=False),
        sa.Column("disabled_reason", sa.String(), nullable=True),
        sa.Column("bank_marker", sa.String(), nullable=True),
        sa.Column("trusted_marker", sa.String(), nullable=True),
        sa.Column("refreshed_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('none', 'incomplete', 'pending', 'restricted', 'enabled', 'disconnected')",
            name=op.f("ck_payout_accounts_status"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_payout_accounts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_accounts")),
        sa.UniqueConstraint("provider_account_id", name=op.f("uq_payout_accounts_provider_account_id")),
        sa.UniqueConstraint("user_id", name=op.f("uq_payout_accounts_user_id")),
    )


def create_payouts() -> None:
    op.create_table(
        "payouts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("provider_account_id", sa.String(), nullable=False),
        sa.Column("bank_marker", sa.String(), nullable=True),
        sa.Column("amount_cents", _CENTS, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("review_reason", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("transfer_id", sa.String(), nullable=True),
        sa.Column("failure_code", sa.String(), nullable=True),
        sa.Column("reversed_cents", _CENTS, nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "failure_code IN ('insufficient_balance', 'account_not_enabled', 'account_gone', 'other')",
            name=op.f("ck_payouts_failure_code"),
        ),
        sa.CheckConstraint(
            "review_reason IN ('first_payout', 'bank_changed', 'held')", name=op.f("ck_payouts_review_reason")
        ),
        sa.CheckConstraint(
            "status IN ('requested', 'approved', 'sending', 'unknown', 'paid', 'failed', 'rejected', 'cancelled')",
            name=op.f("ck_payouts_status"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payouts_amount")),
        sa.CheckConstraint("reversed_cents BETWEEN 0 AND amount_cents", name=op.f("ck_payouts_reversed")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_payouts_decided_by")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_payouts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.UniqueConstraint("transfer_id", name=op.f("uq_payouts_transfer_id")),
    )
    op.create_index("ix_payouts_created_at", "payouts", ["created_at", "id"], unique=False)
    op.create_index("ix_payouts_status", "payouts", ["status", "created_at"], unique=False)
    op.create_index("ix_payouts_user_id", "payouts", ["user_id", "created_at"], unique=False)


def create_reversals() -> None:
    op.create_table(
        "payout_reversals",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("payout_id", sa.String(), nullable=False),
        sa.Column("transfer_id", sa.String(), nullable=False),
        sa.Column("amount_cents", _CENTS, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payout_reversals_amount")),
        sa.CheckConstraint("status IN ('open', 'done', 'refused')", name=op.f("ck_payout_reversals_status")),
        sa.ForeignKeyConstraint(["payout_id"], ["payouts.id"], name=op.f("fk_payout_reversals_payout_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_payout_reversals_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_reversals")),
    )
    op.create_index("ix_payout_reversals_payout_id", "payout_reversals", ["payout_id"], unique=False)
    op.create_index(
        "uq_payout_reversals_open",
        "payout_reversals",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )


def create_days() -> None:
    op.create_table(
        "payout_days",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("approved_cents", _CENTS, nullable=False),
        sa.PrimaryKeyConstraint("day", "currency", name=op.f("pk_payout_days")),
    )


def create_freezes() -> None:
    op.create_table(
        "payout_freezes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("frozen_at", sa.BigInteger(), nullable=False),
        sa.Column("faults", _JSON, nullable=False),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["lifted_by"], ["users.id"], name=op.f("fk_payout_freezes_lifted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_freezes")),
    )
    op.create_index(
        "uq_payout_freezes_in_force",
        "payout_freezes",
        ["cause"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )


def create_reconciliation() -> None:
    op.create_table(
        "reconciliation_cursors",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("read_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_reconciliation_cursors")),
    )
    op.create_table(
        "reconciliation_findings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("move", sa.String(), nullable=False),
        sa.Column("drift", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("ours_cents", _CENTS, nullable=False),
        sa.Column("theirs_cents", _CENTS, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("proposal", _JSON, nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_findings")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_reconciliation_findings_fingerprint")),
    )
    op.create_index("ix_reconciliation_findings_found_at", "reconciliation_findings", ["found_at", "id"], unique=False)
