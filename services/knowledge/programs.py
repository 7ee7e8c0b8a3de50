"""Folders in which other programs and systems keep what is no photo of a person's own: thumbnails, previews, proxies,
trash, snapshots. One row each, with examples that are its test.

A row must be certain: a name that people give to folders as well counts only inside its program's folder or beside the
program's other folders. Originals, and edits that exist nowhere else as files, stay.

Sources: each program's documentation of its library or data folder. Hidden folders (digiKam's
`.dtrash`, QNAP's `.@__thumb`, PhotoPrism's `.photoprism`) need no row: they are left out for their dot.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple


class ProgramFolder(NamedTuple):
    program: str
    pattern: str
    """Matches the end of a folder's path in lower case, from the beginning of a part on."""
    examples: tuple[str, ...]
    kept: tuple[str, ...] = ()
    """Look-alikes, or the program's originals: the row does not match them."""
    beside: frozenset[str] = frozenset()
    """In lower case: counts only if the folder stands among all of these."""

    @property
    def parts(self) -> int:
        """Of the paths that it matches; a row with folders between its parts counts as more than two."""
        return self.pattern.replace("[^/]", "").count("/") + 1


ROWS: Final = (
    # Photo libraries
    ProgramFolder(
        "Apple Photos",
        r"[^/]+\.(?:migrated)?photoslibrary/(?!(?:originals|masters)$)[^/]+",
        ("Photos Library.photoslibrary/resources", "x/Fotos.photoslibrary/private"),
        ("Fotos.photoslibrary", "Fotos.photoslibrary/originals", "Fotos.photoslibrary/Masters"),
    ),
    ProgramFolder(
        "iPhoto",
        r"(?:[^/]+\.(?:migrated)?photolibrary|iphoto library)/(?!(?:originals|masters|modified)$)[^/]+",
        ("iPhoto Library/Data.noindex", "Old.photolibrary/Thumbnails", "A.migratedphotolibrary/Previews"),
        ("iPhoto Library/Modified", "Old.photolibrary/Masters", "A.migratedphotolibrary/Originals"),
    ),
    ProgramFolder(
        "Aperture",
        r"[^/]+\.(?:migrated)?aplibrary/(?!masters$)(?![^/]+\.(?:approject|apfolder)$)[^/]+",
        ("Work.aplibrary/Previews", "Work.migratedaplibrary/Thumbnails"),
        ("Work.aplibrary/Masters", "Work.aplibrary/2007.approject"),
    ),
    ProgramFolder("iPod", r"ipod photo cache", ("iPod Photo Cache",), ("iPod",)),
    ProgramFolder(
        "Adobe Lightroom",
        r"[^/]+\.(?:lrdata|lrcat-data)",
        ("Catalog Previews.lrdata", "Catalog Smart Previews.lrdata", "Catalog.lrcat-data"),
        ("Catalog.lrcat", "Lightroom"),
    ),
    ProgramFolder(
        "Capture One",
        r"(?:captureone|[^/]+\.cocatalog)/cache",
        ("2023/CaptureOne/Cache", "Work.cocatalog/Cache"),
        ("Work.cocatalog/Originals", "Cache"),
    ),
    ProgramFolder(
        "PhotoPrism", r"cache/thumbnails", ("storage/cache/thumbnails",), ("thumbnails", "mycache/thumbnails")
    ),
    ProgramFolder(
        "PhotoPrism", r"storage/sidecar", ("storage/sidecar",), ("sidecar",), frozenset({"cache", "sidecar"})
    ),
    ProgramFolder(
        "Immich",
        r"thumbs|encoded-video|profile",
        ("thumbs", "immich/encoded-video", "immich/profile"),
        ("upload", "library"),
        frozenset({"thumbs", "encoded-video"}),
    ),
    ProgramFolder("LibrePhotos", r"protected_media", ("librephotos/protected_media",), ("media",)),
    ProgramFolder(
        "Lychee",
        r"uploads/(?:thumb|small|medium)(?:2x)?",
        ("uploads/small", "lychee/uploads/thumb2x"),
        ("uploads/original", "small"),
        frozenset({"thumb", "small", "medium"}),
    ),
    ProgramFolder("Piwigo", r"_data/i", ("piwigo/_data/i",), ("data/i", "_data")),
    ProgramFolder("Piwigo", r"pwg_representative", ("films/pwg_representative",), ("pwg_high",)),
    ProgramFolder(
        "Gallery 3",
        r"var/(?:resizes|thumbs)",
        ("gallery3/var/thumbs", "var/resizes"),
        ("var/albums", "thumbs"),
        frozenset({"albums", "resizes", "thumbs"}),
    ),
    # Clouds
    ProgramFolder(
        "Nextcloud",
        r"appdata_[a-z0-9]+",
        ("appdata_oc4f1x2m9qz0",),
        ("appdata", "my appdata_x"),
    ),
    ProgramFolder(
        "Nextcloud, ownCloud",
        r"files_(?:trashbin|versions)",
        ("anna/files_trashbin", "anna/files_versions"),
        ("anna/files", "files_old"),
    ),
    ProgramFolder(
        "ownCloud",
        r"thumbnails",
        ("anna/thumbnails",),
        ("anna/thumbnails of 2019",),
        frozenset({"files", "cache"}),
    ),
    # Network storage and systems
    ProgramFolder(
        "Synology",
        r"@eadir|#recycle|#snapshot|@tmp|@sharebin",
        ("@eaDir", "photo/#recycle", "#snapshot", "@tmp"),
        ("recycle", "eaDir"),
    ),
    ProgramFolder(
        "QNAP",
        r"@__thumb|@recycle|@recently-snapshot|@transcode",
        ("@__thumb", "@Recycle", "@Recently-Snapshot", "@Transcode"),
        ("@home", "transcode"),
    ),
    ProgramFolder(
        "Windows",
        r"\$recycle\.bin|recycle[rd]|system volume information",
        ("$RECYCLE.BIN", "RECYCLER", "Recycled", "System Volume Information"),
        ("Recycling", "Volume", "recycle.bin.jpg"),
    ),
    ProgramFolder(
        "macOS",
        r"__macosx|network trash folder",
        ("__MACOSX", "Network Trash Folder"),
        ("macosx", "Trash"),
    ),
    ProgramFolder("Linux", r"lost\+found", ("lost+found",), ("lost and found",)),
    ProgramFolder("NetApp", r"~snapshot", ("~snapshot",), ("snapshot",)),
    ProgramFolder(
        "Android",
        r"android/data/[^/]+/cache",
        ("Android/data/com.example.app/cache",),
        ("Android/data/com.example.app/files", "Android/media/com.whatsapp", "data/x/cache"),
    ),
    # Films and cameras
    ProgramFolder("Jellyfin", r"[^/]+\.trickplay", ("Films/Alpen.trickplay",), ("trickplay",)),
    ProgramFolder(
        "Final Cut Pro, iMovie",
        r"[^/]+\.(?:fcpbundle|imovielibrary)/(?:[^/]+/)*(?:render files|analysis files|transcoded media)",
        ("Alpen.fcpbundle/2019/Render Files", "A.imovielibrary/Tag 1/Analysis Files"),
        ("Alpen.fcpbundle/2019/Original Media", "Render Files"),
    ),
    ProgramFolder(
        "Sony cameras",
        r"m4root/(?:thmbnl|sub)",
        ("PRIVATE/M4ROOT/THMBNL", "M4ROOT/SUB"),
        ("PRIVATE/M4ROOT/CLIP", "sub"),
    ),
    ProgramFolder("DJI", r"misc/thm", ("MISC/THM",), ("misc", "thm")),
    ProgramFolder(
        "Panasonic P2",
        r"contents/(?:icon|proxy)",
        ("CONTENTS/ICON", "P2/CONTENTS/PROXY"),
        ("CONTENTS/VIDEO", "icon"),
        frozenset({"clip", "video"}),
    ),
)
"""Folders that are left out, with everything below."""

