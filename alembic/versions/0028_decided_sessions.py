"""An administrator's decision how a session ended stands: nobody's word changes it.

Forward only; one transaction; the code before and after must both run on this schema.
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Alembic adds no foreign keys on SQLite, which takes this of both databases."""
    reference = "CONSTRAINT fk_sessions_resolved_by_user_id REFERENCES users (id)"
    op.execute(f"ALTER TABLE sessions ADD COLUMN resolved_by_user_id VARCHAR {reference}")
    op.execute(
        "UPDATE sessions SET resolved_by_user_id = (SELECT actor_id FROM audit_entries "
        "WHERE action = 'session.resolved' AND subject_type = 'session' AND subject_id = sessions.id "
        "ORDER BY created_at DESC LIMIT 1) "
        "WHERE id IN (SELECT subject_id FROM audit_entries WHERE action = 'session.resolved')"
    )
