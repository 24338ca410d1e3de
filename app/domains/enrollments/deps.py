"""The payment service, for the routes that ask it something."""

from typing import Annotated

from fastapi import Depends

from app.edge.deps import state
from app.providers.payments.port import PaymentProvider

Payments = Annotated[PaymentProvider, Depends(state("providers.payments"))]
