"""Rules of diplomas and certificates, and of who teaches a course. Other modules use what is named here."""

from app.domains.certificates.service.deciding import (
    get_certificate,
    get_diploma,
    issue,
    list_held,
    list_to_review,
    recommend,
    reject,
    verify,
)
from app.domains.certificates.service.leaving import erase, export_of
from app.domains.certificates.service.permissions import notice_leaving
from app.domains.certificates.service.requests import (
    accept,
    ask,
    decline,
    find_request,
    list_own_requests,
    list_requests,
)
from app.domains.certificates.service.teachers import (
    get_teacher,
    grant,
    list_own,
    list_teachers,
    restore,
    set_teaching,
    withdraw,
)

__all__ = [
    "accept",
    "ask",
    "decline",
    "erase",
    "export_of",
    "find_request",
    "get_certificate",
    "get_diploma",
    "get_teacher",
    "grant",
    "issue",
    "list_held",
    "list_own",
    "list_own_requests",
    "list_requests",
    "list_teachers",
    "list_to_review",
    "notice_leaving",
    "recommend",
    "reject",
    "restore",
    "set_teaching",
    "verify",
    "withdraw",
]
