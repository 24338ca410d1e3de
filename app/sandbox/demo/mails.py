"""Every mail with the demo cast in it, to look at."""

from html import escape
from pathlib import Path

from app.domains.auth.types import LoginMethod
from app.domains.notifications import policies
from app.domains.notifications.policies import Letter
from app.domains.notifications.service import write_letter
from app.domains.notifications.types import Template
from app.domains.payouts.types import BankFault, FailureCode
from app.domains.users.types import Person, SecurityChange, UserId
from app.sandbox.demo import cast

APP_URL = "https://app.peerloop.example"
_MOMENT = "Tue 1 Dec 2026, 16:00 (UTC+01:00), Europe/Berlin"
_FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0"
_TOKEN = "mtk_01kbq2z7m8e6h9s0t3v5x7y9za.5FJ7lDq0rPzW2n8bYx4vT1cKgUeHsMoAiR6wZt3jQyE"  # noqa: S105 - of nobody


def _person(member: cast.Member) -> Person:
    handle = member.name.lower().replace(" ", "_")
    return Person(UserId(f"usr_{handle}"), member.name, handle, member.email, member.timezone, member.is_verified)


_SAM, _TESS, _MO, _ADA = (_person(member) for member in (cast.SAM, cast.TESS, cast.MO, cast.ADA))


def _link(path: str) -> dict[str, object]:
    return {"token": _TOKEN, "url": f"{APP_URL}{path}?token={_TOKEN}"}


_PLACE: dict[str, object] = {
    "enrollment_id": "enr_01kbq2z7m8e6h9s0t3v5x7y9za",
    "course": {"title": "Intro to n8n"},
    "student": _SAM,
    "teacher": _TESS,
    "sessions": "2 sessions",
    "receipt": {
        "transaction_id": "txn_01kbq2z7m8e6h9s0t3v5x7y9za",
        "amount": policies.amount_text(24900, "usd"),
        "paid_on": _MOMENT,
    },
}
_LESSON: dict[str, object] = {
    "session_id": "ses_01kbq2z7m8e6h9s0t3v5x7y9za",
    "course": {"title": "Intro to n8n"},
    "other": _TESS,
    "starts": _MOMENT,
    "time": "Tuesday, 1 December 2026, 16:00 to 17:30, Europe/Berlin (UTC+01:00)",
    "other_time": "Wednesday, 2 December 2026, 00:00 to 01:30, Asia/Tokyo (UTC+09:00)",
}
_HELD: dict[str, object] = {
    "course": {"title": "Intro to n8n"},
    "other": _TESS,
    "time": _LESSON["time"],
    "free_times": [
        "Thursday, 3 December 2026, 10:00 to 11:30, Europe/Berlin (UTC+01:00)",
        "Friday, 4 December 2026, 10:00 to 11:30, Europe/Berlin (UTC+01:00)",
    ],
}
_INVITE: dict[str, object] = {
    "invite_id": "siv_01kbq2z7m8e6h9s0t3v5x7y9zj",
    "course": {"title": "Intro to n8n"},
    "other": _TESS,
    "starts": _MOMENT,
    "until": "Tue 1 Dec 2026, 16:25 (UTC+01:00), Europe/Berlin",
}
_HOMEWORK: dict[str, object] = {
    "submission_id": "sub_01kbq2z7m8e6h9s0t3v5x7y9za",
    "homework_title": "Your first workflow",
    "course": {"title": "Intro to n8n"},
    "student": _SAM,
    "is_again": False,
    "is_accepted": True,
    "score": "9 of 10 points",
}
_CERTIFICATE: dict[str, object] = {
    "course_title": "Intro to n8n",
    "holder_name": _SAM.name,
    "recommended_by": _TESS,
    "verify_code": "7k2mq-9xv4r-c0d8n-w5j3t",
    "is_public": False,
}
_COURSE: dict[str, object] = {"id": "crs_01kbq2z7m8e6h9s0t3v5x7y9zb", "title": "Intro to n8n"}
_TEACHING: dict[str, object] = {"course": _COURSE, "is_teaching": True}
_WISH: dict[str, object] = {"course_id": _COURSE["id"], "course_title": "Intro to n8n", "holder_name": _SAM.name}
_REVIEW: dict[str, object] = {
    "review_id": "rev_01kbq2z7m8e6h9s0t3v5x7y9za",
    "enrollment_id": "enr_01kbq2z7m8e6h9s0t3v5x7y9za",
    "course_title": "Intro to n8n",
    "author_name": "Sam",
    "is_about_course": False,
    "stars": "5 stars",
}
_PAYOUT: dict[str, object] = {
    "amount": policies.amount_text(8715, "usd"),
    "payout_id": "pay_01kbq2z7m8e6h9s0t3v5x7y9za",
}
_LOG_IN: dict[str, object] = {
    "device": policies.device_text(_FIREFOX),
    "network": "203.0.113.0/24",
    "signed_in_at": _MOMENT,
}

