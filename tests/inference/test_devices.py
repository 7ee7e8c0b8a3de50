"""Which precision is chosen on which CPU."""

import pytest

from services.inference.plan import Plan, cpu_plans, gpu_plans

AMX = "processor : 0\nflags : fpu avx512f avx512_bf16 amx_bf16 amx_tile\n"


def test_bfloat16_first_where_the_processor_multiplies_it() -> None:
    assert [plan.precision for plan in cpu_plans(2, AMX)] == ["bfloat16", "float32"]
    assert cpu_plans(2, AMX)[0].text == "CPU (2 cores, AMX bfloat16)"


def test_bfloat16_is_tried_where_it_may_pay() -> None:
    """Twice as fast on Zen 4, slower on Cooper Lake: a measurement decides."""
    first, last = cpu_plans(2, "flags : fpu avx512f avx512_bf16\n")
    assert (first.precision, first.certain) == ("bfloat16", False)
    assert (last.precision, last.certain) == ("float32", True)


@pytest.mark.parametrize("cpuinfo", ["", "flags : fpu avx512f\n", "Features : fp asimd bf16\n"])
def test_float32_everywhere_else(cpuinfo: str) -> None:
    """Without such instructions TensorFlow aborts on bfloat16."""
    assert [plan.precision for plan in cpu_plans(1, cpuinfo)] == ["float32"]
    assert cpu_plans(1, cpuinfo)[0].text == "CPU (1 core)"


def test_a_gpu_computes_in_half_precision() -> None:
    (plan,) = gpu_plans(["NVIDIA L4", "NVIDIA L4"])
    assert (plan.device, plan.precision, plan.text) == ("/GPU:0", "mixed_float16", "NVIDIA L4")


@pytest.mark.tensorflow
def test_a_way_that_fails_is_passed_over() -> None:
    """A device that TensorFlow can't use costs a line in the log, not the classifier."""
    from services.inference.model import Classifier
    from services.inference.registry import MODELS

    nowhere = Plan("/no such device", "mixed_float16", "a GPU that is not there", largest=256)
    classifier = Classifier.load(MODELS["efficientnet-lite0"], batch=1, ways=[nowhere, *cpu_plans(1, "")])
    assert classifier.plan.precision == "float32"


@pytest.mark.tensorflow
def test_of_two_ways_the_faster_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    from services.inference.model import Classifier
    from services.inference.registry import MODELS

    (plain,) = cpu_plans(1, "")
    unsure = Plan(plain.device, "float32", "unsure", largest=1, certain=False)
    for faster in (unsure, plain):
        monkeypatch.setattr(
            Classifier, "_seconds", lambda self, best=faster: 1.0 if self.plan == best else 2.0
        )
        classifier = Classifier.load(MODELS["efficientnet-lite0"], batch=1, ways=[unsure, plain])
        assert classifier.plan == faster
