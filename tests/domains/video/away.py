"""The real adapter, with a video service that cannot be reached, or that fails for some rooms."""

import json
from collections.abc import Callable, Mapping

import httpx

from app.providers.video.plugnmeet import PlugNmeetVideo
from app.providers.video.port import VideoProvider


def video_that_is_away() -> VideoProvider:
    return _video(_refuse)


def video_that_answers(failures: Mapping[str, int]) -> VideoProvider:
    """Every room is closed, but for these ids the service answers an HTTP error."""

    def answer(request: httpx.Request) -> httpx.Response:
        status = failures.get(json.loads(request.content)["room_id"], 200)
        return httpx.Response(status, json={"status": True, "status_code": "SUCCESS", "is_active": False})

    return _video(answer)


def _video(answer: Callable[[httpx.Request], httpx.Response]) -> VideoProvider:
    return PlugNmeetVideo("key", "secret", "http://away", httpx.AsyncClient(transport=httpx.MockTransport(answer)))


def _refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("away", request=request)
