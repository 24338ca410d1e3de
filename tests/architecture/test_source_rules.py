"""The house rules hold everywhere, and each of them finds what it is for and nothing else."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.architecture.rules import LONGEST_FILE, LONGEST_FUNCTION, RULES, Rule, Source

ROOT = Path(__file__).parents[2]
BY_NAME = {rule.name: rule for rule in RULES}

SERVICE, ROUTER = "app/domains/courses/service.py", "app/domains/courses/router.py"
DEPS = "app/domains/courses/deps.py"
ROUTE = '@router.get("/c", operation_id="courses.list", summary="List")\n'


def _function(lines: int) -> str:
    return "def f():\n" + "    pass\n" * (lines - 1)


BAD = [
    ("commit", SERVICE, "session.commit()"),
    ("commit", SERVICE, "await db.session().commit()"),
    ("statements", SERVICE, "from sqlalchemy import select\nselect(Course)"),
    ("statements", SERVICE, "from sqlalchemy.dialects.postgresql import insert\ninsert(Course)"),
    ("statements", SERVICE, "import sqlalchemy as sa\nsa.update(Course)"),
    ("http-below-router", SERVICE, "from fastapi import HTTPException"),
    ("http-below-router", "app/domains/courses/policies.py", "from starlette.requests import Request"),
    ("clock", SERVICE, "datetime.now(UTC)"),
    ("clock", "app/sandbox/books.py", "import datetime\ndatetime.datetime.utcnow()"),
    ("clock", SERVICE, "time.time()"),
    ("clock", SERVICE, "date.today()"),
    ("routes", ROUTER, '@router.get("/c", summary="List")\nasync def f() -> None: ...'),
    ("routes", ROUTER, '@router.get("/c", operation_id="courses.list")\nasync def f() -> None: ...'),
    ("routes", ROUTER, f"{ROUTE}async def f(): ..."),
    ("routes", ROUTER, '@checkout.post("/session", summary="Buy")\nasync def f() -> None: ...'),
    ("routes", ROUTER, '@well_known.get("", operation_id="keys.list")\nasync def f() -> None: ...'),
    ("async-dependencies", DEPS, "def f(): ...\nDb = Annotated[Database, Depends(f)]"),
    ("async-dependencies", DEPS, "async def g(x: Annotated[str, fastapi.Depends(dependency=f)]): ...\ndef f(): ..."),
    ("async-dependencies", DEPS, "def f(): ...\nUser = Annotated[Principal, Security(f)]"),
    ("logging", SERVICE, 'logger.info(f"booked {session_id}")'),
    ("logging", SERVICE, 'self._logger.warning("booked %s" % session_id)'),
    ("logging", SERVICE, 'log_event(logger, f"courses.{name}")'),
    ("logging", SERVICE, 'logging.error("booked {}".format(session_id))'),
    ("long-function", SERVICE, _function(LONGEST_FUNCTION + 1)),
    ("long-file", "tests/test_all.py", "\n" * (LONGEST_FILE + 1)),
]

GOOD = [
    ("commit", "app/db/database.py", "session.commit()"),
    ("commit", SERVICE, "commit(session)"),
    ("statements", "app/domains/users/repository.py", "from sqlalchemy import select\nselect(User)"),
    ("statements", "app/domains/courses/repository/courses.py", "from sqlalchemy import select\nselect(Course)"),
    ("statements", SERVICE, "from app.domains.courses.repository import select\nselect(session)"),
    ("statements", SERVICE, "{}.update(a=1)\nrepository.delete(session, course_id)"),
    ("http-below-router", ROUTER, "from fastapi import Request"),
    ("http-below-router", "app/domains/auth/router/login.py", "from fastapi import Request"),
    ("http-below-router", SERVICE, "from app.core.errors import NotFound"),
    ("clock", "app/core/clock.py", "datetime.now(UTC)"),
    ("clock", SERVICE, "session.now\nclock.now()\ntime.perf_counter()"),
    ("routes", ROUTER, f"{ROUTE}async def f() -> None: ..."),
    ("routes", ROUTER, f"{ROUTE.replace(')', ', response_model=Course)')}async def f(): ..."),
    ("routes", ROUTER, '@router.get("/c", include_in_schema=False)\nasync def f(): ...'),
    ("routes", ROUTER, "@lru_cache.get()\ndef f(): ..."),
    ("routes", ROUTER, '@registry.get("kind")\ndef f(): ...'),
    ("async-dependencies", DEPS, "async def f(): ...\nDb = Annotated[Database, Depends(f)]"),
    ("async-dependencies", DEPS, 'def state(name): ...\nDb = Annotated[Database, Depends(state("db"))]'),
    ("async-dependencies", DEPS, "def f(): ...\nf()"),
    ("logging", SERVICE, 'log_event(logger, "courses.published", course_id=course.id, note=f"{1}")'),
    ("logging", SERVICE, 'print(f"{name}")\nlogger.error("http.unexpected_error", exc_info=error)'),
    ("long-function", SERVICE, _function(LONGEST_FUNCTION)),
    ("long-file", SERVICE, "\n" * LONGEST_FILE),
]


@pytest.mark.parametrize(("name", "path", "snippet"), BAD)
def test_rule_finds_a_violation(name: str, path: str, snippet: str) -> None:
    assert len(BY_NAME[name].violations(Source(path, dedent(snippet)))) == 1


@pytest.mark.parametrize(("name", "path", "snippet"), GOOD)
def test_rule_leaves_good_code_alone(name: str, path: str, snippet: str) -> None:
    assert BY_NAME[name].violations(Source(path, dedent(snippet))) == []


def test_every_rule_is_tested_both_ways() -> None:
    assert {name for name, _, _ in BAD} == {name for name, _, _ in GOOD} == set(BY_NAME)


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    files = (file for folder in ("app", "tests") for file in sorted((ROOT / folder).rglob("*.py")))
    return [Source(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")) for file in files]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_house_keeps_the_rule(rule: Rule, sources: list[Source]) -> None:
    found = [violation for source in sources for violation in rule.violations(source)]
    assert not found, "\n".join(found)
