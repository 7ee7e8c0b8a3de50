"""The system calls that a decoder may make: memory, threads, time, and reading and writing what it has open.

Numbers: Linux, `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h`; they never change.
"""

from typing import Final, NamedTuple

X86_64: Final = "x86_64"
AARCH64: Final = "aarch64"
ARCHITECTURES: Final = (X86_64, AARCH64)


class Call(NamedTuple):
    name: str
    x86_64: int
    aarch64: int

    def number(self, machine: str) -> int:
        return self.x86_64 if machine == X86_64 else self.aarch64


ALLOWED: Final = tuple(
    Call(*row)
    for row in (
        *(("read", 0, 63), ("write", 1, 64), ("readv", 19, 65), ("writev", 20, 66), ("lseek", 8, 62)),
        *(("pread64", 17, 67), ("pwrite64", 18, 68), ("preadv", 295, 69), ("pwritev", 296, 70)),
        *(("close", 3, 57), ("fstat", 5, 80), ("recvmsg", 47, 212)),
        *(("mmap", 9, 222), ("mprotect", 10, 226), ("munmap", 11, 215), ("brk", 12, 214)),
        *(("mremap", 25, 216), ("madvise", 28, 233), ("membarrier", 324, 283)),
        *(("rt_sigaction", 13, 134), ("rt_sigprocmask", 14, 135), ("rt_sigreturn", 15, 139)),
        *(("sigaltstack", 131, 132), ("restart_syscall", 219, 128)),
        *(("futex", 202, 98), ("set_robust_list", 273, 99), ("rseq", 334, 293), ("sched_yield", 24, 124)),
        *(("sched_getaffinity", 204, 123), ("getcpu", 309, 168), ("gettid", 186, 178), ("getpid", 39, 172)),
        *(("nanosleep", 35, 101), ("clock_nanosleep", 230, 115), ("gettimeofday", 96, 169)),
        *(("clock_gettime", 228, 113), ("clock_getres", 229, 114), ("times", 100, 153)),
        *(("getitimer", 36, 102), ("setitimer", 38, 103), ("getrusage", 98, 165), ("sysinfo", 99, 179)),
        *(("getrandom", 318, 278), ("uname", 63, 160), ("exit", 60, 93), ("exit_group", 231, 94)),
    )
)
CLONE: Final = Call("clone", 56, 220)
"""Threads of its own, as libheif and dav1d start; no process."""
CLONE3: Final = Call("clone3", 435, 435)
"""Its flags are in memory, where no filter sees them: the C library falls back to `clone` where there is none."""
FCNTL: Final = Call("fcntl", 72, 25)
"""Flags of descriptors, but no owner of signals and no leases."""
TGKILL: Final = Call("tgkill", 234, 131)
"""`abort`, of itself."""
PRLIMIT: Final = Call("prlimit64", 302, 261)
"""Its own limits, to be read."""
SECCOMP: Final = Call("seccomp", 317, 277)
LANDLOCK_CREATE: Final = Call("landlock_create_ruleset", 444, 444)
LANDLOCK_RESTRICT: Final = Call("landlock_restrict_self", 446, 446)
