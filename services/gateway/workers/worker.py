"""The process that opens photos: `python -m services.gateway.workers.worker PREVIEWS LIMIT_S WALL_S MEMORY`.

Frames on stdin and stdout: a length (4 bytes, big-endian), then MessagePack; first how far it is confined, once it is
ready, then one answer per request, in their order. It exits at the end of its input, so it never outlives the gateway.
It understands nothing of what is in a photo: a second process, its decoder, is given the open file and no way to
anything else. While that is at work, the next file, if it is asked for already, is opened and hashed. If the decoder
ends, by a photo that takes more than LIMIT_S seconds of processor time or WALL_S by the clock, say, this process ends
in the same way. MEMORY is in bytes.
"""

import os
import select
import signal
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from services.gateway.archives.shelf import Shelf
from services.gateway.reading.photo import Copied, Photo
from services.gateway.reading.sandbox import NICE
from services.gateway.workers.decoder import Decoder, Ended
from services.gateway.workers.handover import Outcome, Prepared, Untrue, kept, prepared, require_fitting
from services.gateway.workers.worker_protocol import Answered, Failed, Limits, Request

_Job = Prepared | Outcome
"""A task for the decoder, or the answer if there is none."""


class _Line:
    """What is asked for next."""

    def __init__(self, requests: int, previews: Path) -> None:
        """`requests`: a descriptor."""
        self._requests, self._previews, self._shelf = requests, previews, Shelf(previews)
        self._request = msgspec.msgpack.Decoder(Request)
        self._ahead: _Job | None = None
        self._ended = False

    def take(self) -> _Job | None:
        """Waits for it. None at the end."""
        if self._ahead is None:
            self._fetch()
        return self.ready()

    def ready(self) -> _Job | None:
        """None if nothing is prepared yet."""
        job, self._ahead = self._ahead, None
        return job

    def prepare(self, decoder: Decoder) -> None:
        """The next one, if it is asked for before `decoder` has its answer; then waits for that."""
        while self._ahead is None and not self._ended:
            readable, _, _ = select.select([decoder.fileno(), self._requests], [], [])
            if decoder.fileno() in readable:
                return
            self._fetch()

    def _fetch(self) -> None:
        """Waits for it."""
        head = self._read(4)
        self._ended = self._ended or len(head) < 4
        if not self._ended:
            request = self._request.decode(self._read(int.from_bytes(head)))
            self._ahead = prepared(request, self._previews, self._shelf)

    def _read(self, count: int) -> bytes:
        """Fewer at the end. Unbuffered, so that `select` tells what is there."""
        content = b""
        while len(content) < count and (part := os.read(self._requests, count - len(content))):
            content += part
        return content


def _serve(line: _Line, answers: BinaryIO, previews: Path, decoder: Decoder) -> None:
    """Raises Ended, Untrue."""
    encoder = msgspec.msgpack.Encoder()
    _send(answers, encoder.encode(decoder.start()))
    job = _begun(line.take(), decoder)
    while job is not None:
        answer, preview = _finished(job, line, decoder)
        next_job = _begun(line.ready(), decoder)
        if preview is not None and isinstance(answer, Photo):
            answer = kept(answer, preview, previews)
        _send(answers, encoder.encode(answer))
        job = next_job or _begun(line.take(), decoder)


def _begun(job: _Job | None, decoder: Decoder) -> _Job | None:
    if isinstance(job, Prepared):
        decoder.begin(job)
    return job


def _finished(job: _Job, line: _Line, decoder: Decoder) -> tuple[Answered, bytes | None]:
    """The answer, and a photo's preview if it is a new one. Raises Ended, Untrue."""
    if not isinstance(job, Prepared):
        return job, None
    line.prepare(decoder)
    answer = _decoded(job, decoder)
    require_fitting(answer, job.task)
    return answer, decoder.preview() if isinstance(answer, Photo) and not job.preview else None


def _decoded(job: Prepared, decoder: Decoder) -> Answered:
    """Raises Ended, Untrue."""
    try:
        answer = decoder.answer()
        if job.copy and isinstance(answer, Copied):
            job.copy.finish()
        return answer
    except ValueError as error:
        raise Untrue from error
    except OSError as error:  # of a film's copy
        return Failed(error.strerror or str(error))
    finally:
        if job.copy:
            job.copy.close()
        if job.file is not None:
            os.close(job.file)


def _send(answers: BinaryIO, content: bytes) -> None:
    answers.write(len(content).to_bytes(4) + content)
    answers.flush()


def _end_like(status: int) -> None:
    """As the decoder has: by the same signal, or with a failure."""
    if os.WIFSIGNALED(status):
        signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    sys.exit(1)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the gateway; it closes our pipe
    os.nice(NICE)
    own = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):  # decoders print warnings
        os.dup2(silence, number)
    limits = Limits(float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
    folder = Path(sys.argv[1])
    try:
        _serve(_Line(sys.stdin.fileno(), folder), own, folder, Decoder(limits))
    except Ended as error:
        _end_like(error.status)
    except Untrue:
        sys.exit(1)
