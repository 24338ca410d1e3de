"""The payment service, for the routes that ask it something."""

from typing import Annotated

from fastapi import Depends, Request

from app.providers.payments.port import PaymentProvider


def _payments(request: Request) -> PaymentProvider:
    provider: PaymentProvider = request.app.state.providers.payments
    return provider


Payments = Annotated[PaymentProvider, Depends(_payments)]
