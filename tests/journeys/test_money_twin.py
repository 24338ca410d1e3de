"""What a random history is held against finds money that only one of the two books knows."""

from app.domains.payouts.models import Payout
from app.domains.payouts.types import PayoutId, PayoutStatus
from app.domains.refunds.models import Refund
from app.domains.refunds.types import RefundId, RefundStatus
from app.sandbox.books import Books
from tests.journeys.money_expected import Facts
from tests.journeys.money_twin import differences_from_twin

_SENDING = Refund(id=RefundId("ref_1"), amount_cents=500, status=RefundStatus.SENDING)
_PAID = Payout(id=PayoutId("pay_1"), amount_cents=900, status=PayoutStatus.PAID, transfer_id="tr_1")


def _facts(*, refunds: list[Refund], payouts: list[Payout]) -> Facts:
    return Facts(sold=[], refunds=refunds, disputes=[], payouts=payouts, reversals=[], charged=frozenset())


def _give_back(books: Books, name: str, *, attempt: str = "", status: str = "succeeded", cents: int = 500) -> None:
    refund = {"id": name, "amount": cents, "status": status, "metadata": {"reference": f"ref_1{attempt}"}}
    books.put("stripe.refund", name, refund)


def _differences(books: Books, *, refunds: list[Refund], payouts: list[Payout] | None = None) -> list[str]:
    found = differences_from_twin(books, _facts(refunds=refunds, payouts=payouts or []))
    books.close()
    return found


def test_a_refund_that_failed_and_was_sent_again_is_there_once() -> None:
    books = Books(None)
    _give_back(books, "re_1", status="failed")
    _give_back(books, "re_2", attempt="-2")
    assert _differences(books, refunds=[_SENDING]) == []


def test_money_that_went_back_twice_is_named() -> None:
    books = Books(None)
    _give_back(books, "re_1")
    _give_back(books, "re_2", attempt="-2")
    assert _differences(books, refunds=[_SENDING]) == ["ref_1 is there 2 times"]


def test_another_amount_and_money_that_nobody_asked_for_are_named() -> None:
    books = Books(None)
    _give_back(books, "re_1", cents=501)
    (found,) = _differences(books, refunds=[_SENDING])
    assert found.startswith("re_1 of 501 is there, and of ref_1 we say")
    books = Books(None)
    _give_back(books, "re_1")
    (found,) = _differences(books, refunds=[])
    assert found == "re_1 of 500 is there, and of ref_1 we say None"


def test_a_payout_that_never_left_is_named() -> None:
    found = _differences(Books(None), refunds=[], payouts=[_PAID])
    assert found == ["transfer of tr_1: -900 counted, 0 there"]
