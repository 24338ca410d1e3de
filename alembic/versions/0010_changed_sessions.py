"""Sessions know when what their two people agreed on last changed.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("changed_at", sa.BigInteger(), nullable=True))
    op.execute("UPDATE sessions SET changed_at = created_at")
