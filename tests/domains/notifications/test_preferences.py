"""Who declined a class of mail does not get it; what protects an account cannot be declined."""

from dataclasses import asdict, fields

import pytest
from sqlalchemy import insert

from app.db.session import WriteSession
from app.domains.notifications.service.catalogue import CATALOGUE
from app.domains.notifications.types import Template
from app.domains.users import service as users
from app.domains.users.models import MailPreferences
from app.domains.users.types import MailChoices, UserId
from tests.domains.certificates.scene import open_scene
from tests.support.world import World

CLASSES = {field.name for field in fields(MailChoices)}
DECLINED = {
    Template.ENROLLMENT_NOTICE: "payments",
    Template.PAYOUT_PAID: "payments",
    Template.COURSE_COMPLETED: "certificates",
    Template.RECOMMENDATION_HINT: "courses",
    Template.SESSION_BOOKED: "sessions",
    Template.SESSION_INVITED: "sessions",
    Template.SESSION_INVITE_ANSWERED: "sessions",
    Template.EARLIER_TIME_OFFERED: "sessions",
    Template.RECORDING_READY: "sessions",
    Template.SESSION_REMINDER: "session_reminders",
    Template.FEEDBACK_NUDGE: "feedback_reminders",
    Template.CERTIFICATE_RECOMMENDED: "certificates",
    Template.CERTIFICATE_ISSUED: "certificates",
    Template.TEACHING_REQUESTED: "certificates",
    Template.TEACHING_DECLINED: "certificates",
    Template.HOMEWORK_SUBMITTED: "courses",
    Template.HOMEWORK_REVIEWED: "courses",
    Template.REVIEW_RECEIVED: "courses",
    Template.REVIEW_ANSWERED: "courses",
}


def choose(session: WriteSession, user_id: UserId, choices: MailChoices) -> None:
    row = asdict(choices) | {"user_id": user_id, "updated_at": session.now}
    session.execute(insert(MailPreferences).values(row))


def only(name: str, *, is_wanted: bool) -> MailChoices:
    return MailChoices(**{each: is_wanted == (each == name) for each in CLASSES})


@pytest.mark.parametrize("template", Template)
def test_each_mail_has_its_class_or_none(template: Template) -> None:
    is_wanted = CATALOGUE[template].is_wanted
    assert (is_wanted is None) == (template not in DECLINED)
    if is_wanted is not None:
        assert is_wanted(only(DECLINED[template], is_wanted=True))
        assert not is_wanted(only(DECLINED[template], is_wanted=False))


async def test_a_declined_mail_is_left_out_and_the_others_come(world: World) -> None:
    scene = await open_scene(world)
    await world.settle()
    await world.write(choose, scene.student.user_id, only("certificates", is_wanted=False))
    await world.write(choose, scene.teacher.user_id, only("courses", is_wanted=False))
    await scene.complete()
    assert [mail["subject"] for mail in await world.mails_to(scene.student.email)] == ["Your place in Intro to n8n"]
    assert [mail["subject"] for mail in await world.mails_to(scene.teacher.email)] == ["New student in Intro to n8n"]


async def test_choices_are_read_as_made_or_by_default(world: World) -> None:
    sam, tess = await world.member("Sam Sample"), await world.member("Tess Template")
    await world.write(choose, tess.user_id, only("marketing", is_wanted=True))
    assert await world.db.read(users.mail_preferences, sam.user_id) == MailChoices(marketing=False)
    assert await world.db.read(users.mail_preferences, tess.user_id) == only("marketing", is_wanted=True)
    assert {column.name for column in MailPreferences.__table__.columns} - {"user_id", "updated_at"} == CLASSES
