"""Rules about people. Other modules use what is named here."""

from app.domains.users.service.accounts import create_user, password_hash_of, record_login, set_password, start_over
from app.domains.users.service.emails import (
    clear_email,
    mark_email_bounced,
    mark_email_complained,
    mark_email_verified,
    replace_email,
)
from app.domains.users.service.handles import check_handle
from app.domains.users.service.leaving import erase, export_of, lock_leaver, obligations_of
from app.domains.users.service.people import (
    find_by_email,
    find_by_handle,
    get_people,
    get_person,
    get_user,
    lock_if_there,
    lock_user,
    look_up_user,
    standing_with,
    suspended_ids,
)
from app.domains.users.service.preferences import change_settings, get_settings, mail_preferences
from app.domains.users.service.profiles import change_me, change_profile, search_people, view_profile
from app.domains.users.service.rights import (
    admin_ids,
    allow_teaching,
    appoint,
    change_capabilities,
    get_account,
    hold_admin,
    list_accounts,
    require_admin,
    suspend,
    unsuspend,
)

__all__ = [
    "admin_ids",
    "allow_teaching",
    "appoint",
    "change_capabilities",
    "change_me",
    "change_profile",
    "change_settings",
    "check_handle",
    "clear_email",
    "create_user",
    "erase",
    "export_of",
    "find_by_email",
    "find_by_handle",
    "get_account",
    "get_people",
    "get_person",
    "get_settings",
    "get_user",
    "hold_admin",
    "list_accounts",
    "lock_if_there",
    "lock_leaver",
    "lock_user",
    "look_up_user",
    "mail_preferences",
    "mark_email_bounced",
    "mark_email_complained",
    "mark_email_verified",
    "obligations_of",
    "password_hash_of",
    "record_login",
    "replace_email",
    "require_admin",
    "search_people",
    "set_password",
    "standing_with",
    "start_over",
    "suspend",
    "suspended_ids",
    "unsuspend",
    "view_profile",
]
