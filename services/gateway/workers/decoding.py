"""What runs in a decoder: a process that has one photo open, nothing else, and no way to anything (`reading.sandbox`).

One task at a time comes through a socket: a length (4 bytes, big-endian) with the file's descriptor, then MessagePack;
one answer each in the same form. The preview goes into a file without a name. A photo that takes more than its
processor time, or its time by the clock, ends the process by a signal.
"""

import contextlib
import encodings
import gc
import importlib
import os
import pkgutil
import signal
import socket
import sys
from collections.abc import Collection, Iterable
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec
from typing import BinaryIO, Final, NamedTuple

import msgspec

from services.gateway.imports.reading import read_import
from services.gateway.reading import reasons, sandbox
from services.gateway.reading.film_copy import Excerpt, copied
from services.gateway.reading.film_transcode import transcoded
from services.gateway.reading.look import copy_film, enlarge, look, orient, rotate
from services.gateway.reading.photo import Rejected
from services.gateway.reading.words_alone import words_alone
from services.gateway.sidecars import kinds
from services.gateway.workers.attempts import open_ways
from services.gateway.workers.beside import read_beside
from services.gateway.workers.parts import Sending
from services.gateway.workers.worker_protocol import (
    Confinement,
    Decoded,
    Failed,
    FilmSpan,
    Lacking,
    Limits,
    OutOfMemory,
    Task,
)
from services.knowledge import date_words
from services.knowledge.sidecars import DIALECTS, SIDECARS

_ALWAYS: Final = (
    *("services.gateway.reading.thumbnail", "PIL.MpoImagePlugin", "PIL.PpmImagePlugin"),
    *("PIL.ImagePalette", "PIL.ImageColor"),
    *("PIL.ImageCms", "PIL.ImageMath", "PIL.ImageChops", "PIL.JpegPresets", "PIL.ImageSequence"),
    *("encodings.utf_8_sig", "encodings.utf_16", "encodings.utf_16_le", "encodings.utf_16_be"),
    *("encodings.utf_32", "encodings.latin_1", "encodings.ascii", "encodings.cp1252", "encodings.mac_roman"),
    *(f"encodings.iso8859_{part}" for part in (*range(1, 11), *range(13, 17))),
    *(f"encodings.cp125{part}" for part in range(9)),
)
"""Loaded lazily by what decoders use, however common the photo."""


class Ends(NamedTuple):
    """What a decoder has open."""

    tasks: socket.socket
    preview: int
    """Descriptor of a file without a name, for reading and writing."""


class _Open(NamedTuple):
    """The same, for use."""

    tasks: socket.socket
    preview: BinaryIO


class _Absent:
    """Notes which modules would have been loaded: nothing can be any more. Last of `sys.meta_path`."""

    def __init__(self, tried: Collection[str]) -> None:
        self.names: set[str] = set()
        self._tried = tried
        self._codecs = {f"encodings.{one.name}" for one in pkgutil.iter_modules(encodings.__path__)}

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """None: it is nowhere."""
        of_a_file = name.startswith("encodings.") and name not in self._codecs
        if not (of_a_file or name in self._tried):
            self.names.add(name)
        return None


def run(ends: Ends, modules: Iterable[str], tried: Collection[str], limits: Limits) -> None:
    """Until the socket is closed. `modules`: to load before the doors close. `tried`: not to be asked for again."""
    for kind in (*SIDECARS, *DIALECTS):
        kinds.reader(kind.kind)
    for module in (*_ALWAYS, *modules):
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    date_words.month_called("may")
    absent = _Absent(tried)
    missing = sandbox.confine(limits.memory)
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter, absent]
    _send(ends.tasks, msgspec.msgpack.encode(Confinement(missing=missing)))
    preview = os.fdopen(ends.preview, "rb+", buffering=0)
    decoder = msgspec.msgpack.Decoder(Task)
    fresh = True
    while task := _received(ends.tasks, decoder):
        signal.setitimer(signal.ITIMER_PROF, limits.limit_s)
        signal.setitimer(signal.ITIMER_REAL, limits.wall_s)  # ends us even if nobody else can
        with contextlib.ExitStack() as held:
            file = held.enter_context(os.fdopen(task.file, "rb")) if task.file >= 0 else None
            answer = _answer(task.task, file, _Open(ends.tasks, preview), fresh, missing)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if absent.names:
            answer, absent.names = Lacking(sorted(absent.names)), set()
        if isinstance(answer, Rejected | OutOfMemory | Lacking):
            gc.collect()  # an exception keeps its stack frames alive, pictures included
        _send(ends.tasks, msgspec.msgpack.encode(answer))
        fresh = False


def _answer(task: Task, file: BinaryIO | None, open_: _Open, fresh: bool, missing: list[str]) -> Decoded:
    try:
        return _decoded(task, file, open_) if file else Confinement(missing=missing, open=open_ways())
    except OSError as error:
        return Failed(error.strerror or str(error))
    except MemoryError:
        if not fresh:  # earlier photos may be to blame: retry in a new process
            sys.exit(1)
        return OutOfMemory()
    except Exception as error:  # unforeseen by a decoder; this process continues
        reason = f"The picture could not be opened ({reasons.cause(error)})."
        return Rejected(reason=reason, size=task.size, mtime_ns=task.mtime_ns)


def _decoded(task: Task, file: BinaryIO, open_: _Open) -> Decoded:
    if task.what == "photo":
        return look(file, task.path, task.image_id, task.size, task.mtime_ns, open_.preview)
    if task.what == "words":
        return words_alone(file, task.path, task.size)
    if task.what == "medium" or task.what == "large" or task.what == "whole":
        return enlarge(file, task.path, task.rotation, task.what)
    if task.what == "rotated":
        return rotate(file, task.rotation)
    if task.what == "oriented":
        return orient(file, task.rotation)
    if task.what == "film" or task.what == "video":
        copy = Sending(lambda part: _send(open_.tasks, msgspec.msgpack.encode(part)))
        make = copied if task.what == "film" else transcoded
        answer = copy_film(Excerpt(file, *(task.film or FilmSpan(0, task.size))), copy, make)
        copy.flush()
        return answer
    if task.what == "import":
        return read_import(file, task.path, task.size, task.mtime_ns)
    assert task.what != "confinement"
    return read_beside(file, task.path, task.what, task.size, task.mtime_ns)


class _Received(NamedTuple):
    task: Task
    file: int
    """Its descriptor; -1 without one."""


def _received(tasks: socket.socket, decoder: "msgspec.msgpack.Decoder[Task]") -> _Received | None:
    head, files, _flags, _address = socket.recv_fds(tasks, 4, 1)
    if len(head) < 4:
        return None
    content, wanted = b"", int.from_bytes(head)
    while len(content) < wanted and (part := os.read(tasks.fileno(), wanted - len(content))):
        content += part
    return _Received(decoder.decode(content), files[0] if files else -1)


def _send(tasks: socket.socket, content: bytes) -> None:
    rest = memoryview(len(content).to_bytes(4) + content)
    while rest:
        rest = rest[os.write(tasks.fileno(), rest) :]
