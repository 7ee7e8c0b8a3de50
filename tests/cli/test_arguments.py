"""The command line: what may have been meant, the version, and help without anything installed."""

import pytest

from services.cli.arguments import parser
from services.kernel.version import VERSION


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(arguments)
    assert ended.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scn"], "There is no command “scn”. Did you mean scan?"),
        (["Classify"], "There is no command “Classify”. Did you mean classify?"),
        (["jobs", "puase", "x"], "There is no action “puase”. Did you mean pause?"),
        (["token", "create", "x", "--role", "ownr"], "There is no role “ownr”. Did you mean owner?"),
        (["up", "--prot", "80"], "unrecognized arguments: --prot. Did you mean --port?"),
        (["up", "--no-clasify=1"], "Did you mean --no-classify?"),
        (["models", "ad", "x"], "There is no action “ad”. Did you mean add?"),
        (
            ["token", "create", "x", "--role", "zzz"],
            "There is no role “zzz”. Choose from worker, viewer, owner.",
        ),
    ],
)
def test_what_may_have_been_meant_is_said(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert said in refused(capsys, *arguments)


def test_what_is_like_nothing_gets_no_guess(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Did you mean" not in refused(capsys, "up", "--qqqqqqq")
    assert "There is no command “qqqqqqq”. Choose from up, " in refused(capsys, "qqqqqqq")


def test_the_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    for argument, said in (("--version", f"Albumen {VERSION}\n"), ("--help", "./albumen test")):
        with pytest.raises(SystemExit) as ended:
            parser().parse_args([argument])
        assert ended.value.code == 0
        assert said in capsys.readouterr().out
