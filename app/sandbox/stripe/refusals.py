"""Errors in Stripe's shape."""

from app.sandbox.books import Record


class Refusal(Exception):
    """What Stripe answers instead of an object. One that `is_kept` came of carrying the call out, and is answered
    again under the same idempotency key; others came before."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        is_kept: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.is_kept = is_kept
        self._error = {"type": kind, "code": code, "message": message, "param": param}

    @property
    def body(self) -> Record:
        return {"error": {name: value for name, value in self._error.items() if value is not None}}


def missing(param: str) -> Refusal:
    return Refusal(f"Missing required param: {param}.", code="parameter_missing", param=param)


def no_such(resource: str, object_id: str, param: str = "id") -> Refusal:
    return Refusal(f"No such {resource}: '{object_id}'", status=404, code="resource_missing", param=param)


def positive(order: Record, param: str) -> int:
    """An amount of at least one cent. Raises `Refusal`."""
    if param not in order:
        raise missing(param)
    amount: int = order[param]
    if amount < 1:
        raise Refusal("Invalid positive integer", code="parameter_invalid_integer", param=param)
    return amount
