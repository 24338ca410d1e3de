"""Availability beyond the week: own rules, single dates, and busy times of calendars elsewhere.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _create_rules()
    _create_overrides()
    _create_external_calendars()


def _create_rules() -> None:
    op.create_table(
        "availability_rules",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("buffer_before_minutes", sa.Integer(), nullable=False),
        sa.Column("notice_minutes", sa.Integer(), nullable=True),
        sa.Column("horizon_days", sa.Integer(), nullable=True),
        sa.Column("step_minutes", sa.Integer(), nullable=True),
        sa.Column("max_per_day", sa.Integer(), nullable=True),
        sa.Column("max_per_week", sa.Integer(), nullable=True),
        sa.Column("week_start", sa.Integer(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("paused_through", sa.String(), nullable=True),
        sa.CheckConstraint(
            "buffer_before_minutes BETWEEN 0 AND 60 AND buffer_before_minutes % 5 = 0",
            name=op.f("ck_availability_rules_buffer"),
        ),
        sa.CheckConstraint(
            "step_minutes BETWEEN 5 AND 240 AND step_minutes % 5 = 0", name=op.f("ck_availability_rules_step")
        ),
        sa.CheckConstraint("week_start BETWEEN 0 AND 6", name=op.f("ck_availability_rules_week_start")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_availability_rules_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_availability_rules")),
    )


def _create_overrides() -> None:
    op.create_table(
        "availability_overrides",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("hours", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_availability_overrides_user_id")),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("pk_availability_overrides")),
    )


def _create_external_calendars() -> None:
    op.create_table(
        "external_calendars",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True),
        sa.Column("copied_at", sa.BigInteger(), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_external_calendars_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_calendars")),
        sa.UniqueConstraint("user_id", "url", name=op.f("uq_external_calendars_user_id_url")),
    )
    op.create_index("ix_external_calendars_due_at", "external_calendars", ["due_at"])
    op.create_table(
        "external_busy",
        sa.Column("calendar_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.String(), nullable=True),
        sa.Column("end_day", sa.String(), nullable=True),
        sa.Column("zone", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["calendar_id"], ["external_calendars.id"], name=op.f("fk_external_busy_calendar_id")),
        sa.PrimaryKeyConstraint("calendar_id", "position", name=op.f("pk_external_busy")),
    )
