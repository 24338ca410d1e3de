"""Bodies of the auth API."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from app.domains.users.types import EmailField, NameField
from app.edge.openapi import example
from app.edge.schemas import ApiModel
from app.edge.timezones import TimezoneField

_LONGEST_PASSWORD = 256
NewPassword = Annotated[
    str,
    Field(
        min_length=15,
        max_length=_LONGEST_PASSWORD,
        description="At least 15 characters, any kind; a few unrelated words do well (NIST SP 800-63B-4).",
    ),
]
MailTokenText = Annotated[str, Field(min_length=10, max_length=200, description="The token of the mailed link.")]

_PASSWORD = "correct horse sample staple"  # noqa: S105 - the demo cast's own
_EMAIL = "sam.sample@peerloop.example"


class SignupBody(ApiModel):
    """A new account."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Student", {"email": _EMAIL, "password": _PASSWORD, "name": "Sam Sample", "timezone": "Europe/Berlin"}
        )
    )

    email: EmailField = Field(description="Address to verify; the link is mailed there.")
    password: NewPassword
    name: NameField = Field(description="The name other members see.")
    timezone: TimezoneField = Field("UTC", description="IANA zone in which times are shown; changeable later.")


class EmailBody(ApiModel):
    """An address to write to."""

    model_config = ConfigDict(json_schema_extra=example("Student", {"email": _EMAIL}))

    email: EmailField = Field(description="The account's address.")


class Accepted(ApiModel):
    """The request was taken; what follows comes by mail."""

    model_config = ConfigDict(
        json_schema_extra=example("Mailed", {"message": "If this address can be used, a mail is on its way."})
    )

    message: str = Field(description="A sentence for a person; the same whether or not the address is known.")


class VerifyEmailBody(ApiModel):
    """The token of a verification link."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "From the mail",
            {"token": "mtk_01kbq2z7m8e6h9s0t3v5x7y9za.0f8Qm3kq7YV1y2o5mS4u6w8x0z2b4d6f8h0j2l4n6p8"},
        )
    )

    token: MailTokenText


class LoginBody(ApiModel):
    """Address, password, and how the tokens are to be delivered."""

    model_config = ConfigDict(
        json_schema_extra=example("Bearer", {"email": _EMAIL, "password": _PASSWORD, "mode": "token"})
    )

    email: EmailField = Field(description="The account's address.")
    password: str = Field(min_length=1, max_length=_LONGEST_PASSWORD, description="The account's password.")
    mode: Literal["token", "cookie"] = Field(
        "token", description="`token`: in the body, for tools and apps. `cookie`: HttpOnly cookies, for browsers."
    )


class RefreshBody(ApiModel):
    """The refresh token; browsers in cookie mode send an empty object."""

    model_config = ConfigDict(
        json_schema_extra=example("Bearer", {"refresh_token": "Vq7mY2n4b6d8f0h1j3l5n7p9r1t3v5x7z9B1D3F5H7J"})
    )

    refresh_token: str | None = Field(
        None, min_length=20, max_length=100, description="The newest refresh token; absent in cookie mode."
    )


class Tokens(ApiModel):
    """A log-in. In cookie mode both tokens are null: the browser holds them where no script can read them."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Bearer",
            {
                "access_token": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkRlbW8iLCJ0eXAiOiJhdCtqd3QifQ.eyJzdWIiOiJ1c3IifQ.c2ln",
                "refresh_token": "Vq7mY2n4b6d8f0h1j3l5n7p9r1t3v5x7z9B1D3F5H7J",
                "token_type": "bearer",
                "expires_in": 900,
            },
        )
    )

    access_token: str | None = Field(description="Send as `Authorization: Bearer …`.")
    refresh_token: str | None = Field(description="Exchange once at POST /api/auth/refresh for the next pair.")
    token_type: Literal["bearer"] = Field("bearer", description="RFC 6750.")
    expires_in: int = Field(description="Seconds until the access token expires.")


class Jwks(ApiModel):
    """The public keys that access tokens are signed with (RFC 7517)."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "One key",
            {
                "keys": [
                    {
                        "kty": "EC",
                        "crv": "P-256",
                        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
                        "alg": "ES256",
                        "use": "sig",
                        "kid": "Qy3m0cV1sQf2bJ8h",
                    }
                ]
            },
        )
    )

    keys: list[dict[str, str]] = Field(description="Current key first, then retired keys that are still accepted.")
