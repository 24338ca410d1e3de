"""/api/auth/passkeys: keeping passkeys, logging in with one, proving again who one is."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path

from app.core.errors import Problem
from app.domains.auth.deps import ArrivalDep, LogInAnswer
from app.domains.auth.errors import CookieFromForeignOrigin, OnlyWayIn
from app.domains.auth.types import AuthSessionId
from app.domains.passkeys import service
from app.domains.passkeys.deps import RelyingPartyDep
from app.domains.passkeys.errors import (
    PasskeyNotAdded,
    PasskeyNotFound,
    PasskeyNotProven,
    PasskeyRefused,
    TooManyPasskeys,
)
from app.domains.passkeys.schemas import (
    AddPasskeyBody,
    CreationOptions,
    Credential,
    KeyKind,
    KnownPasskey,
    Party,
    PasskeyItem,
    PasskeyList,
    PasskeyLogInBody,
    PasskeyName,
    PasskeyOwner,
    PasskeyProofBody,
    RequestOptions,
    Selection,
)
from app.domains.passkeys.types import Ceremony, PasskeyId, PasskeyIdField, Proof, RelyingParty
from app.domains.users.types import UserId
from app.edge.deps import Db, Kv
from app.edge.limits import LOGIN, limited
from app.edge.openapi import MEMBERS, audience
from app.edge.principal import (
    LOGGED_IN,
    RECENTLY_LOGGED_IN,
    AccountSuspended,
    CurrentUser,
    EmailNotVerified,
    RecentUser,
    VerifiedUser,
)
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/auth", tags=["auth"], route_class=StrictRoute)

PasskeyPath = Annotated[PasskeyIdField, Path(description="The passkey.")]
_TIMEOUT_MS = service.CHALLENGE_LIFE // timedelta(milliseconds=1)
_ALGORITHMS = (-8, -7, -257)


@router.get(
    "/passkeys",
    operation_id="passkeys.list",
    summary="List the caller's passkeys",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN),
)
async def list_passkeys(caller: CurrentUser, db: Db) -> PasskeyList:
    """For anybody who is logged in: their own, ten at the most. Changes nothing."""
    found = await db.read(service.passkeys_of, UserId(caller.user_id))
    return PasskeyList(items=[PasskeyItem.model_validate(passkey) for passkey in found])


@router.post(
    "/passkeys",
    operation_id="passkeys.add",
    summary="Add a passkey",
    status_code=201,
    openapi_extra=MEMBERS,
    responses=problems(*RECENTLY_LOGGED_IN, EmailNotVerified, PasskeyNotAdded, TooManyPasskeys),
)
async def add(
    body: AddPasskeyBody, caller: RecentUser, _verified: VerifiedUser, db: Db, kv: Kv, party: RelyingPartyDep
) -> PasskeyItem:
    """For whoever asked for the options. Stores the public key, which logs in from now on, and mails the owner."""
    credential = body.credential.model_dump(by_alias=True, exclude_none=True)
    with _refusing(PasskeyNotAdded):
        challenge = await service.take_challenge(kv, Ceremony.ADD, credential, caller.user_id)
        new = await service.check_new_passkey(party, credential, challenge)
        return PasskeyItem.model_validate(await db.write(service.add, UserId(caller.user_id), body.name, new))


@contextmanager
def _refusing(problem: type[Problem]) -> Iterator[None]:
    """For somebody who is logged in and stays so: with a 401 a page would log out."""
    try:
        yield
    except PasskeyRefused as refusal:
        raise problem from refusal


@router.post(
    "/passkey-options",
    operation_id="passkeys.options",
    summary="Ask for the options of a new passkey",
    openapi_extra=MEMBERS,
    responses=problems(*RECENTLY_LOGGED_IN, EmailNotVerified, TooManyPasskeys),
)
async def creation_options(
    caller: RecentUser, _verified: VerifiedUser, db: Db, kv: Kv, party: RelyingPartyDep
) -> CreationOptions:
    """For anybody with a confirmed address who logged in recently. Answers what `navigator.credentials.create` needs,
    with a challenge that works once, for five minutes and for this person."""
    applicant = await db.read(service.applicant, UserId(caller.user_id))
    return CreationOptions(
        rp=Party(id=party.id),
        user=PasskeyOwner(id=_handle(applicant.user_id), name=applicant.email, display_name=applicant.name),
        challenge=await service.new_challenge(kv, Ceremony.ADD, caller.user_id),
        pub_key_cred_params=[KeyKind(alg=algorithm) for algorithm in _ALGORITHMS],
        timeout=_TIMEOUT_MS,
        exclude_credentials=_known(applicant.passkey_ids),
        authenticator_selection=Selection(),
    )


def _handle(user_id: str) -> str:
    return base64.urlsafe_b64encode(user_id.encode()).decode().rstrip("=")


def _known(passkey_ids: list[PasskeyId]) -> list[KnownPasskey]:
    return [KnownPasskey(id=passkey_id) for passkey_id in passkey_ids]


@router.post(
    "/login/passkey/options",
    operation_id="passkeys.log_in_options",
    summary="Ask for the options of a log-in with a passkey",
    openapi_extra=audience("public") | limited(LOGIN),
    responses=problems(),
)
async def log_in_options(kv: Kv, party: RelyingPartyDep) -> RequestOptions:
    """For anybody. Answers what `navigator.credentials.get` needs; nobody is named, the device offers its passkeys."""
    return _request_options(await service.new_challenge(kv, Ceremony.LOG_IN), party, [])


def _request_options(challenge: str, party: RelyingParty, passkey_ids: list[PasskeyId]) -> RequestOptions:
    return RequestOptions(
        challenge=challenge, timeout=_TIMEOUT_MS, rp_id=party.id, allow_credentials=_known(passkey_ids)
    )


@router.post(
    "/login/passkey",
    operation_id="passkeys.log_in",
    summary="Log in with a passkey",
    openapi_extra=audience("public") | limited(LOGIN),
    responses=problems(PasskeyRefused, AccountSuspended, CookieFromForeignOrigin),
)
async def log_in(body: PasskeyLogInBody, arrival: ArrivalDep, db: Db, kv: Kv, party: RelyingPartyDep) -> LogInAnswer:
    """For whoever has a passkey of an account. Starts an auth session; the device recognized its owner, so no code is
    asked for. All refusals look alike."""
    if body.mode == "cookie":
        arrival.refuse_foreign_page()
    proof = await _prove(body.credential, Ceremony.LOG_IN, db, kv, party)
    return arrival.deliver(await db.write(service.log_in, proof, arrival.life, arrival.device), body.mode)


async def _prove(
    given: Credential, ceremony: Ceremony, db: Db, kv: Kv, party: RelyingParty, owner: UserId | None = None
) -> Proof:
    credential = given.model_dump(by_alias=True, exclude_none=True)
    challenge = await service.take_challenge(kv, ceremony, credential, owner)
    key = await db.read(service.stored_key, given.id, owner)
    return await service.check_proof(party, credential, challenge, key)


@router.post(
    "/step-up/passkey/options",
    operation_id="passkeys.step_up_options",
    summary="Ask for the options of proving again who one is",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN),
)
async def step_up_options(caller: CurrentUser, db: Db, kv: Kv, party: RelyingPartyDep) -> RequestOptions:
    """For anybody who is logged in. Answers what `navigator.credentials.get` needs, with the caller's passkeys."""
    found = await db.read(service.passkeys_of, UserId(caller.user_id))
    challenge = await service.new_challenge(kv, Ceremony.STEP_UP, caller.user_id)
    return _request_options(challenge, party, [passkey.id for passkey in found])


