"""One fresh account for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.stripe.support import Account


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    account = Account()
    yield account
    account.books.close()
    assert account.contract.found == []
