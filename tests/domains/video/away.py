"""The real adapter, with a video service that cannot be reached."""

import httpx

from app.providers.video.plugnmeet import PlugNmeetVideo
from app.providers.video.port import VideoProvider


def video_that_is_away() -> VideoProvider:
    return PlugNmeetVideo("key", "secret", "http://away", httpx.AsyncClient(transport=httpx.MockTransport(_refuse)))


def _refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("away", request=request)
