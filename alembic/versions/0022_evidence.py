"""What was told a bank, whether a lost dispute ended the place, and payouts that banks sent back.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    remember_disputes()


def remember_disputes() -> None:
    """Until now every dispute that was lost ended its place."""
    with op.batch_alter_table("disputes", reflect_kwargs={"resolve_fks": False}) as table:
        table.add_column(sa.Column("ends_place", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        table.add_column(sa.Column("statement", sa.String(), nullable=True))
    op.execute("UPDATE disputes SET ends_place = true WHERE status = 'lost' AND enrollment_id IS NOT NULL")
