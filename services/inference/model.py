"""EfficientNet-Lite on TensorFlow: `uint8` pixels in, the 20 best classes out.

The network is one graph of raw operations with its weights as constants: normalisation, softmax and top-k
are inside. On a CPU, N threads that each call it with one intra-op thread beat one call that is split over N
(this small net does not split well); XLA is 15 times slower there and is used on GPUs only.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

import threading
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import structlog
import tensorflow as tf

from services.inference.devices import Plan, cores, lanes_for, plans
from services.inference.fold import Folded, Layer, fold
from services.inference.registry import ModelSpec, find
from services.inference.weights import read

Array = np.ndarray[Any, np.dtype[Any]]
Scores = list[tuple[int, float]]

TOP: Final = 20
log = structlog.get_logger(__name__)
