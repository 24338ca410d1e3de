"""Rules of who may do more: applications to become a creator, and what administrators do to accounts. Other modules
use what is named here."""

from app.domains.roles.service.accounts import change_capabilities, suspend, unsuspend
from app.domains.roles.service.applications import (
    approve,
    deny,
    get_application,
    list_applications,
    list_own,
    show_application,
    submit,
)
from app.domains.roles.service.leaving import erase, export_of

__all__ = [
    "approve",
    "change_capabilities",
    "deny",
    "erase",
    "export_of",
    "get_application",
    "list_applications",
    "list_own",
    "show_application",
    "submit",
    "suspend",
    "unsuspend",
]
