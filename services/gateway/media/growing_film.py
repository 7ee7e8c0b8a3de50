"""A film's copy while it is being made: it can be watched from its beginning (`reading/film_transcode.py`)."""

import asyncio
from collections.abc import AsyncGenerator
from typing import BinaryIO, Final, NamedTuple

from services.gateway.media.originals import CHUNK
from services.gateway.reading.threads import to_photo_thread

GROWN_S: Final = 0.1
"""How often to look whether there is more of it."""


class GrowingFilm(NamedTuple):
    """To be closed by whoever gets it."""

    file: BinaryIO
    making: "asyncio.Task[object]"
    media_type: str


async def growing(film: GrowingFilm) -> AsyncGenerator[bytes, None]:
    """All of it, as it is written. Ends early if it can't be made to its end. Closes the file."""
    try:
        while True:
            whole = film.making.done()  # before reading, as what is written last must not be missed
            if content := await to_photo_thread(film.file.read, CHUNK):
                yield content
            elif whole:
                return
            else:
                await asyncio.wait({film.making}, timeout=GROWN_S)
    finally:
        film.file.close()
