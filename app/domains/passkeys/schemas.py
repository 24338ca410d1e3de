"""Bodies of the passkeys API. Options and credentials have the JSON form that browsers read and write themselves
(`parseCreationOptionsFromJSON`, `toJSON`; Web Authentication Level 3, 5.1.8 to 5.1.10)."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from app.domains.passkeys.types import PasskeyIdField
from app.domains.users.types import NameField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_ID = "c2FtLXNhbXBsZS1zLXBob25l"
_CHALLENGE = "Vq7mY2n4b6d8f0h1j3l5n7p9r1t3v5x7z9B1D3F5H7J"
_CLIENT_DATA = "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiVnE3bVkyIiwib3JpZ2luIjoiaHR0cHM6Ly9hIn0"
_USER_HANDLE = "dXNyXzAxa2JxMno3bThlNmg5czB0M3Y1eDd5OXph"
_BASE64URL = "^[A-Za-z0-9_-]+$"

Bytes = Annotated[str, StringConstraints(pattern=_BASE64URL, max_length=2_000)]
"""A few bytes in base64url."""

ManyBytes = Annotated[str, StringConstraints(pattern=_BASE64URL, max_length=10_000)]
"""Some kilobytes in base64url; an attestation with its certificates takes six."""


class _Options(ApiModel):
    """What goes to a browser is in camel case."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Party(_Options):
    """Whom the passkey is for."""

    id: str = Field(pattern="^[a-z0-9.:-]+$", description="The host that the passkey is bound to.")
    name: str = Field("PeerLoop", description="A name for people.")


class PasskeyOwner(_Options):
    """Whose passkey it will be."""

    id: str = Field(pattern=_BASE64URL, description="The person's id in base64url; comes back as the user handle.")
    name: str = Field(description="The account's e-mail address.")
    display_name: str = Field(description="The person's name.")


class KeyKind(_Options):
    """A kind of key that is accepted."""

    type: Literal["public-key"] = Field("public-key", description="The only type there is.")
    alg: int = Field(description="COSE algorithm: -8 EdDSA, -7 ES256, -257 RS256.")


class KnownPasskey(_Options):
    """A passkey that is there."""

    type: Literal["public-key"] = Field("public-key", description="The only type there is.")
    id: PasskeyIdField = Field(description="The passkey's id.")


class Selection(_Options):
    """Which authenticators may be used: those that keep the passkey themselves and recognize their owner."""

    resident_key: Literal["required"] = Field("required", description="The device keeps the passkey.")
    require_resident_key: Literal[True] = Field(True, description="The same, for older browsers.")
    user_verification: Literal["required"] = Field("required", description="The device recognizes its owner.")


class CreationOptions(_Options):
    """For `navigator.credentials.create`, by way of `PublicKeyCredential.parseCreationOptionsFromJSON`."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Student",
            {
                "rp": {"id": "app.peerloop.example", "name": "PeerLoop"},
                "user": {"id": _USER_HANDLE, "name": "sam.sample@peerloop.example", "displayName": "Sam Sample"},
                "challenge": _CHALLENGE,
                "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
                "timeout": 300_000,
                "excludeCredentials": [{"type": "public-key", "id": _ID}],
                "authenticatorSelection": {
                    "residentKey": "required",
                    "requireResidentKey": True,
                    "userVerification": "required",
                },
                "attestation": "none",
            },
        )
    )

    rp: Party = Field(description="Whom the passkey is for.")
    user: PasskeyOwner = Field(description="Whose passkey it will be.")
    challenge: str = Field(description="Works once, for five minutes.")
    pub_key_cred_params: list[KeyKind] = Field(description="Kinds of keys, the best first.")
    timeout: int = Field(description="Milliseconds until the challenge ends.")
    exclude_credentials: list[KnownPasskey] = Field(description="Devices that have a passkey of this account.")
    authenticator_selection: Selection = Field(description="Which authenticators may be used.")
    attestation: Literal["none"] = Field("none", description="Makers of devices are not asked about.")


class RequestOptions(_Options):
    """For `navigator.credentials.get`, by way of `PublicKeyCredential.parseRequestOptionsFromJSON`."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Any passkey",
            {
                "challenge": _CHALLENGE,
                "timeout": 300_000,
                "rpId": "app.peerloop.example",
                "allowCredentials": [],
                "userVerification": "required",
            },
        )
    )

    challenge: str = Field(description="Works once, for five minutes.")
    timeout: int = Field(description="Milliseconds until the challenge ends.")
    rp_id: str = Field(description="The host that the passkey is bound to.")
    allow_credentials: list[KnownPasskey] = Field(
        description="Which passkeys will do; empty: the device offers its own."
    )
    user_verification: Literal["required"] = Field("required", description="The device recognizes its owner.")


