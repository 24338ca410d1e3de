"""What was made of a course on sale once is found again by the listing's version.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("course_listings", sa.Column("version", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(  # a job gives each a version of its own: the code before changes listings and leaves it as it is
        "INSERT INTO jobs (id, kind, payload, state, run_at, attempts, created_at) "
        "SELECT 'job_catalogue_versions', 'catalogue.rebuild', '{\"after\": null}', 'queued', 0, 0, 0 "
        "WHERE EXISTS (SELECT 1 FROM course_listings) "
        "AND NOT EXISTS (SELECT 1 FROM jobs WHERE kind = 'catalogue.rebuild' AND state = 'queued')"
    )
