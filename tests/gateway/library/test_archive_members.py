"""What an archive holds, and its members as files: of archives as programs write them, and of any other bytes."""

import gzip
import io
import os
import random
import re
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.archives import listing as lists
from services.gateway.archives import streams
from services.gateway.archives.listing import Listing, Unlistable, is_name
from services.gateway.archives.opening import Inside, NoMember, Refused, contents_of, open_member, written_out
from services.gateway.archives.shelf import Shelf
from services.gateway.archives.streams import GZIP, RAW, Damaged, Disk, Inflating, Reader, Waypoints
from tests.support import archives
from tests.support.chance import examples

LARGEST = 1 << 30


def listing(path: Path) -> Listing:
    return contents_of(str(path), Shelf(path.parent / "previews")).listing


def content(path: Path, name: str) -> bytes:
    with written_out(Inside(str(path), name), Shelf(path.parent / "previews"), LARGEST, "too large") as file:
        return file.read()


def zip_of(path: Path, *rows: zipfile.ZipInfo, data: bytes = b"x") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for row in rows:
            archive.writestr(row, data)
    return path


def info(name: str, **fields: object) -> zipfile.ZipInfo:
    row = zipfile.ZipInfo(name, archives.DAY.timetuple()[:6])
    for field, value in fields.items():
        setattr(row, field, value)
    return row


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tgz", "a.tar.gz"])
def test_members_with_their_sizes_times_and_bytes(tmp_path: Path, name: str) -> None:
    members = {
        "a.jpg": b"one" * 1000,
        "b/c é 🎉.jpg": b"two",
        "b/empty.jpg": b"",
        "noname": b"\xff\xd8\xff" * 300,
    }
    path = archives.packed(tmp_path / name, members)
    result = listing(path)
    assert [member.name for member in result.members] == list(members)
    assert [member.size for member in result.members] == [len(one) for one in members.values()]
    assert {member.mtime_ns for member in result.members} == {int(archives.DAY.timestamp()) * 10**9}
    assert (result.trouble, result.whole) == ("", True)
    assert result.members[3].head == members["noname"][:512]
    for member, expected in members.items():
        assert content(path, member) == expected
    file = written_out(Inside(str(path), "a.jpg"), Shelf(tmp_path), LARGEST, "")
    with file:
        seen = os.fstat(file.fileno())
        assert (seen.st_size, seen.st_mtime_ns) == (3000, int(archives.DAY.timestamp()) * 10**9)
        assert stat.S_ISREG(seen.st_mode)


def test_a_zip_with_something_before_it(tmp_path: Path) -> None:
    """A program that unpacks itself."""
    path = archives.packed(tmp_path / "a.zip", {"a.jpg": b"1" * 100, "b.jpg": b"2" * 100})
    path.write_bytes(b"MZ" + bytes(5000) + path.read_bytes())
    assert content(path, "b.jpg") == b"2" * 100


def many(count: int) -> bytes:
    """A zip of empty members whose end is a zip64 record."""
    local, central = io.BytesIO(), io.BytesIO()
    for number in range(count):
        name = b"%06d.jpg" % number
        place = local.tell()
        local.write(struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0) + name)
        fields = (20, 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0, 0, 0, 0, 0, place)
        central.write(struct.pack("<4s6H3I5H2I", b"PK\1\2", *fields) + name)
    start, length = local.tell(), central.tell()
    wide = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, start)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, start + length, 1)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return local.getvalue() + central.getvalue() + wide + locator + end


