"""Foundations: people, catalogue, money, sessions, jobs.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.append_only import make_append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:  # noqa: PLR0915 - one statement a table
    op.create_table(
        "idempotency_keys",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "inbox_events",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("processed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("provider", "event_id", name=op.f("pk_inbox_events")),
    )
    op.create_index("ix_inbox_events_received_at", "inbox_events", ["received_at"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'dead')", name=op.f("ck_jobs_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_jobs_dedupe_key")),
    )
    op.create_index(
        "ix_jobs_claim",
        "jobs",
        ["run_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
    )
    op.create_table(
        "schedule_ticks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedule_ticks")),
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sa.UniqueConstraint("slug", name=op.f("uq_topics_slug")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("email_verified_at", sa.BigInteger(), nullable=True),
        sa.Column("can_create_courses", sa.Boolean(), nullable=False),
        sa.Column("can_teach_courses", sa.Boolean(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("is_profile_public", sa.Boolean(), nullable=False),
        sa.Column("suspended_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("handle", name=op.f("uq_users_handle")),
    )
    op.create_table(
        "auth_sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_auth_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_sessions")),
    )
    op.create_index("ix_auth_sessions_user_id", "auth_sessions", ["user_id"], unique=False)
    op.create_table(
        "availability_profiles",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("buffer_minutes", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "buffer_minutes BETWEEN 0 AND 60 AND buffer_minutes % 5 = 0", name=op.f("ck_availability_profiles_buffer")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_availability_profiles_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_availability_profiles")),
    )
    op.create_table(
        "availability_windows",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "end_minute BETWEEN 5 AND 1440 AND end_minute % 5 = 0", name=op.f("ck_availability_windows_end")
        ),
        sa.CheckConstraint(
            "start_minute BETWEEN 0 AND 1435 AND start_minute % 5 = 0", name=op.f("ck_availability_windows_start")
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_availability_windows_weekday")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_availability_windows_user_id")),
        sa.PrimaryKeyConstraint("user_id", "weekday", "start_minute", name=op.f("pk_availability_windows")),
    )
    op.create_table(
        "courses",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("creator_id", sa.String(), nullable=False),
        sa.Column("topic_id", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("tagline", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("price_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("session_count", sa.Integer(), nullable=False),
        sa.Column("session_duration_minutes", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("level IN ('beginner', 'intermediate', 'advanced')", name=op.f("ck_courses_level")),
        sa.CheckConstraint("price_cents >= 0", name=op.f("ck_courses_price")),
        sa.CheckConstraint("session_count BETWEEN 1 AND 50", name=op.f("ck_courses_session_count")),
        sa.CheckConstraint(
            "session_duration_minutes BETWEEN 15 AND 240 AND session_duration_minutes % 5 = 0",
            name=op.f("ck_courses_duration"),
        ),
        sa.ForeignKeyConstraint(["creator_id"], ["users.id"], name=op.f("fk_courses_creator_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_courses_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint("slug", name=op.f("uq_courses_slug")),
    )
    op.create_index("ix_courses_creator_id", "courses", ["creator_id"], unique=False)
    op.create_index("ix_courses_published_at", "courses", ["published_at", "id"], unique=False)
    op.create_index("ix_courses_topic_id", "courses", ["topic_id"], unique=False)
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("balance_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('stripe', 'platform', 'pending', 'releasable', 'unmatched')", name=op.f("ck_ledger_accounts_kind")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_ledger_accounts_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
    )
    op.create_table(
        "mail_tokens",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("purpose IN ('verify_email')", name=op.f("ck_mail_tokens_purpose")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_mail_tokens_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_tokens")),
    )
    op.create_index("ix_mail_tokens_user_id", "mail_tokens", ["user_id"], unique=False)
    op.create_table(
        "person_guards",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_person_guards_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_person_guards")),
    )
    op.create_table(
        "purchases",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("buyer_id", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("creator_id", sa.String(), nullable=False),
        sa.Column("teacher_id", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("checkout_id", sa.String(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("status IN ('created', 'open', 'paid', 'expired')", name=op.f("ck_purchases_status")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_purchases_amount")),
        sa.ForeignKeyConstraint(["buyer_id"], ["users.id"], name=op.f("fk_purchases_buyer_id")),
        sa.ForeignKeyConstraint(["creator_id"], ["users.id"], name=op.f("fk_purchases_creator_id")),
        sa.ForeignKeyConstraint(["teacher_id"], ["users.id"], name=op.f("fk_purchases_teacher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchases")),
        sa.UniqueConstraint("buyer_id", "request_key", name=op.f("uq_purchases_buyer_id_request_key")),
        sa.UniqueConstraint("checkout_id", name=op.f("uq_purchases_checkout_id")),
    )
    op.create_index("ix_purchases_status", "purchases", ["status", "expires_at"], unique=False)
    op.create_table(
        "taken_cells",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_taken_cells_user_id")),
        sa.PrimaryKeyConstraint("user_id", "cell", name=op.f("pk_taken_cells")),
    )
    op.create_index("ix_taken_cells_owner", "taken_cells", ["owner_id"], unique=False)
    op.create_table(
        "certifications",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("certified_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_by_user_id", sa.String(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_teaching", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by_user_id"], ["users.id"], name=op.f("fk_certifications_approved_by_user_id")
        ),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_certifications_course_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_certifications_user_id")),
        sa.PrimaryKeyConstraint("user_id", "course_id", name=op.f("pk_certifications")),
    )
    op.create_index("ix_certifications_course_id", "certifications", ["course_id"], unique=False)
    op.create_table(
        "course_modules",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("session_number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_modules_course_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_modules")),
        sa.UniqueConstraint("course_id", "position", name=op.f("uq_course_modules_course_id_position")),
    )
    op.create_table(
        "course_points",
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('objective', 'includes', 'audience', 'prerequisite_required', 'prerequisite_nice', 'prerequisite_none')",
            name=op.f("ck_course_points_kind"),
        ),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_points_course_id")),
        sa.PrimaryKeyConstraint("course_id", "kind", "position", name=op.f("pk_course_points")),
    )
    op.create_table(
        "course_tags",
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_tags_course_id")),
        sa.PrimaryKeyConstraint("course_id", "tag", name=op.f("pk_course_tags")),
    )
    op.create_index("ix_course_tags_tag", "course_tags", ["tag"], unique=False)
    op.create_table(
        "ledger_postings",
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_accounts.id"], name=op.f("fk_ledger_postings_account_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entries.id"], name=op.f("fk_ledger_postings_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "line", name=op.f("pk_ledger_postings")),
    )
    op.create_index("ix_ledger_postings_account_id", "ledger_postings", ["account_id"], unique=False)
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("auth_session_id", sa.String(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["auth_session_id"], ["auth_sessions.id"], name=op.f("fk_refresh_tokens_auth_session_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_refresh_tokens")),
    )
    op.create_index("ix_refresh_tokens_auth_session_id", "refresh_tokens", ["auth_session_id"], unique=False)
    op.create_table(
        "transactions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("purchase_id", sa.String(), nullable=False),
        sa.Column("buyer_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("payment_intent_id", sa.String(), nullable=True),
        sa.Column("charge_id", sa.String(), nullable=True),
        sa.Column("split_rule", sa.String(), nullable=False),
        sa.Column("split_rule_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('completed', 'refunded', 'partially_refunded', 'disputed', 'dispute_lost')",
            name=op.f("ck_transactions_status"),
        ),
        sa.ForeignKeyConstraint(["buyer_id"], ["users.id"], name=op.f("fk_transactions_buyer_id")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_transactions_purchase_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transactions")),
        sa.UniqueConstraint("payment_intent_id", name=op.f("uq_transactions_payment_intent_id")),
        sa.UniqueConstraint("purchase_id", name=op.f("uq_transactions_purchase_id")),
    )
    op.create_index("ix_transactions_buyer_id", "transactions", ["buyer_id"], unique=False)
    op.create_table(
        "enrollments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("student_id", sa.String(), nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("teacher_id", sa.String(), nullable=False),
        sa.Column("transaction_id", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("sessions_bought", sa.Integer(), nullable=False),
        sa.Column("sessions_completed", sa.Integer(), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('enrolled', 'in_progress', 'completed', 'cancelled', 'disputed')",
            name=op.f("ck_enrollments_status"),
        ),
        sa.CheckConstraint(
            "sessions_completed BETWEEN 0 AND sessions_bought", name=op.f("ck_enrollments_sessions_completed")
        ),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_enrollments_course_id")),
        sa.ForeignKeyConstraint(["student_id"], ["users.id"], name=op.f("fk_enrollments_student_id")),
        sa.ForeignKeyConstraint(["teacher_id"], ["users.id"], name=op.f("fk_enrollments_teacher_id")),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name=op.f("fk_enrollments_transaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrollments")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_enrollments_transaction_id")),
    )
    op.create_index("ix_enrollments_course_id", "enrollments", ["course_id", "status"], unique=False)
    op.create_index("ix_enrollments_teacher_id", "enrollments", ["teacher_id"], unique=False)
    op.create_index(
        "uq_enrollments_active",
        "enrollments",
        ["student_id", "course_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('enrolled', 'in_progress', 'disputed')"),
        postgresql_where=sa.text("status IN ('enrolled', 'in_progress', 'disputed')"),
    )
    op.create_table(
        "payment_splits",
        sa.Column("transaction_id", sa.String(), nullable=False),
        sa.Column("share", sa.String(), nullable=False),
        sa.Column("recipient_id", sa.String(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("released_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "share IN ('platform', 'creator_as_author', 'creator_as_instructor', 'teacher')",
            name=op.f("ck_payment_splits_share"),
        ),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_payment_splits_amount")),
        sa.CheckConstraint("released_cents BETWEEN 0 AND amount_cents", name=op.f("ck_payment_splits_released")),
        sa.ForeignKeyConstraint(["recipient_id"], ["users.id"], name=op.f("fk_payment_splits_recipient_id")),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name=op.f("fk_payment_splits_transaction_id")),
        sa.PrimaryKeyConstraint("transaction_id", "share", name=op.f("pk_payment_splits")),
    )
    op.create_index("ix_payment_splits_recipient_id", "payment_splits", ["recipient_id"], unique=False)
    op.create_table(
        "certificates",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("enrollment_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("verify_code", sa.String(), nullable=False),
        sa.Column("recommended_by_user_id", sa.String(), nullable=False),
        sa.Column("decided_by_user_id", sa.String(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'issued', 'rejected', 'revoked')", name=op.f("ck_certificates_status")
        ),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_certificates_course_id")),
        sa.ForeignKeyConstraint(["decided_by_user_id"], ["users.id"], name=op.f("fk_certificates_decided_by_user_id")),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_certificates_enrollment_id")),
        sa.ForeignKeyConstraint(
            ["recommended_by_user_id"], ["users.id"], name=op.f("fk_certificates_recommended_by_user_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_certificates_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("verify_code", name=op.f("uq_certificates_verify_code")),
    )
    op.create_index("ix_certificates_course_id", "certificates", ["course_id", "status"], unique=False)
    op.create_index(
        "uq_certificates_standing",
        "certificates",
        ["user_id", "course_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('pending', 'issued')"),
        postgresql_where=sa.text("status IN ('pending', 'issued')"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("enrollment_id", sa.String(), nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("teacher_id", sa.String(), nullable=False),
        sa.Column("student_id", sa.String(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("occupied_from", sa.BigInteger(), nullable=False),
        sa.Column("occupied_until", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("no_show_user_id", sa.String(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('scheduled', 'in_progress', 'completed', 'cancelled', 'no_show')",
            name=op.f("ck_sessions_status"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_sessions_order")),
        sa.CheckConstraint(
            "occupied_from <= starts_at AND occupied_until >= ends_at", name=op.f("ck_sessions_occupied")
        ),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_sessions_course_id")),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_sessions_enrollment_id")),
        sa.ForeignKeyConstraint(["no_show_user_id"], ["users.id"], name=op.f("fk_sessions_no_show_user_id")),
        sa.ForeignKeyConstraint(["student_id"], ["users.id"], name=op.f("fk_sessions_student_id")),
        sa.ForeignKeyConstraint(["teacher_id"], ["users.id"], name=op.f("fk_sessions_teacher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_enrollment_id", "sessions", ["enrollment_id"], unique=False)
    op.create_index("ix_sessions_status", "sessions", ["status", "ends_at"], unique=False)
    op.create_index("ix_sessions_student_id", "sessions", ["student_id", "starts_at"], unique=False)
    op.create_index("ix_sessions_teacher_id", "sessions", ["teacher_id", "occupied_from"], unique=False)
    op.create_table(
        "attendance",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=True),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_attendance_session_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_attendance_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("session_id", "connection_id", name=op.f("uq_attendance_session_id_connection_id")),
    )
    op.create_index("uq_users_email_lower", "users", [sa.text("lower(email)")], unique=True)
    for table in ("ledger_entries", "ledger_postings"):
        make_append_only(op.get_bind(), table)