MAILS: dict[Template, tuple[Person, dict[str, object]]] = {
    Template.VERIFY_EMAIL: (_SAM, _link("/verify-email")),
    Template.SIGNUP_REPEATED: (_SAM, {}),
    Template.WELCOME: (_SAM, {}),
    Template.PASSWORD_RESET: (_SAM, _link("/reset-password")),
    Template.EMAIL_CHANGE: (_SAM, _link("/change-email") | {"hours": 24}),
    Template.EMAIL_CHANGED: (_SAM, {"changed_at": _MOMENT}),
    Template.SECURITY_CHANGED: (
        _SAM,
        {"change": policies.CHANGES[SecurityChange.PASSKEY_ADDED], "changed_at": _MOMENT},
    ),
    Template.NEW_SIGN_IN: (_SAM, _LOG_IN | {"method": policies.method_text(LoginMethod.PASSWORD)}),
    Template.REFRESH_TOKEN_REUSED: (_SAM, _LOG_IN | {"ended_at": _MOMENT}),
    Template.INVITATION: (
        _SAM,
        {"inviter": _ADA, "is_for_moderator": True, "expires_at": _MOMENT} | _link("/invitation"),
    ),
    Template.APPLICATION_RECEIVED: (_ADA, {"applicant": _MO, "application_id": "app_01kbq2z7m8e6h9s0t3v5x7y9za"}),
    Template.APPLICATION_DECIDED: (
        _MO,
        {"is_approved": False, "denial_reason": "Please teach a course of somebody else first, then apply again."},
    ),
    Template.ACCOUNT_SUSPENDED: (_SAM, {"suspended_at": _MOMENT, "suspended_reason": "Advertising in every course."}),
    Template.SUSPENSION_LIFTED: (_SAM, {}),
    Template.ENROLLMENT_STARTED: (_SAM, _PLACE),
    Template.ENROLLMENT_NOTICE: (_TESS, _PLACE),
    Template.COURSE_COMPLETED: (_SAM, _PLACE),
    Template.RECOMMENDATION_HINT: (_TESS, _PLACE),
    Template.SESSION_BOOKED: (_SAM, _LESSON),
    Template.SESSION_MISSED: (
        _SAM,
        _LESSON | {"absent_id": _TESS.id, "is_student_absent": False, "contest_hours": 72},
    ),
    Template.HELD_TIME_LOST: (_SAM, _HELD),
    Template.SESSION_INVITED: (_SAM, _INVITE),
    Template.SESSION_INVITE_ANSWERED: (
        _TESS,
        {"course": {"title": "Intro to n8n"}, "other": _SAM, "is_accepted": True, "session_id": _LESSON["session_id"]},
    ),
    Template.EARLIER_TIME_OFFERED: (
        _SAM,
        _LESSON | {"wait_id": "swt_01kbq2z7m8e6h9s0t3v5x7y9zk", "until": _INVITE["until"]},
    ),
    Template.SESSION_REMINDER: (_SAM, _LESSON | {"ahead": "24 hours"}),
    Template.SESSION_CLOCK_CHANGED: (
        _SAM,
        _LESSON | {"former_time": None, "other_former_time": "Wednesday, 2 December 2026, 01:00"},
    ),
    Template.FEEDBACK_NUDGE: (_SAM, _LESSON),
    Template.SESSION_RESCHEDULED: (
        _SAM,
        _LESSON
        | {
            "moved_by": _TESS,
            "was": "Mon 30 Nov 2026, 16:00 (UTC+01:00), Europe/Berlin",
            "change_reason": "My train was cancelled.",
        },
    ),
    Template.SESSION_CANCELLED: (
        _SAM,
        _LESSON | {"cancelled_by": _TESS, "change_reason": "I am ill and must stay in bed.", "is_late": True},
    ),
    Template.SESSION_COMPLETED_BY_HAND: (_SAM, _LESSON | {"completed_by": _TESS, "contest_hours": 72}),
    Template.SESSION_CONTESTED: (
        _TESS,
        _LESSON
        | {
            "contested_by": _SAM,
            "statement": "I was in the room the whole time; my camera was off.",
            "is_admin": False,
        },
    ),
    Template.SESSION_RESOLVED: (
        _SAM,
        _LESSON
        | {
            "absent_id": _TESS.id,
            "is_student_absent": False,
            "status": "no_show",
            "note": "The teacher's connection never reached us.",
        },
    ),
    Template.SESSION_CREDITED: (_SAM, _LESSON),
    Template.RECORDING_READY: (_SAM, _LESSON),
    Template.HOMEWORK_SUBMITTED: (_TESS, _HOMEWORK),
    Template.HOMEWORK_REVIEWED: (_SAM, _HOMEWORK),
    Template.CERTIFICATE_RECOMMENDED: (_MO, _CERTIFICATE),
    Template.CERTIFICATE_ISSUED: (_SAM, _CERTIFICATE),
    Template.COURSE_SUSPENDED: (
        _MO,
        {"course": _COURSE, "suspended_reason": "The description promises what no session teaches."},
    ),
    Template.COURSE_UNSUSPENDED: (_MO, {"course": _COURSE, "is_on_sale": True}),
    Template.COURSE_TRANSFERRED: (_TESS, {"course": _COURSE, "creator": _MO}),
    Template.TEACHER_WITHDRAWN: (_TESS, _TEACHING | {"withdrawn_reason": "Three sessions in a row were not held."}),
    Template.TEACHER_RESTORED: (_TESS, _TEACHING | {"withdrawn_reason": None}),
    Template.TEACHING_REQUESTED: (_MO, _WISH | {"decline_reason": None}),
    Template.TEACHING_DECLINED: (_SAM, _WISH | {"decline_reason": "Please build two more workflows first."}),
    Template.LAST_TEACHER_LOST: (_MO, {"course": _COURSE, "is_own": True}),
    Template.REVIEW_RECEIVED: (_TESS, _REVIEW),
    Template.REVIEW_ANSWERED: (_SAM, _REVIEW),
    Template.PAYOUT_PAID: (_TESS, _PAYOUT | {"paid_on": _MOMENT}),
    Template.PAYOUT_FAILED: (_TESS, _PAYOUT | {"failure": FailureCode.ACCOUNT_NOT_ENABLED.sentence}),
    Template.PAYOUT_REFUSED: (
        _ADA,
        _PAYOUT | {"payee": _TESS, "failure": FailureCode.INSUFFICIENT_BALANCE.replace("_", " "), "is_short": True},
    ),
    Template.PAYOUTS_ENABLED: (_TESS, {}),
    Template.MONEY_RETURNED: (
        _TESS,
        _PAYOUT | {"failure": "The bank account has been closed.", "next_step": BankFault.ACCOUNT.advice},
    ),
    Template.REVIEW_HIDDEN: (_SAM, _REVIEW | {"hidden_reason": "It names the private address of somebody else."}),
}

