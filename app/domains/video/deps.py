"""The video service, for the routes that open rooms."""

from typing import Annotated

from fastapi import Depends

from app.edge.deps import state
from app.providers.video.port import VideoProvider

Video = Annotated[VideoProvider, Depends(state("providers.video"))]