class _Credential(ApiModel):
    """What both kinds of credentials have. Of the optional members nothing is used."""

    id: PasskeyIdField = Field(description="The passkey's id.")
    raw_id: PasskeyIdField = Field(alias="rawId", description="The same again.")
    type: Literal["public-key"] = Field(description="The only type there is.")
    authenticator_attachment: str | None = Field(
        None, alias="authenticatorAttachment", max_length=40, description="Not used."
    )
    client_extension_results: dict[str, Any] = Field(
        default_factory=dict, alias="clientExtensionResults", max_length=20, description="Not used."
    )


class AttestationResponse(ApiModel):
    """What an authenticator says about a new passkey."""

    client_data_json: ManyBytes = Field(alias="clientDataJSON", description="What the browser saw, signed for.")
    attestation_object: ManyBytes = Field(alias="attestationObject", description="The new public key.")
    authenticator_data: ManyBytes | None = Field(None, alias="authenticatorData", description="Not used.")
    public_key: ManyBytes | None = Field(None, alias="publicKey", description="Not used.")
    public_key_algorithm: int | None = Field(None, alias="publicKeyAlgorithm", description="Not used.")
    transports: list[Annotated[str, StringConstraints(max_length=40)]] | None = Field(
        None, max_length=20, description="Not used."
    )


class NewCredential(_Credential):
    """The `toJSON()` of what `navigator.credentials.create` answered."""

    response: AttestationResponse = Field(description="What the authenticator says.")


class AssertionResponse(ApiModel):
    """What an authenticator signed."""

    client_data_json: ManyBytes = Field(alias="clientDataJSON", description="What the browser saw, signed for.")
    authenticator_data: Bytes = Field(alias="authenticatorData", description="What the device saw, signed for.")
    signature: Bytes = Field(description="The signature over both.")
    user_handle: Bytes | None = Field(None, alias="userHandle", description="The person's id, as the options had it.")


class Credential(_Credential):
    """The `toJSON()` of what `navigator.credentials.get` answered."""

    response: AssertionResponse = Field(description="What the authenticator signed.")


class AddPasskeyBody(ApiModel):
    """A new passkey and what its owner calls it."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "A phone",
            {
                "credential": {
                    "id": _ID,
                    "rawId": _ID,
                    "type": "public-key",
                    "response": {"clientDataJSON": _CLIENT_DATA, "attestationObject": "o2NmbXRkbm9uZWdhdHRTdG10oA"},
                },
                "name": "Sam's phone",
            },
        )
    )

    credential: NewCredential = Field(description="What the browser answered.")
    name: NameField = Field(description="What its owner calls it, 2 to 100 characters.")


_PROOF = {
    "credential": {
        "id": _ID,
        "rawId": _ID,
        "type": "public-key",
        "response": {
            "clientDataJSON": _CLIENT_DATA,
            "authenticatorData": "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAQ",
            "signature": "MEUCIQDpE2wb7Xk0w3YF1t4o8v6q",
            "userHandle": _USER_HANDLE,
        },
    }
}


class PasskeyLogInBody(ApiModel):
    """A used passkey, and how the tokens are to be delivered."""

    model_config = ConfigDict(json_schema_extra=example("A phone", _PROOF | {"mode": "token"}))

    credential: Credential = Field(description="What the browser answered.")
    mode: Literal["token", "cookie"] = Field(
        "token", description="`token`: in the body, for tools and apps. `cookie`: HttpOnly cookies, for browsers."
    )


class PasskeyProofBody(ApiModel):
    """A used passkey."""

    model_config = ConfigDict(json_schema_extra=example("A phone", _PROOF))

    credential: Credential = Field(description="What the browser answered.")


class PasskeyName(ApiModel):
    """What the owner calls a passkey."""

    model_config = ConfigDict(json_schema_extra=example("A phone", {"name": "Sam's phone"}))

    name: NameField = Field(description="2 to 100 characters.")


_ITEM = {
    "id": _ID,
    "name": "Sam's phone",
    "created_at": "2026-11-02T09:00:00Z",
    "last_used_at": "2026-11-30T18:12:00Z",
}


class PasskeyItem(ApiModel):
    """A passkey of the caller."""

    model_config = ConfigDict(json_schema_extra=example("A phone", _ITEM))

    id: PasskeyIdField = Field(description="The credential's id.")
    name: str = Field(description="What its owner calls it.")
    created_at: Instant = Field(description="When it was added.")
    last_used_at: Instant | None = Field(description="When it was last used; null before the first time.")


class PasskeyList(ApiModel):
    """The caller's passkeys, ten at the most."""

    model_config = ConfigDict(json_schema_extra=example("One", {"items": [_ITEM]}))

    items: list[PasskeyItem] = Field(description="Oldest first.")
