"""What mails about accounts, log-ins, invitations and applications say."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.domains.auth import service as auth
from app.domains.auth.types import AuthSessionId, MailTokenId, MailTokenPurpose
from app.domains.invitations import service as invitations
from app.domains.invitations.types import InvitationId, InvitationKind, InvitationStatus
from app.domains.notifications import policies
from app.domains.notifications.service.occasion import Draft, Occasion, Values
from app.domains.roles import service as roles
from app.domains.roles.types import ApplicationId, ApplicationStatus
from app.domains.users import service as users
from app.domains.users.types import SecurityChange

_INVITATION_PURPOSE = "invitation"
_NOWHERE = "UTC"  # the zone of people who have no account


def nothing_more(_occasion: Occasion) -> Draft:
    """For mails that say the same to everybody."""
    return Draft()


def verify_email(occasion: Occasion) -> Draft | None:
    if occasion.recipient.is_email_verified:
        return None
    return _link(occasion, MailTokenPurpose.VERIFY_EMAIL, "/verify-email")


def password_reset(occasion: Occasion) -> Draft | None:
    return _link(occasion, MailTokenPurpose.RESET_PASSWORD, "/reset-password")


def email_change(occasion: Occasion) -> Draft | None:
    draft = _link(occasion, MailTokenPurpose.CHANGE_EMAIL, "/change-email")
    token = auth.get_mail_token(occasion.session, MailTokenId(occasion.order.about_id))
    if draft is None or token is None:
        return None
    return replace(draft, values=draft.values | {"hours": (token.expires_at - token.created_at) // timedelta(hours=1)})


def _link(occasion: Occasion, purpose: MailTokenPurpose, path: str) -> Draft | None:
    """None when the link would not work: used, voided or expired. It goes to the address it proves."""
    token = auth.get_mail_token(occasion.session, MailTokenId(occasion.order.about_id))
    if token is None or token.purpose != purpose or token.used_at or token.expires_at <= occasion.session.now:
        return None
    return Draft(occasion.token_link(path, purpose), to=token.new_email)


def email_changed(occasion: Occasion) -> Draft | None:
    token = auth.get_mail_token(occasion.session, MailTokenId(occasion.order.about_id))
    if token is None or token.used_at is None or token.previous_email is None:
        return None
    return Draft({"changed_at": _moment(occasion, token.used_at)}, to=token.previous_email)


def security_changed(occasion: Occasion) -> Draft:
    change = SecurityChange(occasion.order.about_id)
    return Draft({"change": policies.CHANGES[change], "changed_at": _moment(occasion, occasion.order.ordered_at)})


def new_sign_in(occasion: Occasion) -> Draft | None:
    """Told even when it has ended since: whoever it was had got in."""
    log_in = auth.get_auth_session(occasion.session, AuthSessionId(occasion.order.about_id))
    if log_in is None:
        return None
    values: Values = {
        "device": policies.device_text(log_in.device),
        "network": log_in.network,
        "method": policies.method_text(log_in.method),
        "signed_in_at": _moment(occasion, log_in.created_at),
    }
    return Draft(values)


def refresh_token_reused(occasion: Occasion) -> Draft | None:
    log_in = auth.get_auth_session(occasion.session, AuthSessionId(occasion.order.about_id))
    if log_in is None:
        return None
    values: Values = {
        "device": policies.device_text(log_in.device),
        "network": log_in.network,
        "signed_in_at": _moment(occasion, log_in.created_at),
        "ended_at": _moment(occasion, occasion.order.ordered_at),
    }
    return Draft(values)


def _moment(occasion: Occasion, at: datetime) -> str:
    return policies.moment_text(at, occasion.recipient.timezone)


def account_suspended(occasion: Occasion) -> Draft | None:
    """None when it was lifted meanwhile."""
    user = users.get_user(occasion.session, occasion.recipient.id)
    if user.suspended_at is None:
        return None
    return Draft({"suspended_at": _moment(occasion, user.suspended_at), "suspended_reason": user.suspended_reason})


def invitation(occasion: Occasion) -> Draft | None:
    """None when it is no longer open. Its address may have no account."""
    found = invitations.get_invitation(occasion.session, InvitationId(occasion.order.about_id))
    if found is None or found.status != InvitationStatus.PENDING or found.expires_at <= occasion.session.now:
        return None
    owner = users.find_by_email(occasion.session, found.email)
    values: Values = {
        "inviter": users.get_person(occasion.session, found.invited_by_user_id),
        "is_for_moderator": found.kind == InvitationKind.MODERATOR,
        "expires_at": policies.moment_text(found.expires_at, owner.timezone if owner else _NOWHERE),
    }
    return Draft(values | occasion.token_link("/invitation", _INVITATION_PURPOSE), to=found.email)


def application_received(occasion: Occasion) -> Draft | None:
    """None when another administrator has decided meanwhile."""
    found = roles.get_application(occasion.session, ApplicationId(occasion.order.about_id))
    if found is None or found.status != ApplicationStatus.PENDING:
        return None
    applicant = users.get_person(occasion.session, found.user_id)
    return Draft({"applicant": applicant, "application_id": found.id})


def application_decided(occasion: Occasion) -> Draft | None:
    found = roles.get_application(occasion.session, ApplicationId(occasion.order.about_id))
    if found is None or found.status == ApplicationStatus.PENDING:
        return None
    return Draft({"is_approved": found.status == ApplicationStatus.APPROVED, "denial_reason": found.denial_reason})
