"""The routes of every domain. The busiest come first: each route before a match costs time.

They know their whole path and are taken as they are: included ones FastAPI would analyse, and keep, twice.
"""

from fastapi import APIRouter

from app.domains.accounts.router import router as accounts
from app.domains.agenda.router import mine as my_calendar_feed
from app.domains.agenda.router import router as calendar_feeds
from app.domains.arrangements.router import router as arrangements
from app.domains.audit.router import router as audit
from app.domains.auth.router import router as auth
from app.domains.auth.router import well_known
from app.domains.books.router import reconciliation
from app.domains.books.router import router as books
from app.domains.calendar.router import availability, external_calendars
from app.domains.catalogue.router import admin as admin_catalogue
from app.domains.catalogue.router import creators, profiles, tags, topics
from app.domains.catalogue.router import router as catalogue
from app.domains.catalogue.router import teachers as directory_of_teachers
from app.domains.certificates.router import router as certificates
from app.domains.courses.router import admin_courses, admin_topics, studio
from app.domains.courses.router import mine as my_courses
from app.domains.enrollments.router import router as checkout
from app.domains.evidence.router import router as evidence
from app.domains.files.router import avatars
from app.domains.files.router import router as files
from app.domains.follows.router import courses as course_follows
from app.domains.follows.router import people as member_follows
from app.domains.homework.router import router as homework
from app.domains.invitations.router import admin as admin_invitations
from app.domains.invitations.router import router as invitations
from app.domains.mfa.router import router as mfa
from app.domains.oauth.router import callbacks as oauth_callbacks
from app.domains.oauth.router import router as oauth
from app.domains.passkeys.router import router as passkeys
from app.domains.payments.router import router as payments
from app.domains.payouts import router as payouts
from app.domains.recordings.router import router as recordings
from app.domains.refunds.router import disputes, managing, places
from app.domains.resources.router import router as resources
from app.domains.reviews import router as reviews
from app.domains.roles.router import admin_applications, admin_users
from app.domains.roles.router import router as applications
from app.domains.sessions.router import admin as admin_sessions
from app.domains.sessions.router import admin_places, teachers
from app.domains.sessions.router import changing as session_changes
from app.domains.sessions.router import courses as course_slots
from app.domains.sessions.router import places as enrollments
from app.domains.sessions.router import router as sessions
from app.domains.users.router import router as users
from app.domains.video.router import router as video
from app.domains.webhooks.router import router as webhooks
from app.edge.errors_page import router as errors

api = APIRouter()
for router in (
    users,
    my_courses,
    catalogue,
    teachers,
    course_slots,
    auth,
    mfa,
    passkeys,
    oauth,
    oauth_callbacks,
    topics,
    tags,
    creators,
    directory_of_teachers,
    profiles,
    session_changes,
    sessions,
    arrangements,
    video,
    recordings,
    calendar_feeds,
    my_calendar_feed,
    availability,
    external_calendars,
    checkout,
    enrollments,
    certificates,
    homework,
    resources,
    payments,
    payouts.earnings,
    payouts.accounts,
    payouts.payouts,
    payouts.admin,
    books,
    reconciliation,
    files,
    avatars,
    studio,
    applications,
    invitations,
    admin_applications,
    admin_invitations,
    admin_users,
    admin_sessions,
    admin_places,
    admin_courses,
    admin_topics,
    admin_catalogue,
    audit,
    member_follows,
    course_follows,
    reviews.courses,
    reviews.teachers,
    reviews.places,
    reviews.replies,
    reviews.sessions,
    reviews.admin,
    places,
    managing,
    disputes,
    evidence,
    accounts,
    webhooks,
    errors,
):
    api.routes.extend(router.routes)

__all__ = ["api", "well_known"]
