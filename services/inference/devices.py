"""Sets TensorFlow up, and finds the devices of this machine.

On a CPU each core gets its own thread that calls the network (a *lane*), as this small network does not parallelise
well.

TensorFlow's import makes hundreds of thousands of objects that stay. While they are made, no garbage is looked for, and
afterwards never among them: that takes a fifth of the time in which a first network is loaded.
"""

import gc
import os
from functools import lru_cache
from pathlib import Path

from services.inference.lanes import lane_count
from services.inference.plan import Plan, cpu_plans, gpu_plans

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", str(lane_count()))
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # else TensorFlow allocates all GPU memory

_collecting = gc.isenabled()
gc.disable()
try:
    import tensorflow as tf  # reads these variables on import
finally:
    gc.freeze()
    if _collecting:
        gc.enable()


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
