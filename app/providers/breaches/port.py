"""What the service wants of a directory of breached passwords."""

from typing import Protocol


class BreachDirectory(Protocol):
    """Knows passwords that attackers have."""

    async def holds(self, password: str) -> bool:
        """Whether it is known. False too when nobody answers: nobody is kept out because a service is away."""
        ...
