"""Lists of copies that the script has removed: which are believed."""

import hashlib
import hmac
import json
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.domain.files.removals import (
    VALID_DAYS,
    BadRemovals,
    RemovableCopy,
    RemovalPlan,
    believed,
    signed,
)

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
DAY_US = 86_400_000_000
NOW = 1_700_000_000_000_000
COPIES = [
    RemovableCopy("/photos/a b/1.jpg", "a" * 32, 7),
    RemovableCopy("/photos/two\nlines \n1\nend\nsignature 0.jpg", "b" * 32, 8),
    RemovableCopy("/photos/\uf7ff\U0001f4f7'\"\\$(x)`.jpg", "c" * 32, 9),
]
PLAN = RemovalPlan("list-1", NOW, COPIES)
FIRST = signed(PLAN, KEY)


def test_a_list_says_what_was_removed() -> None:
    """Whatever the names are; its lines hold nothing but ASCII, so that it can stand in a script."""
    run = believed(FIRST + b"1\n3\nend\n", KEY, NOW)
    assert list(run.plan.files) == COPIES
    assert (run.plan.id, set(run.numbers), run.ended) == ("list-1", {1, 3}, True)
    assert FIRST.isascii()
    assert FIRST.count(b"\n") == len(COPIES) + 3


@pytest.mark.parametrize(
    ("progress", "numbers", "ended"),
    [(b"", set(), False), (b"1\n", {1}, False), (b"1\n2", {1}, False), (b"1\nend\n2\nend\n", {1, 2}, True)],
    ids=["just begun", "stopped", "while a number is written", "run twice"],
)
def test_a_script_that_stopped_accounts_for_what_it_removed(
    progress: bytes, numbers: set[int], ended: bool
) -> None:
    run = believed(FIRST + progress, KEY, NOW)
    assert (set(run.numbers), run.ended) == (numbers, ended)


@pytest.mark.parametrize(
    "content",
    [
        signed(PLAN, OTHER_KEY) + b"1\n",
        FIRST.replace(b"/photos/a", b"/photos/b") + b"1\n",
        FIRST.replace(b"list-1", b"list-2") + b"1\n",
        FIRST.replace(b", 7]", b", 8]"),
        FIRST + b"4\n",
        FIRST + b"0\n",
        FIRST + b"-1\n",
        FIRST + b"rm\n",
        FIRST + b"\n",
        FIRST[:-1],
        FIRST[:40],
        b"",
        b"1\n",
    ],
    ids=[
        *("another key", "another file", "another id", "another size", "no such file", "no file 0"),
        *("a negative number", "a word", "an empty line", "cut off", "cut short", "empty", "no list"),
    ],
)
def test_a_forged_or_edited_list_is_not_believed(content: bytes) -> None:
    with pytest.raises(BadRemovals, match="changed, is incomplete, or was not written by this Albumen"):
        believed(content, KEY, NOW)


def test_an_old_list_is_not_believed() -> None:
    """The script may have been forgotten, and the library be another by now."""
    assert believed(FIRST + b"1\n", KEY, NOW + VALID_DAYS * DAY_US).numbers == {1}
    with pytest.raises(BadRemovals, match="older than 30 days"):
        believed(FIRST + b"1\n", KEY, NOW + VALID_DAYS * DAY_US + 1)


def resigned(change: Callable[[bytes], bytes]) -> bytes:
    """What another version might sign."""
    text = change(FIRST.partition(b"\nsignature ")[0])
    return text + b"\nsignature " + hmac.new(KEY, text, hashlib.sha256).hexdigest().encode() + b"\n"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b"copies 1", b"copies 2"),
        lambda text: text + b"\n" + json.dumps(["/a", 5, "b"]).encode(),
        lambda text: text + b"\n\xff",
        lambda text: text.replace(b'["list-1", ', b"["),
        lambda text: text.split(b"\n")[0],
    ],
    ids=["a newer form", "other fields", "not UTF-8", "no id", "a title alone"],
)
def test_what_another_version_signed_is_refused_alike(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(BadRemovals):
        believed(resigned(change), KEY, NOW)


CONTENT = st.one_of(
    st.binary(max_size=200),
    st.binary(max_size=40).map(lambda end: FIRST + end),
    st.tuples(st.integers(0, len(FIRST) - 1), st.binary(max_size=3)).map(
        lambda change: FIRST[: change[0]] + change[1] + FIRST[change[0] + len(change[1]) :]
    ),
)


@given(CONTENT)
@example(FIRST + b"1" * 5000 + b"\n")
@example(FIRST + "١\n".encode())
def test_no_bytes_do_anything_but_be_refused(content: bytes) -> None:
    try:
        run = believed(content, KEY, NOW)
    except BadRemovals:
        return
    assert content.startswith(FIRST)
    assert run.numbers <= {1, 2, 3}