HIDDEN_ORIGINALS: Final = frozenset({".picasaoriginals"})
"""Hidden folders, in lower case, with a person's own photos: Picasa's, as they were before it edited them."""


def _any(rows: Iterable[ProgramFolder]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{row.pattern})" for row in rows), re.DOTALL)


_ONE_PART: Final = _any(row for row in ROWS if not row.beside and row.parts == 1)
_TWO_PARTS: Final = _any(row for row in ROWS if not row.beside and row.parts == 2)
_MORE_PARTS: Final = tuple(
    re.compile(rf"(?:.*/)?(?:{row.pattern})", re.DOTALL) for row in ROWS if row.parts > 2
)
_AMONG: Final = tuple(
    (re.compile(rf"(?:.*/)?(?:{row.pattern})", re.DOTALL), row.beside) for row in ROWS if row.beside
)


def is_hidden(folder: str) -> bool:
    """By its name, in any case. Hidden folders are left out but for those with originals."""
    return folder.startswith(".") and folder.lower() not in HIDDEN_ORIGINALS


def is_of_program(path: str, beside: frozenset[str] = frozenset()) -> bool:
    """Whether another program keeps its own things in this folder. `path` is separated by `/`; `beside`: the names, in
    lower case, of all folders in the same place, this one included."""
    above, _, name = path.lower().rpartition("/")
    pair = f"{above.rpartition('/')[2]}/{name}"
    if _ONE_PART.fullmatch(name) or _TWO_PARTS.fullmatch(pair):
        return True
    lower = f"{above}/{name}"
    return any(pattern.fullmatch(lower) for pattern in _MORE_PARTS) or any(
        names <= beside and pattern.fullmatch(lower) for pattern, names in _AMONG
    )