def test_a_hundred_thousand_members(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(many(100_000))
    assert len(listing(tmp_path / "a.zip").members) == 100_000


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("zips", "tars", "listing"):
        monkeypatch.setattr(f"services.gateway.archives.{module}.MOST_MEMBERS", 10)
    (tmp_path / "a.zip").write_bytes(many(11))
    archives.packed(tmp_path / "a.tgz", {f"{number}.jpg": b"" for number in range(11)})
    for name in ("a.zip", "a.tgz"):
        with pytest.raises(Unlistable, match="The archive has more than"):
            listing(tmp_path / name)


def test_a_member_of_more_than_four_gigabytes(tmp_path: Path) -> None:
    """A sparse file: none of it is written to the disk. Its end is read where it lies."""
    size = 5 << 30
    path, name = tmp_path / "a.zip", b"long.mp4"
    start = 30 + len(name)
    extra = struct.pack("<2H2Q", 1, 16, size, size)
    full = 0xFFFFFFFF
    with path.open("wb") as file:
        file.write(struct.pack("<4s5H3I2H", b"PK\3\4", 45, 0, 0, 0, 33, 0, full, full, len(name), 0) + name)
        file.seek(start + size - 3)
        file.write(b"end")
        fields = (45, 45, 0, 0, 0, 33, 0, full, full, len(name), len(extra), 0, 0, 0, 0, 0)
        central = struct.pack("<4s6H3I5H2I", b"PK\1\2", *fields) + name + extra
        wide = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(central), start + size)
        locator = struct.pack("<4sIQI", b"PK\6\7", 0, start + size + len(central), 1)
        file.write(central + wide + locator + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, 46, full, 0))
    (member,) = listing(path).members
    assert (member.name, member.size) == ("long.mp4", size)
    reader, _ = open_member(Inside(str(path), "long.mp4"), Shelf(tmp_path), lists=True)
    with reader:
        reader.seek(-3, os.SEEK_END)
        assert reader.read() == b"end"
    with pytest.raises(Refused, match="too large"):
        content(path, "long.mp4")


@pytest.mark.parametrize(
    ("name", "fine"),
    [
        ("a/b.jpg", True),
        ("..a/b..jpg", True),
        ("two\nlines.jpg", True),
        ("\uf7ff.jpg", True),
        ("../a.jpg", False),
        ("a/../../b.jpg", False),
        ("./a.jpg", False),
        ("/a.jpg", False),
        ("a//b.jpg", False),
        ("a/", False),
        ("", False),
        ("C:/a.jpg", False),
        ("c:a.jpg", False),
        ("a\0.jpg", False),
        ("a" * 256, False),
        ("a/" * 63 + "b", True),
        ("a/" * 64 + "b", False),
        ("a" * 250 + "/" + ("b" * 250 + "/") * 15 + "c", False),
    ],
)
def test_names(name: str, fine: bool) -> None:
    assert is_name(name) is fine


def test_names_as_programs_write_them(tmp_path: Path) -> None:
    """In UTF-8 with and without saying so, in the alphabet of DOS, in no alphabet, and with backslashes."""
    path = tmp_path / "a.zip"
    zip_of(path, info("\xe9.jpg"), info("A1A1.jpg"), info("B2B2.jpg"), info("C3C3.jpg"), info("x_y_z.jpg"))
    raw = path.read_bytes().replace(b"A1A1", b"\x81\x82\x83\x84").replace(b"B2B2", b"\xc3\xbc\xc3\xb6")
    raw = raw.replace(b"C3C3", b"\xff\xfe\xfd\xfc").replace(b"x_y_z", b"x\\y\\z")
    position = raw.rindex(b"PK\1\2", 0, raw.index(b"\xff\xfe\xfd\xfc", raw.index(b"PK\1\2")))
    marked = bytearray(raw)
    marked[position + 9] |= 8  # it claims to be UTF-8
    last = raw.rindex(b"PK\1\2")
    marked[last + 5] = 0  # made on DOS
    path.write_bytes(marked)
    assert [member.name for member in listing(path).members] == [
        "é.jpg",
        "üéâä.jpg",
        "üö.jpg",
        "\uf7ff\uf7fe\uf7fd\uf7fc.jpg",
        "x/y/z.jpg",
    ]


def test_times(tmp_path: Path) -> None:
    unix = struct.pack("<2HBi", 0x5455, 5, 1, 1_000_000_007)
    ntfs = struct.pack("<2HI2H3Q", 0x0A, 32, 0, 1, 24, (11_644_473_600 + 5) * 10_000_000 + 3, 0, 0)
    never = info("c.jpg")
    path = zip_of(tmp_path / "a.zip", info("a.jpg", extra=unix), info("b.jpg", extra=ntfs), never)
    raw = bytearray(path.read_bytes())
    last = raw.rindex(b"PK\1\2")
    raw[last + 12 : last + 16] = bytes(4)  # no month, no day
    path.write_bytes(raw)
    assert [member.mtime_ns for member in listing(path).members] == [
        1_000_000_007 * 10**9,
        5 * 10**9 + 300,
        0,
    ]


