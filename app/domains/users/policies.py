"""Pure rules about people: who sees a private profile."""

from app.domains.users.types import UserId
from app.edge.principal import Principal


def sees_private(viewer: Principal | None, user_id: UserId | None = None) -> bool:
    """Whether the viewer sees private profiles, or this person's: those who moderate do, and everybody their own."""
    return viewer is not None and (viewer.is_admin or viewer.can_moderate_courses or viewer.user_id == user_id)
