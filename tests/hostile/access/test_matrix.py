"""Every operation as everybody, for their own things and for those of others: exactly what the policy says."""

import httpx
import pytest

from tests.hostile.access.cast import Cast, make_cast
from tests.hostile.access.policy import POLICY
from tests.hostile.access.rules import Role, Verdict, expected
from tests.hostile.document import Operation
from tests.hostile.findings import PROBLEM, Findings, changed, snapshot
from tests.hostile.stage import Stage

# The caller was let in; what the body wanted to prove was wrong.
ABOUT_THE_BODY = frozenset(
    {
        "login_failed",
        "refresh_token_invalid",
        "wrong_password",
        "password_not_set",
        "code_refused",
        "log_in_challenge_ended",
        "second_factor_refused",
        "passkey_refused",
        "passkey_not_proven",
        "identity_not_linked",
        "only_students_score",
    }
)
# The owner's call, which comes first, leaves nothing for a second one.
USED_UP = frozenset(
    {
        ("auth.end_session", Role.STALE),
        ("courses.delete", Role.ADMIN),
        ("courses.delete", Role.STALE),
        ("external_calendars.remove", Role.STALE),
        ("files.delete", Role.STALE),
        ("modules.remove", Role.ADMIN),
        ("modules.remove", Role.STALE),
    }
)
USED_UP |= {
    (operation_id, role)
    for operation_id in ("homework.delete", "resources.remove")
    for role in (Role.STALE, Role.CREATOR, Role.ADMIN)
}
# The walk is cut before these operations: it takes longer than one test may. Each part has people and things of its
# own.
CUTS = ("users.me", "courses.list", "certificates.recommend")
# Only these can end the log-in of somebody who calls them.
ON_THE_CALLER = frozenset({"auth", "mfa", "passkeys", "oauth", "accounts", "users", "avatar", "admin_users"})


@pytest.fixture
async def cast(stage: Stage) -> Cast:
    return await make_cast(stage)


def verdict(answer: httpx.Response) -> Verdict | str:
    """What an answer amounts to; a mistake of ours is none."""
    is_problem = answer.headers.get("content-type") == PROBLEM
    code = answer.json()["code"] if is_problem else ""
    match answer.status_code:
        case _ if code in ABOUT_THE_BODY:
            return Verdict.ALLOWED
        case 401 if code == "step_up_needed":
            return Verdict.STEP_UP
        case 401 | 403 | 404 as status:
            return Verdict(status)
        case status if status < 500:
            return Verdict.ALLOWED
        case status:
            return f"{status} {code}"


def test_every_operation_has_a_row_and_every_row_an_operation(walked: list[Operation]) -> None:
    operations = {operation.id for operation in walked}
    assert sorted(operations - POLICY.keys()) == [], "operations without a row in policy.py"
    assert sorted(POLICY.keys() - operations) == [], "rows of policy.py without an operation"


def test_the_parts_are_the_whole() -> None:
    assert [operation_id for first in CUTS for operation_id in _part(first)] == list(POLICY)


# Who may do what is decided before any SQL, and takes minutes to walk: one database is enough.
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("first", CUTS)
async def test_everybody_is_answered_as_the_policy_says(
    walked: list[Operation], stage: Stage, cast: Cast, findings: Findings, first: str
) -> None:
    """First all refusals, which change nothing; then what is allowed, by its owner first, for whom it must work."""
    part = _part(first)
    by_id = {operation.id: operation for operation in walked}
    before = await snapshot(stage.world)
    for operation_id, role in _pairs(part, is_allowed=False):
        await _check(cast, by_id[operation_id], role, findings)
    faults = changed(before, await snapshot(stage.world))
    findings.same("rows", faults.keys() - {"auth_sessions", "refresh_tokens"}, set())  # the log-ins of the callers
    cast.forget_log_ins()
    for operation_id, role in _pairs(part, is_allowed=True):
        await _check(cast, by_id[operation_id], role, findings)
        is_on_caller = operation_id.partition(".")[0] in ON_THE_CALLER
        if is_on_caller and by_id[operation_id].method != "GET" and not POLICY[operation_id].only:
            cast.forget_log_ins()


def _part(first: str) -> list[str]:
    """The operations from this one to the next cut."""
    ids = list(POLICY)
    ends = [*map(ids.index, CUTS[1:]), len(ids)]
    return ids[ids.index(first) : ends[CUTS.index(first)]]


def _pairs(part: list[str], *, is_allowed: bool) -> list[tuple[str, Role]]:
    """Operations and who calls them, the owner first."""
    roles = sorted(Role, key=lambda role: role is not Role.OWNER)
    return [
        (operation_id, role)
        for operation_id in part
        for role in roles
        if (expected(POLICY[operation_id], role) is Verdict.ALLOWED) == is_allowed
        and (operation_id, role) not in USED_UP
    ]


async def _check(cast: Cast, operation: Operation, role: Role, findings: Findings) -> None:
    answer, wanted = await cast.send(operation, role), expected(POLICY[operation.id], role)
    case = f"{operation.id} by {role}"
    findings.same(f"{case} ({answer.status_code} {answer.text[:160]})", verdict(answer), wanted)
    if role is Role.OWNER and operation.id in cast.stage.calls:
        findings.accepted(case, answer)
