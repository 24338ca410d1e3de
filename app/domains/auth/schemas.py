"""Bodies of the auth API."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from app.domains.auth.types import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD_WITH_SECOND_FACTOR,
    AuthSessionIdField,
)
from app.domains.mfa.types import CodeField
from app.domains.users.types import SHORTEST_PASSWORD, EmailField, NameField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant
from app.edge.timezones import TimezoneField

NewPassword = Annotated[
    str,
    Field(
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        description="At least 15 characters, any kind; a few unrelated words do well (NIST SP 800-63B-4). Taken as it "
        "is given. Refused when it consists of common passwords, or of the name and the address.",
    ),
]
NextPassword = Annotated[
    str,
    Field(
        min_length=SHORTEST_PASSWORD_WITH_SECOND_FACTOR,
        max_length=LONGEST_PASSWORD,
        description="At least 15 characters; 8 for an account with a second factor. Otherwise as at sign-up.",
    ),
]
GivenPassword = Annotated[str, Field(min_length=1, max_length=LONGEST_PASSWORD)]
MailTokenText = Annotated[str, Field(min_length=10, max_length=200, description="The token of the mailed link.")]

_PASSWORD = "correct horse sample staple"  # noqa: S105 - the demo cast's own
_EMAIL = "sam.sample@peerloop.example"
_NEXT_PASSWORD = "four quiet lamps by the harbour"  # noqa: S105 - an example
_TOKEN = "mtk_01kbq2z7m8e6h9s0t3v5x7y9za.0f8Qm3kq7YV1y2o5mS4u6w8x0z2b4d6f8h0j2l4n6p8"  # noqa: S105 - an example


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
    turnstile_token: str | None = Field(
        None, min_length=1, max_length=2048, description="What the captcha gave; needed where the options name its key."
    )
    invitation_token: MailTokenText | None = Field(
        None, description="The token of the invitation's link; needed while sign-up is by invitation."
    )


_OPTIONS = {"sign_up": "open", "turnstile_site_key": None, "providers": ["google", "github"]}


class SignupOptions(ApiModel):
    """What a page needs to know before somebody signs up."""

    model_config = ConfigDict(json_schema_extra=example("Open", _OPTIONS))

    sign_up: Literal["open", "invitation"] = Field(description="Whether anybody may sign up, or only who was invited.")
    turnstile_site_key: str | None = Field(description="Show a Turnstile widget with it; null where there is none.")
    providers: list[str] = Field(description="Where else one can sign in: google, github. An open set.")


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


MAILED = Accepted(message="If this address can be used, a mail is on its way.")


class VerifyEmailBody(ApiModel):
    """The token of a verification link."""

    model_config = ConfigDict(json_schema_extra=example("From the mail", {"token": _TOKEN}))

    token: MailTokenText
    password: GivenPassword | None = Field(
        None,
        description="The password chosen at the sign-up that the link was mailed for; asked for by `password_needed`.",
    )


class ConfirmEmailBody(ApiModel):
    """The token of a link that was mailed to a new address."""

    model_config = ConfigDict(json_schema_extra=example("From the mail", {"token": _TOKEN}))

    token: MailTokenText


class ResetPasswordBody(ApiModel):
    """The token of a reset link and the password to set."""

    model_config = ConfigDict(json_schema_extra=example("From the mail", {"token": _TOKEN, "password": _NEXT_PASSWORD}))

    token: MailTokenText
    password: NextPassword


class ChangePasswordBody(ApiModel):
    """The password as it is and as it shall be."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Student", {"current_password": _PASSWORD, "new_password": _NEXT_PASSWORD, "keep_others": False}
        )
    )

    current_password: GivenPassword = Field(description="The password in force.")
    new_password: NextPassword
    keep_others: bool = Field(False, description="Whether the person stays logged in elsewhere.")


class ChangeEmailBody(ApiModel):
    """The address to move to."""

    model_config = ConfigDict(
        json_schema_extra=example("Student", {"new_email": "sam@sample.example", "password": _PASSWORD})
    )

    new_email: EmailField = Field(description="Address to verify; the link is mailed there.")
    password: GivenPassword | None = Field(
        None, description="The account's password; people without one must have logged in within 15 minutes."
    )


class StepUpBody(ApiModel):
    """A proof that it is still the same person: the code where there is a second factor, else the password."""

    model_config = ConfigDict(json_schema_extra=example("Password", {"password": _PASSWORD}))

    password: GivenPassword | None = Field(None, description="The account's password.")
    code: CodeField | None = Field(None, description="A code of the authenticator app, or a recovery code.")


class LogOutEverywhereBody(ApiModel):
    """Which auth sessions to end."""

    model_config = ConfigDict(json_schema_extra=example("Everywhere else", {"keep_current": True}))

    keep_current: bool = Field(False, description="Whether the one that this request is made in stays.")


class LoginBody(ApiModel):
    """Address, password, and how the tokens are to be delivered."""

    model_config = ConfigDict(
        json_schema_extra=example("Bearer", {"email": _EMAIL, "password": _PASSWORD, "mode": "token"})
    )

    email: EmailField = Field(description="The account's address.")
    password: GivenPassword = Field(description="The account's password.")
    mode: Literal["token", "cookie"] = Field(
        "token", description="`token`: in the body, for tools and apps. `cookie`: HttpOnly cookies, for browsers."
    )


class SecondFactorBody(ApiModel):
    """The second step of a log-in, and how the tokens are to be delivered."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "With an app",
            {"challenge": "Vq7mY2n4b6d8f0h1j3l5n7p9r1t3v5x7z9B1D3F5H7J", "code": "492039", "mode": "token"},
        )
    )

    challenge: str = Field(pattern="^[A-Za-z0-9_-]{43}$", description="What the first step answered.")
    code: CodeField = Field(description="The six digits that the app shows now, or a recovery code.")
    mode: Literal["token", "cookie"] = Field(
        "token", description="`token`: in the body, for tools and apps. `cookie`: HttpOnly cookies, for browsers."
    )


class RefreshBody(ApiModel):
    """The refresh token; browsers in cookie mode send none."""

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


class AuthSessionItem(ApiModel):
    """One log-in on one device."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "This browser",
            {
                "id": "aus_01kbq2z7m8e6h9s0t3v5x7y9za",
                "device": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "network": "203.0.113.0/24",
                "method": "password",
                "created_at": "2026-11-30T08:12:00Z",
                "last_used_at": "2026-12-01T08:57:00Z",
                "expires_at": "2026-12-08T08:57:00Z",
                "is_current": True,
            },
        )
    )

    id: AuthSessionIdField = Field(description="The auth session's id.")
    device: str | None = Field(description="What the program called itself (User-Agent).")
    network: str | None = Field(description="Where it logged in from, without the part that names one machine.")
    method: str | None = Field(description="How: password, passkey, google or github. An open set.")
    created_at: Instant = Field(description="When it began.")
    last_used_at: Instant | None = Field(description="When its tokens were last exchanged.")
    expires_at: Instant = Field(description="When it ends if it is not used before.")
    is_current: bool = Field(description="Whether this request was made in it.")


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