_REFUND: dict[str, object] = {
    "refund_id": "ref_01kbq2z7m8e6h9s0t3v5x7y9zg",
    "transaction_id": "txn_01kbq2z7m8e6h9s0t3v5x7y9zf",
    "title": "Intro to n8n",
    "buyer": _SAM,
    "amount": policies.amount_text(12450, "usd"),
    "refund_reason": "I have no time for the second session.",
    "rejection": None,
    "failure": "insufficient_balance: The payment service refused the request.",
    "is_unclaimed": False,
    "ends_place": True,
}
_DISPUTE: dict[str, object] = {
    "dispute_id": "dsp_01kbq2z7m8e6h9s0t3v5x7y9zk",
    "title": "Intro to n8n",
    "buyer": _SAM,
    "amount": policies.amount_text(12450, "usd"),
    "bank_reason": "product not received",
    "outcome": None,
    "is_frozen": True,
    "due": _MOMENT,
}
MAILS_ABOUT_REFUNDS: dict[Template, tuple[Person, dict[str, object]]] = {
    Template.REFUND_REQUESTED: (_ADA, _REFUND),
    Template.REFUND_DECIDED: (_SAM, _REFUND),
    Template.REFUND_FAILED: (_ADA, _REFUND),
    Template.PAYMENT_RETURNED: (_ADA, _REFUND | {"is_unclaimed": True, "ends_place": False}),
    Template.DISPUTE_MOVED: (_ADA, _DISPUTE),
    Template.PURCHASE_FAILED: (
        _SAM,
        {"amount": _REFUND["amount"], "title": "Intro to n8n", "course_id": "crs_01kbq2z7m8e6h9s0t3v5x7y9za"},
    ),
    Template.PLACE_FROZEN: (_SAM, _PLACE | {"other": _TESS, "is_student": True}),
    Template.PLACE_THAWED: (_TESS, _PLACE | {"other": _SAM, "is_student": False}),
    Template.TEACHER_CHANGED: (
        _SAM,
        _PLACE | {"is_student": True, "is_former": False, "change_reason": "Mo is ill for some months."},
    ),
}
MAILS |= MAILS_ABOUT_REFUNDS


def demo_letters() -> dict[Template, Letter]:
    """Every mail there is."""
    return {
        template: write_letter(template, values, account=person, app_url=APP_URL)
        for template, (person, values) in MAILS.items()
    }


def write_previews(folder: Path) -> int:
    """Write every mail in both forms and a list of them; answer how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    letters = demo_letters()
    for template, letter in letters.items():
        (folder / f"{template}.html").write_text(letter.html, encoding="utf-8")
        (folder / f"{template}.txt").write_text(letter.text, encoding="utf-8")
    (folder / "index.html").write_text(_index(letters), encoding="utf-8")
    return len(letters)


def _index(letters: dict[Template, Letter]) -> str:
    rows = "\n".join(
        f'<li><a href="{template}.html">{escape(letter.subject)}</a> <a href="{template}.txt">as text</a></li>'
        for template, letter in letters.items()
    )
    head = '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Mails of PeerLoop</title></head>'
    return f"{head}\n<body><h1>Mails of PeerLoop</h1>\n<ul>\n{rows}\n</ul></body></html>\n"
