"""What the routes of evidence ask for."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import Depends

from app.core.errors import ProviderUnavailable
from app.core.programs import run_program
from app.edge.deps import state

_LONGEST_S: Final = 20.0
_PROGRAM: Final = Path(__file__).resolve().with_name("typesetting.py")  # not imported: the server needs no typst


class Printer:
    """One per process, made in the composition root: one paper at a time, beside the server."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    async def print(self, paper: dict[str, Any]) -> bytes:
        """The paper as PDF. Raises `ProviderUnavailable` when it takes too long: the machine is busy."""
        async with self._turn:
            try:
                status, made = await run_program(_PROGRAM, given=json.dumps(paper).encode(), longest_s=_LONGEST_S)
            except TimeoutError:
                raise ProviderUnavailable from None
        if status != 0:
            raise RuntimeError(f"a paper could not be set: exit status {status}")
        return made


PrinterDep = Annotated[Printer, Depends(state("printer"))]
