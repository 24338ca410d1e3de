"""Whatever happened before: what a quote says is what is done, to the cent, and the books stay sound."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.domains.payments.types import AccountKind
from tests.support.refunding import Sale
from tests.support.world import World

# One database is enough for arithmetic that the other tests have on both.
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

_STEP = st.one_of(st.just("hold"), st.integers(1, 30_000))


@hypothesis_settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(_STEP, min_size=1, max_size=6))
async def test_a_quote_is_what_is_done(world: World, steps: list[str | int]) -> None:
    sale = await Sale.make(world, sessions=3)
    for step in [*steps, None]:
        if step == "hold":
            await sale.hold()
            continue
        amount = {"amount_cents": step} if isinstance(step, int) else {}
        answer = await sale.quote(None, **amount)
        if answer.status_code != 200:
            assert answer.json()["code"] in {"nothing_to_refund", "refund_exceeds_payment"}
            continue
        before, quote = await sale.books(), answer.json()
        assert (await sale.ask(sale.admin, quote, **amount)).status_code == 201
        after = await sale.books()
        given_back = before.get(AccountKind.REFUNDING, 0) - after.get(AccountKind.REFUNDING, 0)
        assert given_back == quote["amount_cents"] == sum(part["amount_cents"] for part in quote["parts"])
        for name, part in zip(("creator", None, "teacher"), quote["parts"], strict=True):
            accounts = (
                ["platform"] if name is None else [f"{kind} {name}" for kind in ("pending", "releasable", "owed")]
            )
            assert sum(after.get(each, 0) - before.get(each, 0) for each in accounts) == part["amount_cents"]
