"""The process that opens photos: `python -m services.gateway.workers.worker PREVIEWS LIMIT_S WALL_S MEMORY`.

Frames on stdin and stdout: a length (4 bytes, big-endian), then MessagePack; one answer per request. It exits at the
end of its input, so it never outlives the gateway. A photo that takes more than LIMIT_S seconds of processor time, or
WALL_S by the clock, ends it by a signal; MEMORY is in bytes.
"""

import gc
import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from services.gateway.reading import reasons, sandbox
from services.gateway.reading.look import enlarge, look
from services.gateway.reading.photo import Answer, Rejected
from services.gateway.workers.beside import read_beside
from services.gateway.workers.worker_protocol import Failed, OutOfMemory, Request

READY: Final = b"ready"


def _serve(requests: BinaryIO, answers: BinaryIO, previews: Path, limit_s: float, wall_s: float) -> None:
    encoder, decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Request)
    _send(answers, READY)
    fresh = True
    while len(head := requests.read(4)) == 4:
        request = decoder.decode(requests.read(int.from_bytes(head)))
        signal.setitimer(signal.ITIMER_PROF, limit_s)
        signal.setitimer(signal.ITIMER_REAL, wall_s)  # ends us even if the gateway no longer can
        answer: Answer | Failed | OutOfMemory
        try:
            answer = _answer(request, previews)
        except OSError as error:
            answer = Failed(error.strerror or str(error))
        except MemoryError:
            if not fresh:  # earlier photos may be to blame: retry in a new process
                sys.exit(1)
            answer = OutOfMemory()
        except Exception as error:  # unforeseen by a decoder; this process continues
            reason = f"The picture could not be opened ({reasons.cause(error)})."
            answer = Rejected(reason=reason, size=0, mtime_ns=0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if isinstance(answer, Rejected | OutOfMemory):
            gc.collect()  # an exception keeps its stack frames alive, pictures included
        _send(answers, encoder.encode(answer))
        fresh = False


def _answer(request: Request, previews: Path) -> Answer:
    if request.what == "photo":
        return look(request.root, request.path, previews)
    if request.what == "large":
        return enlarge(request.root, request.path)
    return read_beside(request.root, request.path, request.what)


def _send(answers: BinaryIO, content: bytes) -> None:
    answers.write(len(content).to_bytes(4) + content)
    answers.flush()


if __name__ == "__main__":
    own = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):  # decoders print warnings
        os.dup2(silence, number)
    sandbox.confine(int(sys.argv[4]))
    _serve(sys.stdin.buffer, own, Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
