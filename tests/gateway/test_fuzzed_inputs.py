"""Any text in a cursor, a Range, a position, a Host or an Accept-Language is read or refused, and costs little."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.datastructures import URL

from services.domain.registry import BY_NAME
from services.gateway.i18n.negotiation import negotiated
from services.gateway.media.byterange import Unsatisfiable, requested
from services.gateway.search.grammar import parse
from services.gateway.tables.cursor import BadCursor, Cursor, decode_cursor, encode_cursor
from services.gateway.web.parameters import LAST, address, log_position
from services.gateway.web.reasons import invalid
from services.gateway.web.request_head import readable
from tests.support.costs import costing

SORTS = st.sampled_from(["-taken_at", "taken_at", "album"])
NUMBERS = st.integers(-(2**70), 2**70)
WORDS = st.text(st.characters(codec="latin-1"), max_size=30)


@given(SORTS, st.one_of(st.text(max_size=80), st.text("WyJ0YWtlbl9hdCIsMV0=-_", max_size=80)))
def test_any_word_is_a_cursor_or_refused(sort: str, word: str) -> None:
    try:
        cursor = decode_cursor(word, sort)
    except BadCursor:
        return
    assert cursor.sort == sort


@given(
    SORTS,
    st.one_of(NUMBERS, st.text(max_size=20), st.floats(), st.none()),
    st.text(max_size=40),
    st.integers(0, 200),
)
def test_a_cursor_that_was_tampered_with_is_none_or_one_that_sqlite_takes(
    sort: str, key: object, tie: str, place: int
) -> None:
    if isinstance(key, float) and key != key:
        key = 0.5
    word = encode_cursor(Cursor(sort, key, tie))  # type: ignore[arg-type]
    for changed in (word, word[:place], word[:place] + "x" + word[place + 1 :], word + "A"):
        try:
            cursor = decode_cursor(changed, sort)
        except BadCursor:
            continue
        assert isinstance(cursor.key, str) or -(2**63) <= cursor.key < 2**63


@given(
    st.one_of(
        WORDS, st.from_regex(r"bytes=[0-9²]{0,3}-[0-9]{0,3}(,[0-9]-)?"), st.just("bytes=0-" + "9" * 9000)
    ),
    st.integers(0, 2**40),
)
def test_a_range_is_inside_the_file(header: str, size: int) -> None:
    try:
        part = requested(header, size)
    except Unsatisfiable:
        return
    if part is not None:
        start, end = part
        assert 0 <= start < end <= size


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", (0, 1)), ("bytes=0-99999999999999999999999", (0, 10)), ("bytes=-3", (7, 10)),
        ("bytes=-99", (0, 10)),
        ("bytes=9-", (9, 10)), ("bytes=0000000000000000000000001-2", (1, 3)), ("bytes=5-4", None),
        ("bytes=٣-", None),
        ("bytes=-", None), ("items=0-1", None), ("bytes=0-1,3-4", None),
    ],
)  # fmt: skip
def test_ranges(header: str, part: tuple[int, int] | None) -> None:
    assert requested(header, 10) == part


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=99999999999999999999999-", "bytes=-0"])
def test_ranges_beyond_the_end(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        requested(header, 10)


@given(st.one_of(WORDS, NUMBERS.map(str), st.text("0123456789²٣ ", max_size=30)))
def test_a_position_is_one_that_sqlite_takes(text: str) -> None:
    position = log_position(text)
    assert position is None or 0 <= position <= LAST


@given(WORDS)
def test_any_header_is_an_address_or_none(text: str) -> None:
    address(text)


@given(st.one_of(st.binary(max_size=40), st.text("[]:@.a1%/?#", max_size=12).map(str.encode)))
def test_a_host_that_passes_makes_a_url(host: bytes) -> None:
    """What libraries make of the request must not fail later."""
    if readable(host):
        scope = {
            "scheme": "http", "server": ("127.0.0.1", 80), "path": "/x", "query_string": b"", "root_path": "",
            "headers": [(b"host", host)],
        }  # fmt: skip
        assert URL.from_scope(scope).path is not None  # type: ignore[arg-type]


@given(st.text(max_size=400), WORDS)
def test_any_language_header_names_a_language(header: str, choice: str) -> None:
    assert negotiated(choice, header)


@pytest.mark.parametrize(
    "piece", ["(", "-", '"', "a:", "1..", "|", "é", "\0", ",", "a;q=1,", "-(", "OR ", "*"]
)
def test_long_inputs_cost_little(piece: str) -> None:
    """Work grows with the length, not with its square: far below a second for what a request can hold."""
    text = piece * (60_000 // len(piece))
    with costing() as cost:
        parse(text)
        negotiated(text, text)
        address(text)
        log_position(text)
    assert cost.seconds < 1


JSON = st.recursive(
    st.none()
    | st.booleans()
    | NUMBERS
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "images", "q", "x"]), inner)
    ),
    max_leaves=6,
)


@given(st.sampled_from(sorted(BY_NAME)), st.data())
def test_no_refusal_is_in_the_words_of_a_library(name: str, data: st.DataObject) -> None:
    fields = {field.encode_name for field in msgspec.structs.fields(BY_NAME[name])} | {"x"}
    value = data.draw(st.one_of(JSON, st.dictionaries(st.sampled_from(sorted(fields)), JSON)))
    for strict in (True, False):
        try:
            msgspec.convert(value, BY_NAME[name], strict=strict)
        except msgspec.ValidationError as error:
            refusal = invalid(error)
            assert not {"Expected", "`", "regex", "enum"} & set(str(refusal).replace("`", " ` ").split())
            assert str(refusal).endswith(".")
            assert refusal.field is None or refusal.field in fields