@router.post(
    "/step-up/passkey",
    operation_id="passkeys.step_up",
    summary="Prove again who one is with a passkey",
    status_code=204,
    openapi_extra=MEMBERS | limited(LOGIN),
    responses=problems(*LOGGED_IN, PasskeyNotProven),
)
async def step_up(body: PasskeyProofBody, caller: CurrentUser, db: Db, kv: Kv, party: RelyingPartyDep) -> None:
    """For anybody who is logged in and has a passkey. This auth session may do for 15 minutes what moves money or
    roles."""
    with _refusing(PasskeyNotProven):
        proof = await _prove(body.credential, Ceremony.STEP_UP, db, kv, party, UserId(caller.user_id))
        await db.write(service.step_up, proof, AuthSessionId(caller.auth_session_id))


@router.patch(
    "/passkeys/{passkey_id}",
    operation_id="passkeys.rename",
    summary="Rename a passkey",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, PasskeyNotFound),
)
async def rename(passkey_id: PasskeyPath, body: PasskeyName, caller: CurrentUser, db: Db) -> PasskeyItem:
    """For its owner. Changes what it is called in the list."""
    found = await db.write(service.rename, UserId(caller.user_id), passkey_id, body.name)
    return PasskeyItem.model_validate(found)


@router.delete(
    "/passkeys/{passkey_id}",
    operation_id="passkeys.remove",
    summary="Remove a passkey",
    status_code=204,
    openapi_extra=MEMBERS,
    responses=problems(*RECENTLY_LOGGED_IN, PasskeyNotFound, OnlyWayIn),
)
async def remove(passkey_id: PasskeyPath, caller: RecentUser, db: Db) -> None:
    """For its owner, who logged in recently; not when it is the only way in. It stops working at once, and the owner is
    mailed."""
    await db.write(service.remove, UserId(caller.user_id), passkey_id)
