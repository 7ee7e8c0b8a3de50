"""Embeddings of pictures that show what a head names."""

import base64

import numpy as np

from services.knowledge.embedding import encode
from services.knowledge.head_table import Head, table
from services.knowledge.heads import Array


def weights(head: Head) -> Array:
    """float64 [channels], before scaling."""
    return np.frombuffer(base64.b64decode(head.weights), np.int8).astype(float)


def showing(model_id: str, idea: str) -> str:
    """The embedding of a picture in which a network sees it clearly."""
    head = next(head for head in table()[model_id] if idea in head.ids)
    return encode(np.maximum(weights(head), 0)[np.newaxis].astype(np.float32))[0]