def test_links_folders_and_two_with_one_name(tmp_path: Path) -> None:
    link = info("link.jpg", create_system=3, external_attr=(stat.S_IFLNK | 0o777) << 16)
    with pytest.warns(UserWarning, match="Duplicate"):
        path = zip_of(tmp_path / "a.zip", info("folder/"), link, info("a.jpg"), info("a.jpg"))
    result = listing(path)
    assert [(member.name, member.refusal) for member in result.members] == [
        ("link.jpg", lists.LINK),
        ("a.jpg", ""),
    ]
    assert "(a.jpg)" in result.trouble
    with pytest.raises(Refused, match="only a link"):
        content(path, "link.jpg")


def test_links_devices_and_negative_sizes_in_a_tar(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        for name, kind in (
            ("s.jpg", tarfile.SYMTYPE),
            ("h.jpg", tarfile.LNKTYPE),
            ("p.jpg", tarfile.FIFOTYPE),
        ):
            row = tarfile.TarInfo(name)
            row.type, row.linkname = kind, "/etc/passwd"
            archive.addfile(row)
        archive.addfile(tarfile.TarInfo("./a.jpg"))
    assert [(member.name, member.refusal) for member in listing(path).members] == [
        ("s.jpg", lists.LINK),
        ("h.jpg", lists.LINK),
        ("a.jpg", ""),
    ]
    block = tarfile.TarInfo("b.jpg").tobuf()
    size = b"\xff" + (-1024).to_bytes(11, "big", signed=True)
    block = block[:124] + size + block[136:148] + b" " * 8 + block[156:]
    block = block[:148] + b"%06o\0 " % sum(block) + block[156:]
    (tmp_path / "b.tar").write_bytes(block + bytes(1024))
    with pytest.raises(Unlistable):
        listing(tmp_path / "b.tar")


def whole(tmp_path: Path) -> bytes:
    return archives.zipped(tmp_path / "made" / "a.zip", {"a.jpg": b"1" * 700}).read_bytes()


def of_volumes(content: bytes) -> bytes:
    """As the last of two: the end says that it is the second disk."""
    at = content.index(b"PK\5\6")
    return content[: at + 4] + struct.pack("<2H", 1, 0) + content[at + 8 :]


def of_encrypted_list(content: bytes) -> bytes:
    """As PKWARE's programs write it: the version that is needed stands in the zip64 record."""
    at = content.index(b"PK\5\6")
    record = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 62, 62, 0, 0, 1, 1, 46, at - 46)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, at, 1)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return content[: at - 46] + bytes(46) + record + locator + end


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.zip", of_volumes, lists.VOLUMES),
        ("a.zip", lambda content: b"PK\7\x08" + content[:500], lists.VOLUMES),
        ("a.zip", of_encrypted_list, lists.WHOLLY_ENCRYPTED),
        ("a.zip", lambda _: b"7z\xbc\xaf\x27\x1c" + bytes(500), lists.OTHER_KIND),
        ("a.tgz", lambda _: b"Rar!\x1a\7\1\0" + bytes(5000), lists.OTHER_KIND),
        ("a.tar.gz", lambda content: content, lists.OTHER_KIND),
        ("a.tar", lambda content: gzip.compress(content), lists.OTHER_KIND),
        ("a.tar", lambda content: content, lists.OTHER_KIND),
        ("a.tar", lambda _: b"\xfd7zXZ\0" + bytes(5000), lists.OTHER_KIND),
        ("a.zip", lambda content: content[:500], lists.CUT_OFF),
        ("a.zip", lambda _: b"GIF89a" + bytes(500), lists.NO_ARCHIVE),
    ],
)
def test_what_an_archive_really_is(
    tmp_path: Path, name: str, content: Callable[[bytes], bytes], sentence: str
) -> None:
    (tmp_path / name).write_bytes(content(whole(tmp_path)))
    with pytest.raises(Unlistable, match=re.escape(sentence)):
        listing(tmp_path / name)


