"""The filter of system calls, as a program for the kernel's classic BPF machine (seccomp(2), `linux/filter.h`).

What isn't listed fails with EPERM, and libraries go on without it; a call by another architecture's table ends the
process. An unlisted call of x86-64's 32-bit pointers (x32) has a number that no listed one has.
"""

import errno
import struct
from typing import Final

from services.gateway.confinement.syscalls import (
    ALLOWED,
    CLONE,
    CLONE3,
    FCNTL,
    PRLIMIT,
    TGKILL,
    X86_64,
    Call,
)

_LOAD: Final = 0x20  # BPF_LD | BPF_W | BPF_ABS
_EQUAL: Final = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_ANY_BIT: Final = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RETURN: Final = 0x06  # BPF_RET | BPF_K
_ALLOW: Final = 0x7FFF0000
_ERRNO: Final = 0x00050000
_KILL_PROCESS: Final = 0x80000000
_ARCHITECTURE: Final = {True: 0xC000003E, False: 0xC00000B7}
"""AUDIT_ARCH_X86_64 and AUDIT_ARCH_AARCH64 (`linux/audit.h`)."""
_NUMBER_AT: Final = 0
_ARCHITECTURE_AT: Final = 4
_ARGUMENTS_AT: Final = 16
"""Offsets in `struct seccomp_data`; both architectures have the low half of an argument first."""
_CLONE_THREAD: Final = 0x10000
_FCNTLS: Final = (1, 2, 3, 1030)
"""F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC."""

Instruction = tuple[int, int, int, int]
"""Code, instructions to skip if true and if false, operand."""


def program(machine: str, process: int) -> bytes:
    """An array of `struct sock_filter`. `machine`: one of ARCHITECTURES. `process`: the id of the confined one."""
    denied = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
    lines: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, _ARCHITECTURE[machine == X86_64]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    allowed: Instruction = (_RETURN, 0, 0, _ALLOW)

    def rule(call: Call, body: list[Instruction]) -> None:
        lines.extend([(_EQUAL, 0, len(body), call.number(machine)), *body])

    for call in ALLOWED:
        rule(call, [allowed])
    rule(CLONE, [(_LOAD, 0, 0, _argument(0)), (_ANY_BIT, 0, 1, _CLONE_THREAD), allowed, denied])
    rule(CLONE3, [(_RETURN, 0, 0, _ERRNO | errno.ENOSYS)])
    rule(TGKILL, [(_LOAD, 0, 0, _argument(0)), (_EQUAL, 0, 1, process), allowed, denied])
    rule(FCNTL, [(_LOAD, 0, 0, _argument(1)), *_one_of(_FCNTLS), denied, allowed])
    nothing = [(_argument(0), 0), (_argument(2), 0), (_argument(2) + 4, 0)]
    rule(PRLIMIT, [*_all(nothing), allowed, denied])
    lines.append(denied)
    return b"".join(struct.pack("=HBBI", *line) for line in lines)


def _argument(number: int) -> int:
    return _ARGUMENTS_AT + 8 * number


def _one_of(values: tuple[int, ...]) -> list[Instruction]:
    """Skips the instruction after these if one is equal."""
    return [(_EQUAL, len(values) - number, 0, value) for number, value in enumerate(values)]


def _all(values: list[tuple[int, int]]) -> list[Instruction]:
    """Skips the instruction after these unless all words, by their offsets, are equal."""
    lines: list[Instruction] = []
    for number, (offset, value) in enumerate(values, 1):
        lines += [(_LOAD, 0, 0, offset), (_EQUAL, 0, 2 * (len(values) - number) + 1, value)]
    return lines
