"""The device that the network runs on, and the precision.

A GPU in half precision if TensorFlow sees one; else the CPU. There bfloat16 pays off with AMX. With AVX512-BF16 alone
it depends on the processor (AMD's are twice as fast as in float32, Intel's without AMX slower), so both are timed;
without either, TensorFlow aborts. On a CPU each core gets its own thread that calls the network (a *lane*), as this
small network does not parallelise well.
"""

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

from services.inference.lanes import lane_count

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", str(lane_count()))
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # else TensorFlow allocates all GPU memory

import tensorflow as tf  # reads these variables on import

Precision = Literal["float32", "bfloat16", "mixed_float16"]
CPU: Final = "/CPU:0"
GPU: Final = "/GPU:0"


class Plan(NamedTuple):
    """One way to run the network."""

    device: str
    """TensorFlow's device name."""
    precision: Precision
    text: str
    """Display name: `CPU (2 cores, AMX bfloat16)`, `NVIDIA L4`."""
    largest: int
    """Maximum photos per call; more only cost memory."""
    certain: bool = True
    """Known to be faster than later plans; otherwise it is timed against the last."""


def cpu_plans(cores: int, cpuinfo: str) -> list[Plan]:
    """Best first. `cpuinfo`: the content of /proc/cpuinfo, empty if there is none."""
    count = f"{cores} core" if cores == 1 else f"{cores} cores"
    plain = Plan(CPU, "float32", f"CPU ({count})", largest=16)
    flags = next((line for line in cpuinfo.splitlines() if line.startswith("flags")), "").split()
    if "amx_bf16" in flags:
        return [Plan(CPU, "bfloat16", f"CPU ({count}, AMX bfloat16)", largest=64), plain]
    if "avx512_bf16" in flags:
        return [Plan(CPU, "bfloat16", f"CPU ({count}, AVX512 bfloat16)", largest=16, certain=False), plain]
    return [plain]


def gpu_plans(names: Sequence[str]) -> list[Plan]:
    """For the first GPU only; a second worker uses the second one by `CUDA_VISIBLE_DEVICES`."""
    return [Plan(GPU, "mixed_float16", name, largest=256) for name in names[:1]]


@lru_cache(maxsize=1)
def plans() -> tuple[Plan, ...]:
    """Ways to run the network here, best first; the last is always the CPU in float32."""
    return tuple(gpu_plans(_gpus()) + cpu_plans(lane_count(), _cpuinfo()))


def _gpus() -> list[str]:
    gpus = tf.config.list_physical_devices("GPU")
    return [tf.config.experimental.get_device_details(gpu).get("device_name", "GPU") for gpu in gpus]


def _cpuinfo() -> str:
    try:
        return Path("/proc/cpuinfo").read_text()
    except OSError:
        return ""
