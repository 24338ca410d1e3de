"""Issuing, rejecting, and what a certificate is worth afterwards."""

import asyncio

import pytest
from sqlalchemy import select

from app.db.session import ReadSession
from app.domains.certificates import service
from app.domains.certificates.errors import CertificateNotFound
from app.domains.certificates.models import Certificate
from app.domains.certificates.types import CertificateId
from app.edge.principal import Principal
from tests.domains.certificates.scene import Scene, act_as, is_bookable, make_admin, open_scene
from tests.support.world import Actor, World


@pytest.fixture
async def scene(world: World) -> Scene:
    return await open_scene(world)


@pytest.mark.parametrize("role", ["creator", "admin"])
async def test_issuing_makes_a_bookable_teacher(scene: Scene, role: str) -> None:
    certificate_id = await scene.recommended()
    caller = await act_as(scene, role)
    assert not await is_bookable(scene)
    answer = await caller.post(f"/api/certificates/{certificate_id}/issue")
    assert answer.status_code == 200
    assert answer.json()["status"] == "issued"
    assert answer.json()["decided_at"] == "2026-12-01T09:00:00Z"
    assert await is_bookable(scene)
    assert "teacher" in (await scene.student.get("/api/users/me")).json()["roles"]


@pytest.mark.parametrize("verdict", ["issue", "reject"])
@pytest.mark.parametrize(
    ("role", "status", "code"),
    [
        ("student", 403, "may_not_decide"),
        ("teacher", 403, "may_not_decide"),
        ("stranger", 404, "certificate_not_found"),
    ],
)
async def test_nobody_else_decides(scene: Scene, verdict: str, role: str, status: int, code: str) -> None:
    certificate_id = await scene.recommended()
    answer = await (await act_as(scene, role)).post(f"/api/certificates/{certificate_id}/{verdict}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not await is_bookable(scene)


async def test_an_admin_does_not_certify_themself(scene: Scene) -> None:
    certificate_id = await scene.recommended()
    await scene.world.write(make_admin, scene.student.user_id)
    answer = await scene.student.post(f"/api/certificates/{certificate_id}/issue")
    assert answer.json()["code"] == "may_not_decide"


async def test_rejecting_keeps_the_row_and_certifies_nobody(scene: Scene) -> None:
    certificate_id = await scene.recommended()
    answer = await scene.creator.post(f"/api/certificates/{certificate_id}/reject")
    assert (answer.status_code, answer.json()["status"]) == (200, "rejected")
    assert not await is_bookable(scene)


@pytest.mark.parametrize("first", ["issue", "reject"])
@pytest.mark.parametrize("second", ["issue", "reject"])
async def test_what_is_decided_stays_decided(scene: Scene, first: str, second: str) -> None:
    certificate_id = await scene.recommended()
    await scene.creator.post(f"/api/certificates/{certificate_id}/{first}")
    answer = await scene.creator.post(f"/api/certificates/{certificate_id}/{second}")
    assert (answer.status_code, answer.json()["code"]) == (409, "certificate_not_pending")
    assert await is_bookable(scene) == (first == "issue")


async def test_of_two_decisions_at_once_one_counts(scene: Scene) -> None:
    certificate_id = await scene.recommended()
    admin = await act_as(scene, "admin")
    answers = await asyncio.gather(
        *(caller.post(f"/api/certificates/{certificate_id}/issue") for caller in (scene.creator, admin) * 3)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]


async def test_an_unknown_certificate_is_not_found(scene: Scene) -> None:
    answer = await scene.creator.post("/api/certificates/crt_01kbq2z7m8e6h9s0t3v5x7y9zg/issue")
    assert answer.json()["code"] == "certificate_not_found"


async def test_a_code_proves_an_issued_certificate_to_anybody(scene: Scene) -> None:
    certificate_id = await scene.recommended()
    issued = (await scene.creator.post(f"/api/certificates/{certificate_id}/issue")).json()
    for code in (issued["verify_code"], issued["verify_code"].upper()):
        answer = await scene.world.http.get(f"/api/certificates/{code}/verify")
        assert answer.json() == {
            "holder_name": "Sam Sample",
            "course_title": "Intro to n8n",
            "status": "issued",
            "issued_at": "2026-12-01T09:00:00Z",
        }
        assert answer.headers["Cache-Control"].startswith("public, max-age=10,")


def _code_of(session: ReadSession, certificate_id: str) -> str | None:
    return session.scalar(select(Certificate.verify_code).where(Certificate.id == certificate_id))


async def test_a_code_proves_nothing_before_that(scene: Scene) -> None:
    certificate_id = await scene.recommended()
    code = await scene.world.db.read(_code_of, certificate_id)
    assert (await scene.world.http.get(f"/api/certificates/{code}/verify")).status_code == 404
    await scene.creator.post(f"/api/certificates/{certificate_id}/reject")
    assert (await scene.world.http.get(f"/api/certificates/{code}/verify")).status_code == 404


@pytest.mark.parametrize(("code", "status"), [("7k2mq-9xv4r-c0d8n-w5j3t", 404), ("short", 422), ("%00", 400)])
async def test_other_codes_prove_nothing(world: World, code: str, status: int) -> None:
    assert (await world.http.get(f"/api/certificates/{code}/verify")).status_code == status


async def test_who_was_an_administrator_a_moment_ago_decides_no_more(scene: Scene) -> None:
    """The request was let in before the role went; the course's creator needs none."""
    certificate_id = CertificateId(await scene.recommended())
    former = _let_in_as_admin(await scene.world.member("Ada Admin"), scene)
    with pytest.raises(CertificateNotFound):
        await scene.world.write(service.issue, former, certificate_id)
    issued = await scene.world.write(service.issue, _let_in_as_admin(scene.creator, scene), certificate_id)
    assert issued.status == "issued"


def _let_in_as_admin(actor: Actor, scene: Scene) -> Principal:
    return Principal(
        user_id=actor.user_id,
        auth_session_id="aus_1",
        authenticated_at=scene.world.clock.now(),
        is_email_verified=True,
        is_admin=True,
        can_moderate_courses=False,
        can_create_courses=False,
        can_teach_courses=False,
    )
