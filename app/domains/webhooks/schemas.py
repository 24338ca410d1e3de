"""Bodies of the webhooks API."""

from typing import Literal

from pydantic import ConfigDict, Field

from app.edge.openapi import example
from app.edge.schemas import ApiModel


class Received(ApiModel):
    """The event is taken. If it matters it is stored, and processed afterwards."""

    model_config = ConfigDict(json_schema_extra=example("Stored", {"received": True}))

    received: Literal[True] = Field(True, description="Always true: a refused delivery is a problem.")
