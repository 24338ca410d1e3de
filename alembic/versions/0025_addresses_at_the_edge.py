"""The edge: addresses that caches are yet to be told, beside tags.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("purge_tags", sa.Column("is_address", sa.Boolean(), server_default=sa.text("false"), nullable=False))
