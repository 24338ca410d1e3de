"""Refusals about following."""

from app.core.errors import NotFound, Problem


class FollowsOneself(Problem):
    """Nobody follows themselves."""

    status, code = 400, "follows_oneself"
    title = "You cannot follow yourself."
    hint = "Name somebody else; GET /api/teachers and GET /api/creators list people."


class NotFollowing(NotFound):
    """The caller does not follow this person, or the person shows their profile to nobody at present."""

    code = "not_following"
    title = "You do not follow anybody of this id."
    hint = "GET /api/users/me/follows lists whom you follow."
