"""Signing up and proving the address."""

from fastapi import APIRouter

from app.core.errors import Unavailable
from app.domains.auth import service
from app.domains.auth.deps import PasswordsDep
from app.domains.auth.errors import MailTokenInvalid
from app.domains.auth.schemas import Accepted, EmailBody, SignupBody, VerifyEmailBody
from app.domains.auth.types import MailTokenPurpose, Signup
from app.edge.deps import Db, MailTokensDep
from app.edge.openapi import audience
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(route_class=StrictRoute)

_MAILED = Accepted(message="If this address can be used, a mail is on its way.")


@router.post(
    "/signup",
    operation_id="auth.signup",
    summary="Create an account",
    status_code=202,
    openapi_extra=audience("public"),
    responses=problems(Unavailable),
)
async def sign_up(body: SignupBody, db: Db, passwords: PasswordsDep) -> Accepted:
    """For anybody. Makes an unverified account and mails a link that proves the address and puts this sign-up's
    password, name and zone into force; at most three links an hour. The answer is the same when the address has a
    verified account; then its owner gets a mail instead."""
    password_hash = await passwords.hash(body.password)
    await db.write(service.sign_up, body.email, Signup(password_hash, body.name, body.timezone))
    return _MAILED


@router.post(
    "/verify-email",
    operation_id="auth.verify_email",
    summary="Prove an e-mail address",
    status_code=204,
    openapi_extra=audience("public"),
    responses=problems(MailTokenInvalid),
)
async def verify_email(body: VerifyEmailBody, db: Db, mail_tokens: MailTokensDep) -> None:
    """For whoever holds the mailed link. Marks the address as verified, with the password, name and zone of the sign-up
    that the link was mailed for; if that is not the one in force, whoever is logged in is logged out. Works once, for
    24 hours; the account's other links end."""
    await db.write(service.verify_email, mail_tokens.read(body.token, MailTokenPurpose.VERIFY_EMAIL))


@router.post(
    "/resend-verification",
    operation_id="auth.resend_verification",
    summary="Mail a fresh verification link",
    status_code=202,
    openapi_extra=audience("public"),
    responses=problems(),
)
async def resend_verification(body: EmailBody, db: Db) -> Accepted:
    """For anybody. Mails a link for the newest sign-up if the address has an unverified account, at most three an hour;
    the answer is always the same."""
    await db.write(service.resend_verification, body.email)
    return _MAILED
