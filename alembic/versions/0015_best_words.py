"""What has a word is read off in the order of a search.

Forward only; one transaction; the code before and after must both run on this schema.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_course_terms_best", "course_terms", ["term", "weight", "published_at", "course_id"])
