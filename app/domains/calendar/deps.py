"""Who may offer time, and the rules of booking, for the routes that need them."""

from typing import Annotated

from fastapi import Depends

from app.domains.calendar.errors import NotATeacher
from app.domains.calendar.policies import BookingPolicy
from app.edge.deps import AppSettings
from app.edge.principal import Principal, VerifiedUser


async def _policy(settings: AppSettings) -> BookingPolicy:
    return BookingPolicy.of(settings)


async def _teaching_user(caller: VerifiedUser) -> Principal:
    if not (caller.can_teach_courses or caller.can_create_courses):
        raise NotATeacher
    return caller


Policy = Annotated[BookingPolicy, Depends(_policy)]

TeachingUser = Annotated[Principal, Depends(_teaching_user)]
"""Somebody verified who teaches or creates courses."""
