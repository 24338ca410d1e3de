"""Bodies of the accounts API."""

from typing import Any

from pydantic import ConfigDict, Field

from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

Rows = list[dict[str, Any]]
Parts = dict[str, Rows]


class OpenObligation(ApiModel):
    """Something that keeps the account from being deleted."""

    code: str = Field(
        description="What it is: last_admin, courses_on_sale, places_paid, students_assigned, students_in_courses, "
        "sessions_upcoming, checkouts_open, refunds_due, balances_open. An open set."
    )
    count: int = Field(description="How many there are.")
    hint: str = Field(description="What to do about it.")


class DeletionCheck(ApiModel):
    """Whether the account could be deleted now."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Not yet",
            {
                "can_delete": False,
                "reasons": [
                    {"code": "sessions_upcoming", "count": 1, "hint": "Hold or call off your sessions first."},
                ],
            },
        )
    )

    can_delete: bool = Field(description="Whether nothing is open.")
    reasons: list[OpenObligation] = Field(description="What is open; the same as a refused deletion answers.")


class AccountExport(ApiModel):
    """Everything that is kept of a person. Passwords, secrets and hashes are left out, and so are other people."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "A new account",
            {
                "exported_at": "2026-12-01T15:00:00Z",
                "most_rows": 10000,
                "profile": {"id": "usr_01kbq2z7m8e6h9s0t3v5x7y9za", "name": "Sam Sample", "handle": "sam_sample"},
                "mail_preferences": {"sessions": True, "marketing": False},
                "log_ins": {"auth_sessions": [{"method": "password", "created_at": "2026-12-01T14:58:00Z"}]},
                "second_factors": {"authenticator_apps": [], "recovery_codes": []},
                "passkeys": [],
                "identities": [],
                "applications": {"made": [], "decided": []},
                "invitations": {"received": [], "sent": []},
                "availability": {"rules": [], "own_rules": [], "weekly": [], "dates": [], "external_calendars": []},
                "courses": {"created": [], "certifications": [], "certifications_approved": []},
                "enrollments": [],
                "sessions": {"sessions": [], "attendance": []},
                "recording_consents": [],
                "recordings": [],
                "arrangements": {"holds": [], "invites": [], "waitlist": []},
                "calendar_feeds": [],
                "certificates": {
                    "held": [],
                    "recommended": [],
                    "decided": [],
                    "requested": [],
                    "requests_decided": [],
                },
                "reviews": {"written": [], "received": [], "replies": [], "session_ratings": []},
                "follows": {"people": [], "courses": []},
                "homework": {"given": [], "handed_in": [], "reviewed": []},
                "resources": [],
                "payments": {"purchases": [], "transactions": [], "earnings": [], "balances": []},
                "payouts": {"account": [], "made": [], "decided": [], "returned_by_bank": []},
                "refunds": [],
                "files": [],
                "audit": [],
            },
        )
    )

    exported_at: Instant = Field(description="The instant of which this is true.")
    most_rows: int = Field(description="A list of this many rows was cut; it holds the newest.")
    profile: dict[str, Any] = Field(description="The account itself.")
    mail_preferences: dict[str, bool] = Field(description="Which classes of mail are wanted.")
    log_ins: Parts = Field(description="Auth sessions, and links that were mailed.")
    second_factors: Parts = Field(description="Authenticator apps and recovery codes, without their secrets.")
    passkeys: Rows = Field(description="Passkeys by name.")
    identities: Rows = Field(description="Linked accounts of other providers.")
    applications: Parts = Field(description="Applications to become a creator: own ones, and decisions about others'.")
    invitations: Parts = Field(description="Invitations received and sent.")
    availability: Parts = Field(
        description="When lessons are offered; weekday 0 is Sunday. Of external calendars only where they are."
    )
    courses: Parts = Field(description="Courses created, certifications, and certifications approved.")
    enrollments: Rows = Field(description="Places in courses, as student and as teacher.")
    sessions: Parts = Field(description="Sessions, and when the person was in the room.")
    recording_consents: Rows = Field(description="What the person said to being recorded, and to which text.")
    recordings: Rows = Field(
        description="Recordings the person is in; GET /api/sessions/{id}/recording has what is in them."
    )
    arrangements: Parts = Field(description="Time that was kept, invites to begin now, and times waited for.")
    calendar_feeds: Rows = Field(
        description="Since when there is a calendar feed; GET /api/users/me/calendar-feed has its address."
    )
    certificates: Parts = Field(description="Certificates held, recommended and decided about; requests to teach.")
    reviews: Parts = Field(
        description="Reviews written, stars received as a teacher, replies, and ratings of sessions."
    )
    follows: Parts = Field(description="Courses followed, and since when people are, who are not named.")
    homework: Parts = Field(description="Homework given, handed in and reviewed.")
    resources: Rows = Field(description="What was shared with courses and sessions.")
    payments: Parts = Field(description="Purchases, payments, earnings and balances, in minor units of `currency`.")
    payouts: Parts = Field(
        description="The payout account, payouts, those of others that the person decided about, and what their bank sent back."
    )
    refunds: Rows = Field(description="What the person asked to have back, and got.")
    files: Rows = Field(description="Files by name; GET /api/files/{id}/download has what is in them.")
    audit: Rows = Field(description="Changes that the person made or that were made to the account.")