def test_a_tgz_that_holds_no_tar(tmp_path: Path) -> None:
    (tmp_path / "a.tgz").write_bytes(gzip.compress(b"not a tar" * 500))
    with pytest.raises(Unlistable, match=re.escape(lists.NO_ARCHIVE)):
        listing(tmp_path / "a.tgz")


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tgz"])
@examples(60)
@given(
    changes=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.integers(0, 5000),
)
def test_any_other_bytes_end_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, changes: list[tuple[int, int]], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("mutated")
    path = archives.packed(folder / f"a{suffix}", {"a.jpg": b"1" * 700, "b/c": b"2" * 900, "d.json": b"{}"})
    raw = bytearray(path.read_bytes())
    for place, value in changes:
        raw[place % len(raw)] = value
    path.write_bytes(raw[cut % len(raw) :] if cut % 3 == 0 else raw)
    shelf = Shelf(folder)
    try:
        members = contents_of(str(path), shelf).listing.members
    except Unlistable:
        return
    for member in members:
        assert is_name(member.name)
        try:
            with written_out(Inside(str(path), member.name), shelf, 1 << 20, "too large") as file:
                assert len(file.read()) == member.size
        except (Refused, NoMember):
            continue


def stream(tmp_path: Path, packed: bytes, wbits: int, waypoints: Waypoints | None = None) -> Inflating:
    path = tmp_path / "packed"
    path.write_bytes(packed)
    return Inflating(Disk(os.open(path, os.O_RDONLY)), wbits, waypoints)


def test_any_place_of_a_stream_is_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by a second reader, from the first one's waypoints, of which there are never too many."""
    monkeypatch.setattr(streams, "_SPACING", 50_000)
    monkeypatch.setattr(streams, "_MOST", 8)
    monkeypatch.setattr(streams, "_CHUNK", 10_000)
    chance = random.Random(1)
    plain = bytes(chance.choices(b"abcdefgh", k=3_000_000))
    packed = gzip.compress(plain[:1_000_000]) + gzip.compress(plain[1_000_000:]) + bytes(100)
    waypoints = Waypoints()
    for _ in range(2):
        reader = Reader(stream(tmp_path, packed, GZIP, waypoints), 1000, len(plain) - 1000)
        with reader:
            for _ in range(40):
                place, count = chance.randrange(len(plain)), chance.randrange(5_000)
                reader.seek(place)
                assert reader.read(count) == plain[1000 + place : 1000 + place + count]
    assert 2 <= len(waypoints._places) <= 8
    assert waypoints._places == sorted(waypoints._places)


def test_a_reader_begins_at_the_last_waypoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_SPACING", 100_000)
    plain = random.Random(2).randbytes(5_000_000)
    waypoints = Waypoints()
    first = stream(tmp_path, gzip.compress(plain, 0), GZIP, waypoints)
    first.read_at(4_999_000, 10)
    first.close()
    second = stream(tmp_path, gzip.compress(plain, 0), GZIP, waypoints)
    steps: list[int] = []
    real = Inflating._step

    def counted(self: Inflating, most: int) -> bytes:
        part = real(self, most)
        steps.append(len(part))
        return part

    monkeypatch.setattr(Inflating, "_step", counted)
    assert second.read_at(2_500_000, 10) == plain[2_500_000:2_500_010]
    second.close()
    assert sum(steps) < 1_500_000


@pytest.mark.parametrize("wbits", [RAW, GZIP])
def test_a_stream_that_ends_too_early_is_damaged(tmp_path: Path, wbits: int) -> None:
    packed = gzip.compress(bytes(100_000))
    packed = packed[10:] if wbits == RAW else packed
    inflating = stream(tmp_path, packed[: len(packed) // 2], wbits)
    with pytest.raises(Damaged):
        inflating.read_at(90_000, 100_000)
    inflating.close()


def test_a_list_is_of_this_archive_only(tmp_path: Path) -> None:
    """A damaged list is made again, and one of an archive that has changed is not used."""
    path = archives.packed(tmp_path / "a.zip", {"a.jpg": b"1"})
    shelf = Shelf(tmp_path / "previews")
    contents_of(str(path), shelf)
    (kept,) = shelf.folder.iterdir()
    kept.write_bytes(b"nonsense")
    other = Shelf(tmp_path / "previews")
    assert other.contents(path.stat()) is None
    assert len(contents_of(str(path), other).listing.members) == 1
    archives.packed(path, {"a.jpg": b"1", "b.jpg": b"2"})
    assert other.contents(path.stat()) is None
    assert len(contents_of(str(path), other).listing.members) == 2
