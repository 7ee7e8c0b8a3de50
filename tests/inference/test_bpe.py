"""CLIP's tokenizer: how sentences are taken apart, and that no text is too much for it."""

import gzip
from pathlib import Path

import pytest

from services.inference import bpe
from services.inference.installed import ModelRefused
from tests.support.words import MERGES


@pytest.fixture
def tokenizer(tmp_path: Path) -> bpe.Tokenizer:
    (tmp_path / "merges.txt").write_text("\n".join(MERGES), "utf-8")
    return bpe.read(tmp_path / "merges.txt")


def tokens(tokenizer: bpe.Tokenizer, sentence: str) -> list[int]:
    """Without those around it."""
    row: list[int] = tokenizer.encode(sentence, 200, -1).tolist()
    end = row.index(tokenizer.end)
    assert row[0] == tokenizer.start
    assert set(row[end + 1 :]) <= {-1}
    return row[1:end]


def test_numbers_are_those_of_clip(tokenizer: bpe.Tokenizer) -> None:
    """256 bytes in the order of CLIP's table (`!` is the first), the same at a word's end, then the merges, then start
    and end."""
    assert tokens(tokenizer, "!") == [256]
    assert tokens(tokenizer, "a") == [256 + ord("a") - ord("!")]
    assert tokens(tokenizer, "ab") == [ord("a") - ord("!"), 256 + ord("b") - ord("!")]
    red = 512 + MERGES.index("re d</w>")
    assert tokens(tokenizer, "red") == [red]
    assert tokens(tokenizer, "  RED\n red ") == [red, red]
    assert tokens(tokenizer, "re") == [ord("r") - ord("!"), 256 + ord("e") - ord("!")], "inside words only"
    assert (tokenizer.start, tokenizer.end) == (512 + len(MERGES), 513 + len(MERGES))


@pytest.mark.parametrize(
    ("sentence", "pieces"),
    [
        ("it's Anna's 2nd", ["it", "'s", "anna", "'s", "2", "nd"]),
        ("1999½", ["1", "9", "9", "9", "½"]),
        ("snake_case", ["snake", "_", "case"]),
        ("cake!!! (big)", ["cake", "!!!", "(", "big", ")"]),
        ("<b>cake</b> &amp; tea", ["<", "b", ">", "cake", "</", "b", ">", "&", "tea"]),
        ("Straße 東京", ["straße", "東京"]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_pieces(sentence: str, pieces: list[str]) -> None:
    assert list(bpe._pieces(sentence)) == pieces


@pytest.mark.parametrize(
    "sentence", ["", "東京の桜", "снег", "🎂 cake", "<script>", "\udcff", "a" * 10_000, "red " * 10_000]
)
def test_any_text_fills_the_context_at_most(tokenizer: bpe.Tokenizer, sentence: str) -> None:
    row = tokenizer.encode(sentence, 12)
    assert row.shape == (12,)
    assert row[0] == tokenizer.start
    assert (row == tokenizer.end).sum() == 1
    fits = tokenizer.length(sentence) <= 12
    assert fits or row[-1] == tokenizer.end


def test_gzipped_with_a_version(tmp_path: Path, tokenizer: bpe.Tokenizer) -> None:
    path = tmp_path / "merges.txt.gz"
    path.write_bytes(gzip.compress(("#version: 0.2\n" + "\n".join(MERGES)).encode()))
    assert tokens(bpe.read(path), "a green dog") == tokens(tokenizer, "a green dog")


@pytest.mark.parametrize("content", [b"", b"one two three\n", b"one\n", b"\xff\xfe", b"\n"])
def test_what_is_no_file_of_merges(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "merges.txt"
    path.write_bytes(content)
    with pytest.raises(ModelRefused, match=r"merges\.txt"):
        bpe.read(path)
    broken = tmp_path / "merges.gz"
    broken.write_bytes(gzip.compress(b"a b\n")[:-6])
    with pytest.raises(ModelRefused, match="can't be read"):
        bpe.read(broken)
    with pytest.raises(ModelRefused, match="can't be read"):
        bpe.read(tmp_path / "none")
