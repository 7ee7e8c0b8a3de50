"""The ways to run a network on this machine: a device, and the precision. Without TensorFlow, which takes seconds.

A GPU in half precision if there is one; else the CPU. There bfloat16 pays off with AMX. With AVX512-BF16 alone it
depends on the processor (AMD's are twice as fast as in float32, Intel's without AMX slower), so both are timed; without
either, TensorFlow aborts.
"""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

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
