"""Who calls, what a row of the policy asks of them, and what they are answered."""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto


class Role(StrEnum):
    """Who calls. Owner, student, teacher and creator are those of the very thing that the call is about; the others
    have nothing to do with it."""

    VISITOR = "visitor"
    LOGGED_OUT = "logged-out admin"
    SUSPENDED = "suspended admin"
    UNVERIFIED = "unverified member"
    STRANGER = "other student"
    OTHER_TEACHER = "other teacher"
    OTHER_CREATOR = "other creator"
    MODERATOR = "moderator"
    STUDENT = "student of it"
    TEACHER = "teacher of it"
    CREATOR = "creator of it"
    ADMIN = "admin"
    OWNER = "owner"
    STALE = "owner who logged in long ago"


class Gate(Enum):
    """What is asked of every caller, whatever the call is about."""

    OPEN = auto()  # nothing; a token is not read
    OPTIONAL = auto()  # nothing; with a token more is shown
    MEMBER = auto()  # a log-in
    VERIFIED = auto()  # a log-in, and a confirmed address
    CREATING = auto()  # that, and the right to create courses
    TEACHING = auto()  # that, and the right to teach or to create courses
    ADMIN = auto()  # a log-in of an administrator


class Verdict(Enum):
    """What a caller is answered."""

    ALLOWED = auto()
    NO_TOKEN = 401
    STEP_UP = auto()
    REFUSED = 403
    UNKNOWN = 404


@dataclass(frozen=True, slots=True)
class Row:
    """The rule of one operation. Without `only` it is not about a thing of somebody's."""

    gate: Gate
    only: frozenset[Role] = frozenset()
    knows: frozenset[Role] = frozenset()
    recent: bool = False


def about(gate: Gate, *only: Role, knows: tuple[Role, ...] = (), recent: bool = False) -> Row:
    """A row of an operation about one thing: for the owner and these roles; for all others it does not exist."""
    return Row(gate, frozenset({Role.OWNER, Role.STALE, *only}), frozenset(knows), recent=recent)


_NOBODY = frozenset({Role.VISITOR, Role.LOGGED_OUT})
_PASSES = {
    Gate.OPEN: frozenset(Role),
    Gate.OPTIONAL: frozenset(Role),
    Gate.MEMBER: frozenset(Role),
    Gate.VERIFIED: frozenset(Role) - {Role.UNVERIFIED},
    Gate.CREATING: frozenset({Role.OTHER_CREATOR, Role.CREATOR, Role.OWNER, Role.STALE}),
    Gate.TEACHING: frozenset(
        {Role.OTHER_TEACHER, Role.OTHER_CREATOR, Role.TEACHER, Role.CREATOR, Role.OWNER, Role.STALE}
    ),
    Gate.ADMIN: frozenset({Role.ADMIN, Role.OWNER, Role.STALE}),
}


def expected(row: Row, role: Role) -> Verdict:
    """What the row means for somebody; every refusal comes before what follows it here."""
    if row.gate is Gate.OPEN or (row.gate is Gate.OPTIONAL and role in _NOBODY):
        return Verdict.ALLOWED
    if role in _NOBODY:
        return Verdict.NO_TOKEN
    if role is Role.SUSPENDED or role not in _PASSES[row.gate]:
        return Verdict.REFUSED
    if row.recent and role is Role.STALE:
        return Verdict.STEP_UP
    if not row.only or role in row.only:
        return Verdict.ALLOWED
    return Verdict.REFUSED if role in row.knows else Verdict.UNKNOWN
