"""Which handles there can be, and which nobody may have."""

import re

HANDLE_PATTERN = "^[A-Za-z][A-Za-z0-9_]{2,19}$"
_PATHS = """
    about account accounts api app apps assets auth availability avatar avatars billing blog browse callback cart
    catalog categories certificate certificates check_handle checkout contact course courses creator creators
    dashboard delete deletion diploma diplomas discover docs download earnings edit enrollment enrollments error
    errors events explore export faq feed feeds files follow followers following forgot_password guide guides health
    help home images inbox index invitation invitations invite join jobs learn legal live login logout logs
    mail me member members messages metrics moderation moderator moderators new news notifications null oauth
    openapi orders password passkey passkeys payments payouts pricing privacy profile profiles public purchase ready
    redoc refund refunds register reset reset_password reviews roles rss sandbox search security self session
    sessions settings setup shop sign_in sign_up signin signup sitemap static status store student students
    subscribe support teach teacher teachers terms test topic topics transactions undefined unsubscribe upload uploads
    user users verify verify_email video webhook webhooks welcome well_known www
"""
_IMPOSTORS = """
    abuse accounting admin administration administrator admins anonymous billing bot ceo compliance customer_service
    deleted_member developer developers everyone finance founder helpdesk hostmaster info mailer_daemon management
    marketing mod mods mod_team nobody no_reply noreply official operator owner payment postmaster press refund_team
    root sales service staff superuser sysadmin system team trust_and_safety verified webmaster
"""
_BRAND = "peerloop"


def _bare(handle: str) -> str:
    """What the handle reads like at a glance."""
    return handle.replace("_", "").rstrip("0123456789")


_RESERVED = frozenset(map(_bare, (_PATHS + _IMPOSTORS).split()))


def is_reserved(handle: str) -> bool:
    """Whether the handle, in lower case, is a word of our addresses, or makes its owner look like one of us."""
    return _bare(handle) in _RESERVED or _BRAND in _bare(handle)


def is_handle(text: str) -> bool:
    return re.fullmatch(HANDLE_PATTERN, text) is not None
