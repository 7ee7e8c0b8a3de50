"""The pixel range that a network expects, as far as its own layers reveal it.

Nothing is guessed: a network trained with 0..1 accepts 0..255, and gives wrong answers.
"""

from typing import Any

import numpy as np

from services.inference.installed import Range


def range_of(layers: list[Any]) -> tuple[Range | None, str]:
    """The range that the first scaling or normalising layer expects, and why."""
    for layer in layers:
        kind = type(layer).__name__
        if kind == "Rescaling":
            scale, offset = (np.asarray(value, np.float64) for value in (layer.scale, layer.offset))
            for name, highest in (("0..255", 255.0), ("0..1", 1.0)):
                top = highest * scale + offset
                if (np.abs(top) <= 4).all() and (np.abs(highest * scale) >= 0.5).all():
                    return name, f"by its Rescaling layer, ×{scale.flat[0]:.4g}"  # type: ignore[return-value]
            return None, f"Its Rescaling layer (×{scale.flat[0]:.4g}) tells no range."
        if kind == "Normalization":
            mean = float(np.mean(np.asarray(layer.mean)))
            if 0.2 <= mean <= 0.8:
                return "0..1", f"by its Normalization layer, mean {mean:.3g}"
            if 50 <= mean <= 200:
                return "0..255", f"by its Normalization layer, mean {mean:.4g}"
            return None, f"Its Normalization layer (mean {mean:.3g}) tells no range."
    return None, "No layer of it scales the pixels, so it does not say which values it expects."
