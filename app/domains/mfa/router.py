"""/api/auth: setting up and removing second factors."""

from fastapi import APIRouter

from app.domains.mfa import service
from app.domains.mfa.deps import PasswordMatcher, PasswordMatcherDep, SealDep
from app.domains.mfa.errors import (
    CodeRefused,
    PasswordTooShortAlone,
    TooManyCodes,
    TotpAlreadyEnabled,
    TotpNotBegun,
    TotpNotEnabled,
)
from app.domains.mfa.schemas import DisableTotpBody, RecoveryCodes, SecondFactor, TotpCodeBody, TotpEnrollment
from app.domains.mfa.tokens import qr_code
from app.domains.users import service as users
from app.domains.users.errors import WrongPassword
from app.domains.users.types import UserId
from app.edge.deps import Db, Kv
from app.edge.openapi import MEMBERS
from app.edge.principal import (
    LOGGED_IN,
    RECENTLY_LOGGED_IN,
    CurrentUser,
    EmailNotVerified,
    RecentUser,
    VerifiedUser,
)
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/auth", tags=["auth"], route_class=StrictRoute)


@router.post(
    "/totp",
    operation_id="mfa.enroll",
    summary="Begin to set up an authenticator app",
    status_code=201,
    openapi_extra=MEMBERS,
    responses=problems(*RECENTLY_LOGGED_IN, EmailNotVerified, TotpAlreadyEnabled),
)
async def enroll(caller: RecentUser, _verified: VerifiedUser, db: Db, seal: SealDep) -> TotpEnrollment:
    """For anybody with a confirmed address who logged in recently. Makes a secret, in place of one that was not
    confirmed; log-ins stay as they are until POST /api/auth/totp/confirm."""
    made = await db.write(service.begin_totp, seal, UserId(caller.user_id))
    return TotpEnrollment(secret=made.secret, uri=made.uri, qr_code=qr_code(made.uri))


@router.post(
    "/totp/confirm",
    operation_id="mfa.confirm",
    summary="Finish setting up an authenticator app",
    openapi_extra=MEMBERS,
    responses=problems(
        *RECENTLY_LOGGED_IN, EmailNotVerified, TotpNotBegun, TotpAlreadyEnabled, CodeRefused, TooManyCodes
    ),
)
async def confirm(
    body: TotpCodeBody, caller: RecentUser, _verified: VerifiedUser, db: Db, kv: Kv, seal: SealDep
) -> RecoveryCodes:
    """For whoever began it. From now on log-ins with a password need a code as well. Answers ten recovery codes, which
    are never shown again, and mails the owner."""
    async with service.limited_codes(kv, caller.user_id, body.code):
        codes = await db.write(service.confirm_totp, seal, UserId(caller.user_id), body.code)
    return RecoveryCodes(recovery_codes=codes)


@router.post(
    "/totp/disable",
    operation_id="mfa.disable",
    summary="Remove the authenticator app",
    status_code=204,
    openapi_extra=MEMBERS,
    responses=problems(
        *RECENTLY_LOGGED_IN, TotpNotEnabled, CodeRefused, WrongPassword, PasswordTooShortAlone, TooManyCodes
    ),
)
async def disable(
    body: DisableTotpBody, caller: RecentUser, db: Db, kv: Kv, passwords: PasswordMatcherDep, seal: SealDep
) -> None:
    """For whoever logged in recently, with a current code or a recovery code, and the password if there is one; it must
    be long enough to stand alone. Removes the secret and the recovery codes, and mails the owner."""
    user_id = UserId(caller.user_id)
    async with service.limited_codes(kv, user_id, body.code):
        password_hash = await db.read(users.password_hash_of, user_id)
        if password_hash is not None:
            await _check_password(passwords, body.password, password_hash)
        await db.write(service.disable_totp, seal, user_id, code=body.code, password_hash=password_hash)


async def _check_password(passwords: PasswordMatcher, given: str | None, password_hash: str) -> None:
    if given is None or not await passwords.matches(given, password_hash):
        raise WrongPassword
    service.refuse_short_password(given)


@router.post(
    "/recovery-codes",
    operation_id="mfa.renew_recovery_codes",
    summary="Make new recovery codes",
    openapi_extra=MEMBERS,
    responses=problems(*RECENTLY_LOGGED_IN, TotpNotEnabled),
)
async def renew_recovery_codes(caller: RecentUser, db: Db) -> RecoveryCodes:
    """For anybody with an authenticator app who logged in recently. The codes so far stop working; the new ones are
    never shown again. Mails the owner."""
    return RecoveryCodes(recovery_codes=await db.write(service.renew_recovery_codes, UserId(caller.user_id)))


@router.get(
    "/second-factor",
    operation_id="mfa.get",
    summary="Show which second factors are set up",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN),
)
async def read_second_factor(caller: CurrentUser, db: Db) -> SecondFactor:
    """For anybody who is logged in. Changes nothing."""
    return SecondFactor.model_validate(await db.read(service.second_factor_state, UserId(caller.user_id)))
