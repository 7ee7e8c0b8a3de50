"""Verify all of a log in a process of its own, which gives way to every other: python -m services.kernel.log.apart PATH

A thread would not do: while it holds the interpreter, nothing else in its process runs, the less so the nicer it is.
"""

import asyncio
import os
import sys
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec

from services.kernel.log.finding import Finding
from services.kernel.log.verify import findings
from services.kernel.sentence import Sentence

REPORTED: Final = 20
"""Findings that are reported; a log that is damaged throughout has one for each record."""
NICENESS: Final = 19
_REPOSITORY: Final = Path(__file__).resolve().parents[3]


class VerificationFailed(Exception):
    """The process died or was killed: nothing is known about the log."""


async def verify_apart(path: Path) -> list[Finding]:
    """The first findings, REPORTED at most. Raises VerificationFailed. A caller that is cancelled ends the process."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.kernel.log.apart", str(path)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(_REPOSITORY)},
    )
    try:
        answer, _ = await process.communicate()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if process.returncode:
        raise VerificationFailed(f"The verification of the log ended with status {process.returncode}.")
    return msgspec.json.decode(answer, type=list[Finding], dec_hook=_sentence)


def _parts(sentence: Any) -> Any:
    return [sentence.text, sentence.values]


def _sentence(_: type, parts: Any) -> Sentence:
    text, values = parts
    return Sentence(text, **values)


def main(path: Path) -> bytes:
    return msgspec.json.encode(list(islice(findings(path), REPORTED)), enc_hook=_parts)


if __name__ == "__main__":
    os.nice(NICENESS)
    sys.stdout.buffer.write(main(Path(sys.argv[1])))
