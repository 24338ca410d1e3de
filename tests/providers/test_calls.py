"""Every adapter bounds its calls: each step by httpx, the whole by the loop's clock."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from app.core.errors import ProviderUnavailable
from app.providers.email.port import Mail
from app.providers.email.resend import ResendEmail
from app.providers.payments.stripe import StripePayments
from app.providers.video.plugnmeet import PlugNmeetVideo

URL = "http://provider.test"
SECRET = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cyE="
Call = Callable[[httpx.AsyncClient], Awaitable[object]]


def send_mail(http: httpx.AsyncClient) -> Awaitable[object]:
    mail = Mail(to="ann@example.com", subject="Your session", text="See you", html="<p>See you</p>")
    return ResendEmail("re_test", SECRET, URL, "hello@peerloop.example", http).send(mail, key="job_1")


def get_checkout(http: httpx.AsyncClient) -> Awaitable[object]:
    return StripePayments("sk_test", "whsec_test", "whsec_connect", URL, http).get_checkout("cs_test_1")


def end_room(http: httpx.AsyncClient) -> Awaitable[object]:
    return PlugNmeetVideo("plugnmeet", "secret", URL, http).end_room("ses_1")


class HastyLoop(asyncio.SelectorEventLoop):
    """A loop whose clock can be put forward."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


async def outcome_after(seconds: float, call: Call) -> str:
    """What becomes of a call whose answer drips for so long."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, HastyLoop)

    async def drip(request: httpx.Request) -> httpx.Response:
        loop.ahead += seconds
        for _ in range(3):  # turns in which an expired deadline is noticed
            await asyncio.sleep(0)
        return httpx.Response(500, text="answered")

    async with httpx.AsyncClient(transport=httpx.MockTransport(drip)) as http:
        try:
            await call(http)
        except ProviderUnavailable as error:
            return type(error.__cause__).__name__
    return "no problem"


@pytest.mark.parametrize("call", [send_mail, get_checkout, end_room])
def test_a_call_takes_twelve_seconds_at_most(call: Call) -> None:
    with asyncio.Runner(loop_factory=HastyLoop) as runner:
        assert runner.run(outcome_after(11.5, call)) == "NoneType"  # the answer itself, which was a 500
        assert runner.run(outcome_after(12.0, call)) == "TimeoutError"


@pytest.mark.parametrize(("call", "read"), [(send_mail, 8), (get_checkout, 8), (end_room, 11)])
async def test_each_step_has_its_limit(call: Call, read: float) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(500)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        with pytest.raises(ProviderUnavailable):
            await call(http)
    assert asked[0].extensions["timeout"] == {"connect": 3, "read": read, "write": 8, "pool": 2}
