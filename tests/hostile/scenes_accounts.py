"""Calls about accounts: log-ins, second factors, passkeys, other providers. Most end what others need, so each has
somebody of its own."""

from datetime import timedelta

from sqlalchemy import update

from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.auth import repository as auth_repository
from app.domains.auth import service as auth
from app.domains.auth.types import Device, LoginMethod, MailTokenId, MailTokenPurpose
from app.domains.users.models import User
from app.domains.users.types import UserId
from tests.domains.mfa import factors
from tests.domains.oauth.browser import add_identity
from tests.hostile.stage import Call
from tests.support.authenticator import Authenticator
from tests.support.world import PASSWORD, World


async def account_calls(world: World) -> dict[str, Call]:
    return (
        await _account_calls(world)
        | await _security_calls(world)
        | await _second_factor_calls(world)
        | await _passkey_calls(world)
        | await _oauth_calls(world)
    )


async def _account_calls(world: World) -> dict[str, Call]:
    member, leaver = await world.member("Mia Member"), await world.member("Lea Leaver")
    newcomer = await world.member("Nia Newcomer", is_verified=False)
    await world.write(_set_password, member.user_id, await world.app.state.passwords.hash(PASSWORD))
    pair = await world.write(
        auth.start_auth_session, member.user_id, world.settings.refresh_token_life, LoginMethod.PASSWORD, Device()
    )
    token_id = await world.write(_mail_token, newcomer.user_id)
    token = world.app.state.mail_tokens.text(token_id, MailTokenPurpose.VERIFY_EMAIL)
    signup = {"email": "new@peerloop.example", "password": PASSWORD, "name": "Nora New", "timezone": "Europe/Berlin"}
    return {
        "users.me": Call(member),
        "users.change_me": Call(member, body={"timezone": "Asia/Tokyo"}),
        "users.settings": Call(member),
        "users.change_settings": Call(member, body={"mail": {"session_reminders": False}}),
        "users.check_handle": Call(member, query={"handle": "sam_sample"}),
        "users.search": Call(member, query={"q": "sam"}),
        "accounts.export": Call(member),
        "accounts.check_deletion": Call(member),
        "accounts.delete": Call(await world.member("Quinn Quitter")),
        "users.get": Call(None, {"handle": await _public_handle(world)}),
        "auth.signup": Call(None, body=signup),
        "auth.resend_verification": Call(None, body={"email": newcomer.email}),
        "auth.forgot_password": Call(None, body={"email": newcomer.email}),
        "auth.verify_email": Call(None, body={"token": token}),
        "auth.login": Call(None, body={"email": member.email, "password": PASSWORD, "mode": "token"}),
        "auth.refresh": Call(None, body={"refresh_token": pair.refresh_token}),
        "auth.logout": Call(leaver),
    }


async def _public_handle(world: World) -> str:
    tess = await world.member("Tess Template")
    handle: str = (await tess.patch("/api/users/me", {"is_profile_public": True})).json()["handle"]
    return handle


async def _security_calls(world: World) -> dict[str, Call]:
    """Each with somebody of their own, because most of them end what others need."""
    changer, confirmer, mover, mailed, forgetful, leaver, admin = [
        await world.member(name, is_admin=name == "Ann Admin")
        for name in ("Cora Change", "Stig Step", "Mo Move", "Max Mail", "Fay Forgot", "Len Leaver", "Ann Admin")
    ]
    password_hash = await world.app.state.passwords.hash(PASSWORD)
    for actor in (changer, confirmer, mover):
        await world.write(_set_password, actor.user_id, password_hash)
    tokens = world.app.state.mail_tokens
    reset = await world.write(_mail_token, forgetful.user_id, MailTokenPurpose.RESET_PASSWORD)
    move = await world.write(_mail_token, mailed.user_id, MailTokenPurpose.CHANGE_EMAIL, "max@mail.example")
    other = await world.write(
        auth.start_auth_session, leaver.user_id, world.settings.refresh_token_life, LoginMethod.PASSWORD, Device()
    )
    new_password = "four quiet lamps by the harbour"
    passwords = {"current_password": PASSWORD, "new_password": new_password, "keep_others": False}
    return {
        "auth.change_password": Call(changer, body=passwords),
        "auth.step_up": Call(confirmer, body={"password": PASSWORD}),
        "auth.change_email": Call(mover, body={"new_email": "mo@move.example", "password": PASSWORD}),
        "auth.confirm_email": Call(mailed, body={"token": tokens.text(move, MailTokenPurpose.CHANGE_EMAIL)}),
        "auth.reset_password": Call(
            None, body={"token": tokens.text(reset, MailTokenPurpose.RESET_PASSWORD), "password": new_password}
        ),
        "auth.logout_everywhere": Call(mover, body={"keep_current": True}),
        "auth.list_sessions": Call(leaver),
        "auth.end_session": Call(leaver, {"auth_session_id": other.auth_session_id}),
        "auth.list_user_sessions": Call(admin, {"user_id": mover.user_id}),
        "auth.end_user_sessions": Call(admin, {"user_id": mailed.user_id}),
    }


