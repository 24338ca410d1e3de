"""Bodies of the second-factor API."""

from pydantic import ConfigDict, Field

from app.domains.mfa.types import CodeField, TotpCodeField
from app.edge.openapi import example
from app.edge.schemas import ApiModel

_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - the documentation's own
_CODES = [f"{number}k7qm-2v9xd-p4ht{number}" for number in range(10)]


class TotpEnrollment(ApiModel):
    """What an authenticator app is set up with. Shown once; it protects nothing until a code of it was confirmed."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "For an app",
            {
                "secret": _SECRET,
                "uri": f"otpauth://totp/PeerLoop:sam.sample%40peerloop.example?secret={_SECRET}&issuer=PeerLoop",
                "qr_code": "data:image/svg+xml;charset=utf-8,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E",
            },
        )
    )

    secret: str = Field(description="The secret in base32, to be typed in by hand.")
    uri: str = Field(description="The `otpauth:` address, which opens an app on the same device.")
    qr_code: str = Field(description="The same as a QR code: an SVG in a `data:` address, for the `src` of an image.")


class TotpCodeBody(ApiModel):
    """A code of the app that is being set up."""

    model_config = ConfigDict(json_schema_extra=example("Six digits", {"code": "492039"}))

    code: TotpCodeField = Field(description="The six digits that the app shows now.")


class DisableTotpBody(ApiModel):
    """What proves that the authenticator app may go."""

    model_config = ConfigDict(
        json_schema_extra=example("With the app", {"code": "492039", "password": "correct horse sample staple"})
    )

    code: CodeField = Field(description="The six digits that the app shows now, or a recovery code.")
    password: str | None = Field(
        None, min_length=1, max_length=256, description="The account's password; absent when it has none."
    )


class RecoveryCodes(ApiModel):
    """Codes that stand in for the authenticator app, each once. They are never shown again."""

    model_config = ConfigDict(json_schema_extra=example("Ten", {"recovery_codes": _CODES}))

    recovery_codes: list[str] = Field(description="Ten codes to be kept where the app is not.")


class SecondFactor(ApiModel):
    """Which second factors the account has."""

    model_config = ConfigDict(json_schema_extra=example("With an app", {"totp": True, "recovery_codes_left": 9}))

    totp: bool = Field(description="Whether log-ins with a password need a code of an authenticator app.")
    recovery_codes_left: int = Field(description="How many recovery codes were not used yet.")
