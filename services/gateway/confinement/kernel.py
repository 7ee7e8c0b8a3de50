"""The kernel's means against a process's own code, by their system calls: no library is needed.

Each raises OSError where the kernel, or the container around it, does not have or allow it.
"""

import ctypes
import errno
import os
import platform
import signal
import struct
import sys
from functools import cache
from typing import Final

from services.gateway.confinement.bpf import program
from services.gateway.confinement.syscalls import (
    ARCHITECTURES,
    LANDLOCK_CREATE,
    LANDLOCK_RESTRICT,
    SECCOMP,
    Call,
)

_SET_PARENT_DEATH_SIGNAL: Final = 1
_SET_NO_NEW_PRIVILEGES: Final = 38
_FILTER: Final = 1  # SECCOMP_SET_MODE_FILTER
_ALL_THREADS: Final = 1  # SECCOMP_FILTER_FLAG_TSYNC
_NO_SLOWER: Final = 4
"""SECCOMP_FILTER_FLAG_SPEC_ALLOW: no other process's secrets are in this one's memory (Linux 4.17)."""
_NEW_USER: Final = 0x10000000
_NEW_NETWORK: Final = 0x40000000
_NEW_IPC: Final = 0x08000000
_NEW_NAMES: Final = 0x04000000
_VERSION: Final = 1  # LANDLOCK_CREATE_RULESET_VERSION
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 5: 16}
"""Landlock's version -> how many rights about files it knows (`linux/landlock.h`)."""
_NETWORK_FROM: Final = 4
_SCOPES_FROM: Final = 6
_EMPTY: Final = "/proc/self/fdinfo"
"""A folder in which nothing of anybody lies."""


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _call(call: Call, *arguments: object) -> int:
    machine = platform.machine()
    if sys.platform != "linux" or machine not in ARCHITECTURES:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    numbers = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return _checked(_libc().syscall(ctypes.c_long(call.number(machine)), *numbers))


def end_with_parent(parent: int) -> None:
    """The kernel ends this process with its parent, whose id is given."""
    _checked(_libc().prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0))
    if os.getppid() != parent:
        raise SystemExit(1)


def no_new_privileges() -> None:
    _checked(_libc().prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0))


def own_namespaces() -> None:
    """No network, no shared memory of others, and no files but those that are open: the root is an empty folder."""
    _checked(_libc().unshare(_NEW_USER | _NEW_NETWORK | _NEW_IPC | _NEW_NAMES))
    os.chroot(_EMPTY)
    os.chdir("/")


def landlock_version() -> int:
    """0: there is none."""
    try:
        return _call(LANDLOCK_CREATE, None, 0, _VERSION)
    except OSError:
        return 0


def landlock() -> None:
    """Opens no path, makes, moves and removes none, and talks to nobody by TCP or abstract socket; sends no signals
    out of this process. Each as far as this kernel's version goes."""
    version = landlock_version()
    if not version:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    count = max(rights for since, rights in _FILE_RIGHTS.items() if since <= version)
    words = [(1 << count) - 1]
    words += [0b11] if version >= _NETWORK_FROM else []
    words += [0b11] if version >= _SCOPES_FROM else []
    rules = struct.pack(f"={len(words)}Q", *words)
    file = _call(LANDLOCK_CREATE, ctypes.c_char_p(rules), len(rules), 0)
    try:
        _call(LANDLOCK_RESTRICT, file, 0)
    finally:
        os.close(file)


def filter_calls() -> None:
    """Of all threads. Nothing can be opened, started, sent or signalled from now on."""
    content = program(platform.machine(), os.getpid())
    head = struct.pack(
        "@HP", len(content) // 8, ctypes.addressof(held := ctypes.create_string_buffer(content))
    )
    try:
        _call(SECCOMP, _FILTER, _ALL_THREADS | _NO_SLOWER, ctypes.c_char_p(head))
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        _call(SECCOMP, _FILTER, _ALL_THREADS, ctypes.c_char_p(head))
    del held


def filters_calls() -> bool:
    """Whether this kernel has such filters, and a program for its machine is known."""
    try:
        _call(SECCOMP, 2, 0, ctypes.c_char_p(struct.pack("=I", 0x7FFF0000)))  # SECCOMP_GET_ACTION_AVAIL
    except OSError:
        return False
    return True
