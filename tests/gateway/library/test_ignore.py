"""What an ignore file means, and that no line of it keeps a scan busy."""

import json
import os
import random
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from services.gateway.listing.found import IGNORE_FILE
from services.gateway.listing.ignore import Ignored
from services.gateway.listing.ignore_patterns import LinearPattern
from tests.support.chance import examples
from tests.support.costs import costing
from tests.support.waiting import PATIENCE_S

LONG = "a" * 251 + ".jpg"
HOSTILE = [
    ("*a*a*a*a*a*a*a*a*b", LONG),
    ("*?*?*?*?*?*?*?*?*b", LONG),
    ("[a-z]*[a-z]*[a-z]*[a-z]*[a-z]*[a-z]*[!a-z.]x", LONG),
    ("a*" * 100 + "b", LONG),
    ("*" * 5_000 + "b", LONG),
    ("a*/" * 8 + "b", f"{LONG}/" * 15 + LONG),
    ("**/a/" * 8 + "**/b", "a/" * 2_000 + "c.jpg"),
    ("**/*a*/" * 8 + "*a*b", "aa/" * 1_300 + "c.jpg"),
    ("*a*/" * 4 + "**/*a*a*a*b/**", "aa/" * 1_300 + "c.jpg"),
]

MATCH = """
import sys
from pathspec import GitIgnoreSpec
from services.gateway.listing.ignore_patterns import LinearPattern
line, path = sys.stdin.read().split("\\n")
print(GitIgnoreSpec.from_lines([line], LinearPattern).check_file(path).include)
"""


@pytest.mark.parametrize(("line", "path"), HOSTILE, ids=[line[:20] for line, _ in HOSTILE])
def test_no_line_takes_long_on_any_name(line: str, path: str) -> None:
    """In a process that can be ended: nothing else could end a regular expression."""
    done = subprocess.run(
        [sys.executable, "-c", MATCH],
        input=f"{line}\n{path}",
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert (done.stdout.strip(), done.stderr) == ("None", "")


def test_a_hostile_line_costs_a_name_milliseconds() -> None:
    for line, path in HOSTILE:
        spec = GitIgnoreSpec.from_lines([line], LinearPattern)
        with costing() as cost:
            spec.check_file(path)
        assert cost.seconds < 0.1, line


COSTS = """
import json, sys, time
from pathspec import GitIgnoreSpec
from services.gateway.listing.ignore_patterns import LinearPattern
for line, path in json.load(sys.stdin):
    spec = GitIgnoreSpec.from_lines([line], LinearPattern)
    began = time.process_time()
    spec.check_file(path)
    if time.process_time() - began > 0.1:
        print(line, path[:20])
"""


@pytest.mark.fuzz
def test_no_line_that_repeats_itself_takes_long() -> None:
    """On a path as long as Linux has them. In a process that can be ended, again."""
    chance, cases = random.Random(int(os.environ.get("ALBUMEN_FUZZ_SEED") or 13)), []
    for _ in range(1000):
        part = chance.choices(["*", "*a", "*/", "**/", "?", "[ab]", "a", "b", "a/"], k=chance.randint(1, 4))
        unit = chance.choices(["a", "b", "a/", "b/", "aa/"], k=chance.randint(1, 2))
        line = "".join(part) * chance.randint(1, 40) + chance.choice(["", "b", "c", "/**"])
        cases.append((line, ("".join(unit) * 4096)[:4095].strip("/")))
    done = subprocess.run(
        [sys.executable, "-c", COSTS],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert (done.stdout.strip(), done.stderr) == ("", "")


PIECES = ["a", "b", "*", "**", "?", "/", "[ab]", "[a-b]", "\\a", "\\*", " ", "!", "#", ".", "[", "]"]
LINES = (
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=8)
    .map("".join)
    .filter(lambda line: "[!" not in line)
)
"""The library lets what is in no set be a slash, Git does not."""
NAMES = st.lists(st.text("ab*.!# ", min_size=1, max_size=4), min_size=1, max_size=5)


@examples(400)
@given(st.lists(LINES, min_size=1, max_size=3), NAMES.map("/".join), st.booleans())
def test_lines_mean_what_they_meant(lines: list[str], path: str, folder: bool) -> None:
    """By the library's own translation, which is slow only on long names. It refuses a file for one line that Git
    passes over."""
    path = f"{path}/" if folder else path
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sets that look nested to Python
        try:
            expected = GitIgnoreSpec.from_lines(lines, backend="simple").check_file(path).include
        except ValueError:
            return
    assert GitIgnoreSpec.from_lines(lines, LinearPattern).check_file(path).include == expected


@pytest.mark.parametrize(
    ("line", "path", "ignored"),
    [
        ("a[!x]", "a/b", False),  # a slash is in no set (fnmatch(3), FNM_PATHNAME)
        ("a[!x]", "ab", True),
        ("[z-a].jpg", "z.jpg", False),
        ("[[].jpg", "[.jpg", True),
        ("[a&&b].jpg", "&.jpg", True),
        ("*.jpg\\", "a.jpg", False),
        ("!", "a.jpg", False),
        ("*.jpg", "two\nlines/a.jpg", True),
        ("two*lines", "two\nlines", True),
    ],
)
def test_rules_of_git_that_the_library_lacks(tmp_path: Path, line: str, path: str, ignored: bool) -> None:
    (tmp_path / IGNORE_FILE).write_text(f"{line}\n")
    assert Ignored().with_rules(tmp_path, "").match(path) is ignored


def test_a_line_that_means_nothing_leaves_the_others_in_force(tmp_path: Path) -> None:
    (tmp_path / IGNORE_FILE).write_text("[z-a]\n!\nx\\\n/drafts/\n")
    assert Ignored().with_rules(tmp_path, "").match("drafts", folder=True)
