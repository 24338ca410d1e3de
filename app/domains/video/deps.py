"""The video service, for the routes that open rooms."""

from typing import Annotated

from fastapi import Depends, Request

from app.providers.video.port import VideoProvider


async def _video(request: Request) -> VideoProvider:
    provider: VideoProvider = request.app.state.providers.video
    return provider


Video = Annotated[VideoProvider, Depends(_video)]
