"""Courses on sale are ordered by their titles, which their slugs need not follow.

Forward only; one transaction; the code before and after must both run on this schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("course_listings", sa.Column("sort_title", _PLAIN, nullable=False, server_default=""))
    op.execute("UPDATE course_listings SET sort_title = replace(slug, '-', ' ')")  # near enough until the job has run
    op.create_index("ix_course_listings_sort_title", "course_listings", ["sort_title", "course_id"])
    op.execute(  # a job lists the courses as they are
        "INSERT INTO jobs (id, kind, payload, state, run_at, attempts, created_at) "
        "SELECT 'job_catalogue_sorted_titles', 'catalogue.rebuild', '{\"after\": null}', 'queued', 0, 0, 0 "
        "WHERE EXISTS (SELECT 1 FROM course_listings)"
    )
