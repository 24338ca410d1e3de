"""Identity: second factors, passkeys, other providers, invitations, applications, audit log, key-value store.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.append_only import make_append_only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_type", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("after", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_actor_id", "audit_entries", ["actor_id", "created_at"], unique=False)
    op.create_index("ix_audit_entries_created_at", "audit_entries", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_audit_entries_subject", "audit_entries", ["subject_type", "subject_id", "created_at"], unique=False
    )
    op.create_table(
        "key_values",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_key_values")),
    )
    op.create_table(
        "rate_limits",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("arrival_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limits")),
    )
    op.create_table(
        "creator_applications",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("expertise_areas", sa.String(), nullable=False),
        sa.Column("teaching_experience", sa.String(), nullable=False),
        sa.Column("course_ideas", sa.String(), nullable=False),
        sa.Column("motivation", sa.String(), nullable=False),
        sa.Column("portfolio_url", sa.String(), nullable=True),
        sa.Column("reviewed_by_user_id", sa.String(), nullable=True),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=True),
        sa.Column("denial_reason", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("status IN ('pending', 'approved', 'denied')", name=op.f("ck_creator_applications_status")),
        sa.ForeignKeyConstraint(
            ["reviewed_by_user_id"], ["users.id"], name=op.f("fk_creator_applications_reviewed_by_user_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_creator_applications_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_creator_applications")),
    )
    op.create_index("ix_creator_applications_status", "creator_applications", ["status", "created_at"], unique=False)
    op.create_index(
        "uq_creator_applications_pending",
        "creator_applications",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_table(
        "external_identities",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_external_identities_user_id")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_external_identities")),
    )
    op.create_index("ix_external_identities_user_id", "external_identities", ["user_id"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("invited_by_user_id", sa.String(), nullable=False),
        sa.Column("accepted_by_user_id", sa.String(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('member', 'moderator')", name=op.f("ck_invitations_kind")),
        sa.CheckConstraint(
            "status IN ('pending', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_invitations_status")
        ),
        sa.ForeignKeyConstraint(["accepted_by_user_id"], ["users.id"], name=op.f("fk_invitations_accepted_by_user_id")),
        sa.ForeignKeyConstraint(["invited_by_user_id"], ["users.id"], name=op.f("fk_invitations_invited_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
    )
    op.create_index(
        "uq_invitations_pending",
        "invitations",
        ["email", "kind"],
        unique=True,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_table(
        "mail_preferences",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("sessions", sa.Boolean(), nullable=False),
        sa.Column("session_reminders", sa.Boolean(), nullable=False),
        sa.Column("feedback_reminders", sa.Boolean(), nullable=False),
        sa.Column("courses", sa.Boolean(), nullable=False),
        sa.Column("certificates", sa.Boolean(), nullable=False),
        sa.Column("payments", sa.Boolean(), nullable=False),
        sa.Column("messages", sa.Boolean(), nullable=False),
        sa.Column("marketing", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_mail_preferences_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_mail_preferences")),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passkeys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
    )
    op.create_index("ix_passkeys_user_id", "passkeys", ["user_id"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_index("ix_recovery_codes_user_id", "recovery_codes", ["user_id"], unique=False)
    op.create_table(
        "totp_secrets",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("sealed_secret", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_totp_secrets_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_totp_secrets")),
    )
    op.add_column("auth_sessions", sa.Column("method", sa.String(), nullable=True))
    op.add_column("auth_sessions", sa.Column("device", sa.String(), nullable=True))
    op.add_column("auth_sessions", sa.Column("network", sa.String(), nullable=True))
    op.add_column("auth_sessions", sa.Column("authenticated_at", sa.BigInteger(), nullable=True))
    op.add_column("auth_sessions", sa.Column("last_used_at", sa.BigInteger(), nullable=True))
    op.add_column("mail_tokens", sa.Column("new_email", sa.String(), nullable=True))
    op.add_column("mail_tokens", sa.Column("previous_email", sa.String(), nullable=True))
    op.execute(  # as text, because SQLite can add a CHECK only together with its column
        "ALTER TABLE users ADD COLUMN email_status VARCHAR DEFAULT 'ok' NOT NULL "
        "CONSTRAINT ck_users_email_status CHECK (email_status IN ('ok', 'bounced', 'complained'))"
    )
    op.add_column("users", sa.Column("title", sa.String(), nullable=True))
    op.add_column("users", sa.Column("bio_short", sa.String(), nullable=True))
    op.add_column("users", sa.Column("bio", sa.String(), nullable=True))
    op.add_column("users", sa.Column("teaching_philosophy", sa.String(), nullable=True))
    op.add_column("users", sa.Column("website", sa.String(), nullable=True))
    op.add_column("users", sa.Column("location", sa.String(), nullable=True))
    op.add_column("users", sa.Column("avatar_key", sa.String(), nullable=True))
    op.add_column("users", sa.Column("can_take_courses", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column(
        "users", sa.Column("can_moderate_courses", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("users", sa.Column("suspended_reason", sa.String(), nullable=True))
    op.add_column("users", sa.Column("deleted_at", sa.BigInteger(), nullable=True))
    op.add_column("users", sa.Column("last_login_at", sa.BigInteger(), nullable=True))
    op.execute("UPDATE auth_sessions SET authenticated_at = created_at, last_used_at = created_at")
    widen_mail_token_purposes()
    make_append_only(op.get_bind(), "audit_entries")


def widen_mail_token_purposes() -> None:
    """SQLite keeps a CHECK for the life of its table, so there Alembic makes the table anew."""
    with op.batch_alter_table("mail_tokens", reflect_kwargs={"resolve_fks": False}) as table:
        table.drop_constraint(op.f("ck_mail_tokens_purpose"), type_="check")
        table.create_check_constraint(
            op.f("ck_mail_tokens_purpose"), "purpose IN ('verify_email', 'reset_password', 'change_email')"
        )
