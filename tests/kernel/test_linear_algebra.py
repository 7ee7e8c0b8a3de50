"""The projector multiplies matrices in one thread."""

import os
import subprocess
import sys

import pytest

PRODUCT = """
import os
{first}
import numpy as np
assert (np.ones((600, 600)) @ np.ones((600, 600)))[0, 0] == 600
print(len(os.listdir("/proc/self/task")))
"""
PROJECTOR = "from services.cli import service; service._start_of('projector')"
OWN_CHOICE = "os.environ['OPENBLAS_NUM_THREADS'] = '2'; "


def threads(first: str) -> int:
    """Of a process that has done this first, and then computed a large product."""
    unset = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    program = PRODUCT.format(first=first)
    ran = subprocess.run(
        [sys.executable, "-c", program], env=unset, capture_output=True, text=True, check=True
    )
    return int(ran.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="counts the threads of a process in /proc")
def test_it_has_one_unless_the_user_chose() -> None:
    assert threads(PROJECTOR) == 1
    assert threads(OWN_CHOICE + PROJECTOR) == 2
