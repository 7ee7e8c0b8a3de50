"""A Takeout export as Google writes them, with every variant of sidecar names, and the table of what must be known
about each photo. A real export next to the repository has a table of the same form."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.support.films import made as film
from tests.support.photos import encoded, picture

TABLE: Final = "EXPECTED.csv"
TOP: Final = "Takeout/Google Photos"
YEAR: Final = "Photos from 2023"
ALBUM: Final = "Album test 6-10-23"
LISBON: Final = "🇵🇹 Lisbonne ❤️ en famille 👨‍👩‍👦‍👦"
TITLES: Final = {ALBUM: "Album test 6/10/23", LISBON: LISBON, "Sans titre(1)": ""}
"""Folder -> title of the album; a folder's name can't contain a slash."""
MARKUP: Final = '<b>Tom &amp; Jerry&#39;s</b> "party" <script>alert(1)</script> 🎉\nsecond line'
PARIS: Final = (48.8583736, 2.291901)
SAME: Final = "DSC_0238.JPG"
"""Both in the folder of its year and in an album, with the same bytes."""


class Row(NamedTuple):
    media: str
    sidecar: str
    """Empty where there is no readable one."""
    taken_utc_from_sidecar: str
    latitude: str
    longitude: str
    description: str
    favorited: str
    archived: str
    trashed: str
    album: str
    note: str


class Kept(NamedTuple):
    """A photo of the generated export."""

    folder: str
    media: str
    sidecar: str
    timestamp: int
    note: str
    place: tuple[float, float] | None = None
    description: str = ""
    favorited: bool = False
    archived: bool = False
    trashed: bool = False


EMOJI: Final = "😀😃😄😁😆😅😂🤣🥲☺️😊😇🙂🙃😉😌😍🥰😘😗😙😚😋"
LONG: Final = "Backyard_ceremony_wedding_photography_xxxxxxx_"
CUT: Final = "original_1d4caa6f-16c6-4c3d-901b-9387de10e528_"
PORTRAIT: Final = "PXL_20220405_090123740.PORTRAIT"
SCREEN: Final = "Screenshot_20231027_123303_Facebook"
KEPT: Final = (
    Kept(ALBUM, "PXL_1.jpg", "PXL_1.jpg.json", 1696573800, "in an album", PARIS),
    Kept(ALBUM, "PXL_2.jpg", "PXL_2.jpg.json", 1696574331, "words", PARIS, "From Google", favorited=True),
    Kept(ALBUM, "PXL_3.LS.mp4", "PXL_3.LS.mp4.json", 1696574349, "a film", PARIS),
    Kept(YEAR, SAME, f"{SAME}.json", 1696573800, "plain old-style sidecar", PARIS),
    Kept(YEAR, "DSC_0238(1).JPG", f"{SAME}(1).json", 1696573860, "the number moves", (48.86, 2.3)),
    Kept(YEAR, "DSC_0238_1.JPG", "DSC_0238_1.JPG.json", 1696573920, "this number is part of the name"),
    Kept(YEAR, f"{PORTRAIT}.jpg", f"{PORTRAIT}.jpg.json", 1649149283, "portrait mode", favorited=True),
    Kept(YEAR, f"{PORTRAIT}-modifié.jpg", f"{PORTRAIT}.jpg.json", 1649149283, "edited", favorited=True),
    Kept(YEAR, f"{'PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGIN'}A.jpg",
         "PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGIN.json", 1691613289, "cut to 46 characters"),
    Kept(YEAR, "05yqt21kruxwwlhhgrwrdyb6chhwszi9bqmzu16w0 2.jpg",
         "05yqt21kruxwwlhhgrwrdyb6chhwszi9bqmzu16w0 2.jp.json", 1680000000, "cut inside .jpg"),
    Kept(YEAR, f"{EMOJI}😛.jpg", f"{EMOJI}.json", 1680000100, "cut by UTF-16 units"),
    Kept(YEAR, f"{LONG}m(494).jpg", f"{LONG}(494).json", 1680000200, "cut, with a number"),
    Kept(YEAR, f"{LONG}m(185).jpg", f"{LONG}(185).json", 1680000300, "its neighbour"),
    Kept(YEAR, f"{CUT}P.jpg", f"{CUT}.json", 1652719694, "cut"),
    Kept(YEAR, f"{CUT}P(1).jpg", f"{CUT}.json", 1652719694, "a second one; Google wrote one sidecar"),
    Kept(YEAR, "20161105_170829.jpg", "20161105_170829.jpg.supplemental-metadata.json", 1478365709, "new style"),
    Kept(YEAR, f"{SCREEN}.jpg", f"{SCREEN}.jpg.supple.json", 1698402783, "new style, cut"),
    Kept(YEAR, f"{SCREEN}(1).jpg", f"{SCREEN}.jpg.supple(1).json", 1698402790, "new style, cut, numbered"),
    Kept(YEAR, "Scan35(1).jpg", "Scan35.jpg.supplemental-metadata(1).json", 1600000000, "new style, numbered"),
    Kept(YEAR, "IMAG0061.JPG", "IMAG0061.JPG.supplemental-metadata.json", 1400000000, "new style"),
    Kept(YEAR, "IMAG0061-edited.JPG", "IMAG0061.JPG.supplemental-metadata.json", 1400000000, "edited"),
    Kept(YEAR, "no-sidecar.jpg", "", 0, "no sidecar"),
    Kept(YEAR, "broken-sidecar.jpg", "", 0, "sidecar is cut-off JSON"),
    Kept(YEAR, "bom.jpg", "bom.jpg.json", 1690000000, "begins with a byte order mark"),
    Kept(YEAR, "a_b_c.jpg", "a_b_c.jpg.json", 1690000100, "the title keeps what no name can hold"),
    Kept(YEAR, "html.jpg", "html.jpg.json", 1690000200, "markup", description=MARKUP),
    Kept(YEAR, "null-island.jpg", "null-island.jpg.json", 1690000300, "0 and 0 mean unknown"),
    Kept(YEAR, "archived.jpg", "archived.jpg.json", 1690000400, "archived", archived=True),
    Kept(YEAR, "south.jpg", "south.jpg.json", 1690000600, "people", (-33.8568, 151.2153)),
    Kept("Trash", "IMG_9999.jpg", "IMG_9999.jpg.json", 1690000500, "in the bin", trashed=True),
    Kept("Photos from 1969", "scan.jpg", "scan.jpg.json", -14182940, "before 1970"),
    Kept("Photos from 2019", "zero-time.jpg", "zero-time.jpg.json", 0, "0 means unknown"),
    Kept("Photos from 2019", "IMG_1234.HEIC", "IMG_1234.HEIC.json", 1564000000, "one sidecar for HEIC and MP4"),
    Kept("Photos from 2019", "IMG_20190703_080808.jpg", "IMG_20190703_080808.jpg.json", 1562141288,
         "HEIC data under the name of a JPEG"),
    Kept(LISBON, SAME, f"{SAME}.json", 1696573800, "the same bytes as in the folder of its year", PARIS),
    Kept(LISBON, "✈️ DSC04119.jpg", "✈️ DSC04119.jpg.json", 1691900000, "only in the album"),
    Kept("Sans titre(1)", "IMG_0001.jpg", "IMG_0001.jpg.json", 1691900100, "an album without a title"),
)  # fmt: skip


def rows(export: Path) -> list[Row]:
    with (export / TABLE).open(encoding="utf-8", newline="") as table:
        return [Row(**row) for row in csv.DictReader(table)]


def write(folder: Path) -> Path:
    """Write the generated export with its table."""
    top = folder / TOP
    for number, kept in enumerate(KEPT):
        place = top / kept.folder
        place.mkdir(parents=True, exist_ok=True)
        (place / kept.media).write_bytes(_content(kept.media, 0 if kept.media == SAME else number + 700))
        if kept.sidecar:
            mark = "\ufeff" if kept.media == "bom.jpg" else ""
            (place / kept.sidecar).write_text(mark + json.dumps(_facts(kept), ensure_ascii=False))
    for name, title in TITLES.items():
        album = {
            "title": title,
            "description": "été",
            "access": "protected",
            "date": {"timestamp": "1692000000"},
        }
        (top / name / "métadonnées.json").write_text(json.dumps(album, ensure_ascii=False))
    for name in ("print-subscriptions", "shared_album_comments", "user-generated-memory-titles"):
        (top / f"{name}.json").write_text("{}")
    (top / YEAR / "broken-sidecar.jpg.json").write_text('{"title": "broken-sidecar.jpg", "photoTa')
    (top / YEAR / "deleted-photo.jpg.json").write_text(json.dumps({"title": "deleted-photo.jpg"}))
    (top / "Photos from 2019" / "IMG_1234.MP4").write_bytes(_content("IMG_1234.MP4", 699))
    (folder / "Takeout" / "archive_browser.html").write_text("<!doctype html>")
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table)
        writer.writerow(Row._fields)
        writer.writerows(ROWS)
    return folder


def _content(media: str, seed: int) -> bytes:
    if media.lower().endswith(".mp4"):
        return film([picture(seed)] * 3)
    heic = media.endswith(".HEIC") or media.startswith("IMG_2019")
    return encoded(picture(seed), "HEIF" if heic else "JPEG")


def _facts(kept: Kept) -> dict[str, Any]:
    """As Google writes them: false and unknown values are left out, an unknown place is 0, 0."""
    latitude, longitude = kept.place or (0.0, 0.0)
    place = {"latitude": latitude, "longitude": longitude, "altitude": 0.0}
    flags = {"favorited": kept.favorited, "archived": kept.archived, "trashed": kept.trashed}
    edited = ("-modifié", "-edited")
    title = next((kept.media.replace(word, "") for word in edited if word in kept.media), kept.media)
    return {
        "title": title.replace("a_b_c", "a&b?c"),
        "description": kept.description,
        "creationTime": {"timestamp": str(kept.timestamp + 777_600)},
        "photoTakenTime": {"timestamp": str(kept.timestamp)},
        "geoData": place,
        "geoDataExif": place,
        "people": [{"name": "Zoë 🦊"}, {"name": "Jean-Luc"}],
    } | {name: True for name, yes in flags.items() if yes}


def _told(yes: bool) -> str:
    return str(yes).lower()


def _row(kept: Kept) -> Row:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=kept.timestamp)
    latitude, longitude = kept.place or ("", "")
    return Row(
        f"{TOP}/{kept.folder}/{kept.media}",
        f"{TOP}/{kept.folder}/{kept.sidecar}" if kept.sidecar else "",
        moment.strftime("%Y-%m-%dT%H:%M:%SZ") if kept.sidecar else "",
        str(latitude),
        str(longitude),
        kept.description,
        _told(kept.favorited),
        _told(kept.archived),
        _told(kept.trashed),
        TITLES.get(kept.folder, ""),
        kept.note,
    )


ROWS: Final = [_row(kept) for kept in KEPT]
