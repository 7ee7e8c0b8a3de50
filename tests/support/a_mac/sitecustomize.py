"""Makes a Python behave as on macOS, as far as Albumen can tell: put this folder into PYTHONPATH.

What the C library of macOS doesn't have is gone from `os`, `/proc` holds nothing, and the limit of memory is refused
in the words in which Python tells it there.
"""

import builtins
import io
import os
import platform
import resource
import sys
import sysconfig
import types
from collections.abc import Callable
from typing import Any

_ABSENT = (
    *(
        "memfd_create",
        "sched_getaffinity",
        "sched_setaffinity",
        "posix_fadvise",
        "posix_fallocate",
        "pidfd_open",
    ),
    *("eventfd", "getxattr", "setxattr", "listxattr", "removexattr", "copy_file_range", "pipe2", "splice"),
    *("getrandom", "setns", "unshare", "O_TMPFILE", "O_PATH", "O_DIRECT", "O_NOATIME"),
)

for _name in _ABSENT:
    if hasattr(os, _name):
        delattr(os, _name)
if hasattr(resource, "prlimit"):
    del resource.prlimit

sysconfig.get_config_vars()  # as this Python was built: read before it is another
sys.platform = "darwin"
platform.system = lambda: "Darwin"
sys.modules["_scproxy"] = types.ModuleType("_scproxy")  # of urllib.request
vars(sys.modules["_scproxy"]).update(_get_proxies=dict, _get_proxy_settings=dict)

_set_limit, _open, _os_open = resource.setrlimit, builtins.open, os.open


def _setrlimit(which: int, limits: tuple[int, int]) -> None:
    if which == resource.RLIMIT_AS:
        raise ValueError("current limit exceeds maximum limit")
    _set_limit(which, limits)


def _without_proc(call: Callable[..., Any]) -> Callable[..., Any]:
    def called(path: Any, *arguments: Any, **options: Any) -> Any:
        if isinstance(path, str | os.PathLike) and os.fspath(path).startswith("/proc/"):
            raise FileNotFoundError(2, "No such file or directory", path)
        return call(path, *arguments, **options)

    return called


resource.setrlimit = _setrlimit
builtins.open = io.open = _without_proc(_open)
os.open = _without_proc(_os_open)
