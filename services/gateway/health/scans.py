"""Whether scans can open photos and store their previews."""

import asyncio
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

from services.gateway.health.condition import Condition
from services.gateway.workers.pool import NoWorker, PreviewNotWritten
from services.kernel.log.finding import LogError
from services.kernel.sentence import Sentence


class Scans:
    def __init__(
        self,
        previews: Path,
        trouble: Callable[[], PreviewNotWritten | LogError | None],
        mended: Callable[[], None],
    ) -> None:
        """`trouble`: why scans wait now. `mended`: called when previews can be written again."""
        self._previews, self._trouble, self._mended = previews, trouble, mended

    async def ask(self) -> Collection[Condition]:
        match self._trouble():
            case NoWorker() as error:
                return [_of("decoders_failing", error)]
            case PreviewNotWritten() as error:
                if not await asyncio.to_thread(_writable, self._previews):
                    return [_of("previews_failing", error)]
                self._mended()
        return []


def _of(code: str, error: PreviewNotWritten) -> Condition:
    return Condition(
        code=code,
        problem=error.sentence,
        remedy=Sentence("The scan waits, and continues automatically once this is fixed."),
    )


def _writable(folder: Path) -> bool:
    """Whether a preview could be stored now."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(1 << 16))
    except OSError:
        return False
    return True
