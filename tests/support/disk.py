"""What a disk may hold after a power cut: a program's writes are recorded, and any that it had not flushed are lost.

`strace` records every system call that changes a file of one folder, and what the program printed in between. `Disk`
replays them up to a moment. What was written since the last fsync of a file may then be there or not, each 512-byte
sector on its own, and so may a name whose folder was not flushed. (The model of ALICE: Pillai et al., "All File Systems
Are Not Created Equal", OSDI 2014.)
"""

import ast
import os
import random
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

SECTOR: Final = 512
"""Bytes that a disk writes as a whole."""
CALLS: Final = "openat,write,pwrite64,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat2,close"
_LINE: Final = re.compile(r"(?:\[pid +\d+\] |\d+ +)?(\w+)\((.*)\) += (-?\d+).*", re.DOTALL)
_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
STDOUT: Final = 1


class Call(NamedTuple):
    """One that succeeded. `path` is relative to the folder; empty: the folder itself, or standard output."""

    kind: str
    """open, write, sync, truncate, unlink, print"""
    path: str
    content: bytes = b""
    offset: int = 0
    """Bytes; of `truncate` the new size."""


def record(command: Sequence[str], folder: Path, env: dict[str, str]) -> list[Call]:
    """Run a program; return the calls that concern the folder, in their order. Raises subprocess.CalledProcessError."""
    output = folder.with_name("strace")
    subprocess.run(
        ["strace", "-f", "-qq", "-s", "100000000", "-e", f"trace={CALLS}", "-o", str(output), *command],
        check=True,
        capture_output=True,
        env=env,
        timeout=300,
    )
    return _parsed(output.read_text("latin-1"), folder)


def _whole_lines(text: str) -> list[str]:
    """A call that another thread's interrupted stands in two parts: joined where it ended."""
    begun: dict[str, str] = {}
    lines = []
    for line in text.splitlines():
        pid, _, rest = line.partition(" ")
        rest = rest.lstrip()
        if rest.endswith("<unfinished ...>"):
            begun[pid] = rest.removesuffix("<unfinished ...>")
            continue
        if resumed := re.match(r"<\.\.\. \w+ resumed>", rest):
            rest = begun.pop(pid) + rest[resumed.end() :]
        lines.append(rest)
    return lines


def _parsed(text: str, folder: Path) -> list[Call]:
    calls: list[Call] = []
    names: dict[int, str] = {}
    """Descriptor -> path; threads share them, and the program starts no other process."""
    for line in _whole_lines(text):
        match = _LINE.fullmatch(line)
        if not match or int(match[3]) < 0:
            continue
        kind, arguments, result = match[1], match[2], int(match[3])
        texts = [ast.literal_eval(f"b{one}") for one in _TEXT.findall(arguments)]
        if kind == "openat":
            path = os.path.normpath(os.fsdecode(texts[0]))
            names.pop(result, None)
            if path == str(folder) or path.startswith(f"{folder}/"):
                names[result] = os.path.relpath(path, folder).removeprefix(".")
                if "O_CREAT" in arguments:
                    calls.append(Call("open", names[result]))
            continue
        if kind in ("unlink", "unlinkat"):
            path = os.fsdecode(texts[0])
            if path.startswith(f"{folder}/"):
                calls.append(Call("unlink", os.path.relpath(path, folder)))
            continue
        assert not kind.startswith("rename"), line
        descriptor = int(arguments.partition(",")[0])
        if kind == "close":
            names.pop(descriptor, None)
        elif kind == "write" and descriptor == STDOUT:
            calls.append(Call("print", "", texts[0]))
        elif descriptor not in names:
            continue
        elif kind in ("fsync", "fdatasync"):
            calls.append(Call("sync", names[descriptor]))
        elif kind == "ftruncate":
            calls.append(Call("truncate", names[descriptor], offset=int(arguments.split(",")[1])))
        else:
            assert kind == "pwrite64", line
            calls.append(Call("write", names[descriptor], texts[0], int(arguments.rsplit(",", 1)[1])))
    return calls


class _File:
    def __init__(self) -> None:
        self.safe = bytearray()
        """What is on the disk for certain."""
        self.unsure: list[Call] = []
        """Since the last flush."""


def _apply(content: bytearray, call: Call, lost: random.Random | None) -> None:
    """`lost`: leaves out any of its sectors."""
    if call.kind == "truncate":
        if lost and lost.random() < 0.5:
            return
        del content[call.offset :]
        content.extend(bytes(call.offset - len(content)))
        return
    start, end = call.offset, call.offset + len(call.content)
    for at in range(start - start % SECTOR, end, SECTOR):
        if lost and lost.random() < 0.5:
            continue
        first, last = max(at, start), min(at + SECTOR, end)
        content.extend(bytes(max(0, last - len(content))))
        content[first:last] = call.content[first - start : last - start]


class Disk:
    """The folder while a recorded program writes to it, one call after another."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}
        self._names: dict[str, bool] = {}
        """Name -> whether the disk has it for certain; False: it may be there or not."""
        self._gone: dict[str, _File] = {}
        """Deleted, but the folder is not flushed."""
        self.printed = b""

    def call(self, call: Call) -> None:
        match call.kind:
            case "print":
                self.printed += call.content
            case "open" if call.path not in self._files:
                self._files[call.path] = _File()
                self._names[call.path] = False
            case "unlink":
                self._gone[call.path] = self._files.pop(call.path)
                del self._names[call.path]
            case "sync" if not call.path:
                self._names = dict.fromkeys(self._names, True)
                self._gone.clear()
            case "sync":
                file = self._files[call.path]
                for one in file.unsure:
                    _apply(file.safe, one, None)
                file.unsure.clear()
            case "write" | "truncate":
                self._files[call.path].unsure.append(call)

    def cut(self, to: Path, chance: random.Random) -> None:
        """Write one of the states in which a power cut may leave the folder. Shared memory (`-shm`) is always lost."""
        to.mkdir()
        for name, file in (*self._gone.items(), *self._files.items()):
            certain = name in self._files and self._names[name]
            if name.endswith("-shm") or (not certain and chance.random() < 0.5):
                continue
            content = bytearray(file.safe)
            for one in file.unsure:
                if chance.random() < 0.5:
                    _apply(content, one, chance if chance.random() < 0.5 else None)
            (to / name).write_bytes(content)
