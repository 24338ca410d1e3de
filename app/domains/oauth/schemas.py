"""Bodies and parameters of the oauth API."""

from typing import Annotated

from pydantic import ConfigDict, Field

from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant
from app.providers.identity.port import ProviderName

_SEGMENT = "[A-Za-z0-9_~-][A-Za-z0-9._~-]*"
RETURN_TO = f"^/({_SEGMENT}(/{_SEGMENT})*)?([?][A-Za-z0-9._~=&-]*)?$"
"""A path inside the app: whole segments that begin with no dot, and nothing that is encoded, so that it has one
meaning only. Put behind the app's address it cannot lead anywhere else."""

ReturnTo = Annotated[
    str,
    Field(
        pattern=RETURN_TO,
        max_length=200,
        description="A path inside the app to come back to, such as /courses/vibe-coding-101.",
    ),
]


class LinkBody(ApiModel):
    """Where to come back to."""

    model_config = ConfigDict(json_schema_extra=example("Settings", {"return_to": "/settings/security"}))

    return_to: ReturnTo


class LinkBegun(ApiModel):
    """The way to the provider."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "GitHub",
            {
                "authorization_url": "https://github.com/login/oauth/authorize?response_type=code&client_id=peerloop"
                "&redirect_uri=https%3A%2F%2Fapi.peerloop.example%2Fapi%2Fauth%2Fgithub%2Fcallback"
                "&scope=read%3Auser+user%3Aemail&state=q2Zk&code_challenge=E9Mel&code_challenge_method=S256"
            },
        )
    )

    authorization_url: str = Field(description="Send this browser there; it works once, within ten minutes.")


class Identity(ApiModel):
    """An account elsewhere that logs its owner in here."""

    provider: ProviderName = Field(description="Where the account is.")
    linked_at: Instant = Field(description="When it was linked.")
    last_used_at: Instant = Field(description="When it was last used to log in, or linked.")


class Identities(ApiModel):
    """The caller's accounts elsewhere."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "One of them",
            {
                "items": [
                    {
                        "provider": "google",
                        "linked_at": "2026-11-02T09:00:00Z",
                        "last_used_at": "2026-11-30T18:20:00Z",
                    }
                ]
            },
        )
    )

    items: list[Identity] = Field(description="At most one of each provider, oldest first.")