async def _second_factor_calls(world: World) -> dict[str, Call]:
    beginner, half = await world.member("Ben Beginner"), await world.member("Hal Half")
    secret = (await half.post("/api/auth/totp")).json()["secret"]
    leaving, renewing, arriving = [await factors.owner(world, name) for name in ("Lou Less", "Rae Renew", "Al Arrive")]
    return {
        "mfa.enroll": Call(beginner),
        "mfa.confirm": Call(half, body={"code": factors.code_of(world, secret)}),
        "mfa.disable": Call(leaving.actor, body={"code": leaving.code(), "password": PASSWORD}),
        "mfa.renew_recovery_codes": Call(renewing.actor),
        "mfa.get": Call(renewing.actor),
        "auth.log_in_second_factor": Call(
            None, body={"challenge": await arriving.challenge(), "code": arriving.code(), "mode": "token"}
        ),
    }


async def _passkey_calls(world: World) -> dict[str, Call]:
    owner, device, spare = await world.member("Pia Passkey"), Authenticator(), Authenticator()
    for number, made in enumerate((device, spare)):
        credential = made.create((await owner.post("/api/auth/passkey-options")).json())
        answer = await owner.post("/api/auth/passkeys", {"credential": credential, "name": f"Key {number}"})
        assert answer.status_code == 201, answer.text
    adding, arriving, proving = [
        (await owner.post(f"/api/auth/{path}")).json()
        for path in ("passkey-options", "login/passkey/options", "step-up/passkey/options")
    ]
    return {
        "passkeys.list": Call(owner),
        "passkeys.options": Call(owner),
        "passkeys.log_in_options": Call(None),
        "passkeys.step_up_options": Call(owner),
        "passkeys.add": Call(owner, body={"credential": Authenticator().create(adding), "name": "Another key"}),
        "passkeys.log_in": Call(None, body={"credential": device.get(arriving), "mode": "token"}),
        "passkeys.step_up": Call(owner, body={"credential": device.get(proving)}),
        "passkeys.rename": Call(owner, {"passkey_id": device.id}, body={"name": "Old key"}),
        "passkeys.remove": Call(owner, {"passkey_id": spare.id}),
    }


async def _oauth_calls(world: World) -> dict[str, Call]:
    """The callbacks come with a state that nobody knows: they lead to the app's sign-in page."""
    linker, leaver = await world.member("Lea Linker"), await world.member("Uli Unlink")
    await world.write(add_identity, world.app.state.providers.identities["google"].issuer, "1", leaver.user_id)
    return {
        "oauth.google": Call(None),
        "oauth.github": Call(None),
        "oauth.google_callback": Call(None, query={"code": "unknown", "state": "unknown"}),
        "oauth.github_callback": Call(None, query={"code": "unknown", "state": "unknown"}),
        "oauth.identities": Call(leaver),
        "oauth.link": Call(linker, {"provider": "github"}, body={"return_to": "/settings/security"}),
        "oauth.unlink": Call(leaver, {"provider": "google"}),
    }


def _set_password(session: WriteSession, user_id: UserId, password_hash: str) -> None:
    session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))


def _mail_token(
    session: WriteSession,
    user_id: UserId,
    purpose: MailTokenPurpose = MailTokenPurpose.VERIFY_EMAIL,
    new_email: str | None = None,
) -> MailTokenId:
    token_id = MailTokenId(new_id("mtk"))
    expires_at = session.now + timedelta(hours=1)
    auth_repository.insert_mail_token(
        session, token_id, user_id, purpose=purpose, expires_at=expires_at, new_email=new_email
    )
    return token_id
