"""Files remember how many bytes their addresses take, and until when.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("files", sa.Column("sent_bytes", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("files", sa.Column("takes_until", sa.BigInteger(), nullable=True))
    op.execute("UPDATE files SET sent_bytes = size_bytes")
