"""Who may offer time, and the rules of booking, for the routes that need them."""

from typing import Annotated

from fastapi import Depends

from app.domains.calendar.errors import NotATeacher
from app.domains.calendar.policies import BookingPolicy
from app.domains.courses import service as courses
from app.domains.users.types import UserId
from app.edge.deps import AppSettings, Db
from app.edge.principal import Principal, VerifiedUser


async def _policy(settings: AppSettings) -> BookingPolicy:
    return BookingPolicy.of(settings)


async def _teaching_user(caller: VerifiedUser, db: Db) -> Principal:
    """Also somebody whose right to teach more was taken while they are still booked for what they are certified for."""
    may_offer = caller.can_teach_courses or caller.can_create_courses
    if not may_offer and not await db.read(courses.teaches, UserId(caller.user_id)):
        raise NotATeacher
    return caller


Policy = Annotated[BookingPolicy, Depends(_policy)]

TeachingUser = Annotated[Principal, Depends(_teaching_user)]
"""Somebody verified who teaches, may teach or may create courses."""
