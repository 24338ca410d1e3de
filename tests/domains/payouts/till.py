"""The payment service's side of payouts: money in its balance, accounts that are finished, faults on demand."""

from datetime import timedelta
from typing import Any, Final

from app.core.ids import new_id
from app.domains.payouts import service
from app.providers.payments.port import CheckoutOrder, PaymentProvider, Transfer
from tests.support.world import Actor, World

AT_ONCE: Final = "4000000000000077"
"""The card whose money is available at once."""
TRANSFERS: Final = "POST /v1/transfers"


def service_of(world: World) -> PaymentProvider:
    provider: PaymentProvider = world.app.state.providers.payments
    return provider


async def control(world: World, path: str, **form: str) -> dict[str, Any]:
    answer = await world.http.post(f"/sandbox/stripe/control/{path}", data=form)
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done


async def fail(world: World, kind: str, times: int = 1, match: str = TRANSFERS) -> None:
    await control(world, "faults", kind=kind, match=match, times=str(times))


async def fund(world: World, cents: int = 1_000_000) -> None:
    """Money of somebody's that can be transferred now."""
    order = CheckoutOrder(
        reference=new_id("tst"),
        title="Funds",
        amount_cents=cents,
        currency="usd",
        buyer_email="sam.sample@peerloop.example",
        success_url="https://app.example/ok",
        cancel_url="https://app.example/no",
        expires_at=world.clock.now() + timedelta(minutes=40),
        metadata={},
    )
    made = await service_of(world).create_checkout(order)
    assert (await world.http.post(str(made.url), data={"card": AT_ONCE})).status_code == 303


async def onboard(world: World, actor: Actor) -> str:
    """Follow the onboarding link and answer everything; the account's id there."""
    link = await actor.post("/api/payout-account/onboarding-link", {"country": "DE"})
    assert link.status_code == 200, link.text
    provider_id = await provider_account(world, actor)
    await control(world, f"accounts/{provider_id}/fulfil")
    await world.settle()
    return provider_id


async def provider_account(world: World, actor: Actor) -> str:
    """What the payment service calls somebody's account."""
    return str((await world.db.read(service.show_account, actor.user_id)).provider_account_id)


async def transfers(world: World) -> list[Transfer]:
    return list((await service_of(world).list_transfers()).items)
