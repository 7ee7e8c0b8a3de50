"""What kind of picture it is, by rules: a row of the models table like any classifier, that is never unsure.

Each rule looks at one event alone (a picture's facts, a path, a sidecar, a network's classes), so the order in which
they come to be known does not matter. What a picture is by others beside it (the film of a live photo, the shots of a
burst) is for triggers (`kinds.sql`). Another rule is a rebuild of the read tables, never another scan.
"""

import re
from functools import lru_cache
from typing import Final

from services.domain.files.events import ImageImported, SidecarRead
from services.knowledge.formats import ANIMATED, LIVE_FILMS, Kind, names
from services.knowledge.taxonomy import DOCUMENT

MODEL_ID: Final = "rules"
NAME: Final = "Rules"
SOURCE: Final = "size, camera, colours, format and name of each file"

SCREENSHOT: Final = "kind-screenshot"
MESSENGER: Final = "kind-messenger"
SELFIE: Final = "kind-selfie"
PANORAMA: Final = "kind-panorama"
BLACK_WHITE: Final = "kind-black-white"
VIDEO: Final = "kind-video"
LIVE: Final = "kind-live"
BURST: Final = "kind-burst"
ANIMATION: Final = "kind-animation"
RAW: Final = "kind-raw"
FAVORITE: Final = "kind-favorite"
ARCHIVED: Final = "kind-archived"
TRASH: Final = "kind-trash"
KINDS: Final = (
    SCREENSHOT,
    DOCUMENT,
    MESSENGER,
    SELFIE,
    PANORAMA,
    BLACK_WHITE,
    VIDEO,
    LIVE,
    BURST,
    ANIMATION,
    RAW,
    FAVORITE,
    ARCHIVED,
    TRASH,
)

SCREENS: Final = frozenset(
    {
        # iPhone and iPad
        *((320, 480), (640, 960), (640, 1136), (750, 1334), (828, 1792), (1080, 1920), (1125, 2436), (1170, 2532)),
        *((1179, 2556), (1206, 2622), (1242, 2208), (1242, 2688), (1284, 2778), (1290, 2796), (1320, 2868)),
        *((768, 1024), (1536, 2048), (1488, 2266), (1620, 2160), (1640, 2360), (1668, 2224), (1668, 2388), (2048, 2732)),  # noqa: E501
        # Android
        *((480, 800), (480, 854), (540, 960), (720, 1280), (720, 1440), (720, 1520), (720, 1560), (720, 1600)),
        *((1080, 2160), (1080, 2220), (1080, 2246), (1080, 2280), (1080, 2310), (1080, 2312), (1080, 2316)),
        *((1080, 2340), (1080, 2376), (1080, 2388), (1080, 2400), (1080, 2408), (1080, 2412), (1080, 2424)),
        *((1200, 1920), (1200, 2000), (1440, 2560), (1440, 2880), (1440, 2960), (1440, 3040), (1440, 3088)),
        *((1440, 3120), (1440, 3168), (1440, 3200), (1600, 2560), (1344, 2992), (1280, 2856), (1008, 2244)),
        # Desktops
        *((768, 1366), (800, 1280), (900, 1440), (900, 1600), (1050, 1680), (1440, 3440), (1600, 2560), (1800, 2880)),
        *((1964, 3024), (2160, 3840), (2234, 3456), (2880, 5120)),
    }
)  # fmt: skip
"""Sizes in pixels of screens that are common, the short side first."""

LONG: Final = 2.0
"""Width to height, or height to width, from which a picture is a panorama …"""
LONGEST: Final = 30.0
"""… and beyond which it is something else: a ruler, a spacer."""
PANORAMA_PIXELS: Final = 1_000_000
FILMS: Final = names(Kind.FILM)
"""Names of formats, as the scan writes them."""
RAWS: Final = names(Kind.RAW)
LIVE_S: Final = 10.0
"""The moving half of a live photo lasts three seconds, and never longer than this."""
PHOTO: Final = "photo"
HALF: Final = "half"
"""A film that may be the second half of a live photo."""
FILM: Final = "film"
SCREENSHOTS: Final = ("PNG", "WEBP")
"""What screens are kept as; photos of their size are JPEGs."""


_CAMERA: Final = re.compile(r"(?:img|dsc[nf]?|pxl|vid|p)_?[0-9][0-9_]*\.[a-z]{3,4}", re.IGNORECASE | re.ASCII)
"""Most names; they say nothing, which is found out in a sixth of the time."""
_SCREENSHOT: Final = re.compile(
    r"screen[ _-]?shot|bildschirmfoto|capture d.?[eé]cran|captura de (pantalla|tela|ecr)|schermata|schermafbeelding"
    r"|sk[aä]rm(avbild|bild|dump)|zrzut ekranu|снимок экрана|スクリーンショット|屏幕快照|屏幕截图|^screen_\d{8}",
    re.IGNORECASE,
)
_MESSENGER: Final = re.compile(
    r"^(img|vid|ptt|aud|stk)-\d{8}-wa\d+|^whatsapp (image|video)|^signal-\d{4}|^telegram|^photo_\d{4}-\d\d-\d\d_"
    r"|^fb_img_|^received_\d{6,}|^viber|^mmexport\d+|^threema-|^line_\d{8,}",
    re.IGNORECASE,
)
_MESSENGER_FOLDER: Final = re.compile(
    r"(^|/)(whatsapp( (business )?(images|video|animated gifs))?|telegram( images| video)?|signal|viber|threema"
    r"|wechat|weixin|messenger)(/|$)",
    re.IGNORECASE,
)
_PANORAMA: Final = re.compile(r"^pano[_.\- ]|[_.\- ]pano[_.\- ]", re.IGNORECASE)
_BURST: Final = re.compile(r"(^|[_\-])burst[_\-]?\d{3,}|^\d{8}_\d{6}_\d{3}(_cover)?\.jpe?g$", re.IGNORECASE)
"""Google's, Sony's and Huawei's; Samsung's 20190101_120000_001.jpg."""
_LIVE: Final = re.compile(r"^mvimg_|\.mp\.jpe?g$", re.IGNORECASE)


def of_picture(e: ImageImported) -> list[str]:
    """What the facts about its bytes say."""
    kinds = [*_of_format(e), *_of_size(e)]
    if e.lens and "front" in e.lens.lower():
        kinds.append(SELFIE)
    if e.grey and e.format not in FILMS:
        kinds.append(BLACK_WHITE)
    return kinds


def _of_format(e: ImageImported) -> list[str]:
    """Whether it moves, and whether it is what the sensor saw."""
    kinds = []
    if e.format in FILMS:
        kinds.append(VIDEO)
    elif e.duration_s is not None:
        kinds.append(LIVE)
    if e.format in RAWS:
        kinds.append(RAW)
    if e.frames > 1 and e.format in ANIMATED:
        kinds.append(ANIMATION)
    return kinds


def _of_size(e: ImageImported) -> list[str]:
    """What is as big as a screen is no panorama, and a screenshot only if no camera took it."""
    short, long = sorted((e.width, e.height))
    if (short, long) in SCREENS:
        camera = e.camera_make or e.camera_model or e.exposure_s
        return [SCREENSHOT] if not camera and e.format in SCREENSHOTS else []
    wide = short and LONG <= long / short <= LONGEST and short * long >= PANORAMA_PIXELS
    return [PANORAMA] if wide else []


def part(e: ImageImported) -> str:
    """What it can be of a live photo. A film whose length is unknown (0) is a film of its own."""
    if e.format not in FILMS:
        return PHOTO
    return HALF if e.format in LIVE_FILMS and 0 < (e.duration_s or 0) <= LIVE_S else FILM


def camera(e: ImageImported) -> str | None:
    """Make and model, if it is a photo of which the camera itself says when it was taken: it may be one of a burst."""
    if not e.camera_model or e.taken_at_source != "exif" or e.format in FILMS:
        return None
    return f"{e.camera_make or ''} {e.camera_model}"


def of_path(path: str) -> list[str]:
    """What the name and the folders say."""
    folder, _, name = path.rpartition("/")
    sent = _sent(folder)
    if _CAMERA.fullmatch(name):
        return [MESSENGER] if sent else []
    found = []
    if _SCREENSHOT.search(name):
        found.append(SCREENSHOT)
    if sent or _MESSENGER.search(name):
        found.append(MESSENGER)
    if _PANORAMA.search(name):
        found.append(PANORAMA)
    if _LIVE.search(name):
        found.append(LIVE)
    if _BURST.search(name):
        found.append(BURST)
    return found


@lru_cache(maxsize=1024)
def _sent(folder: str) -> bool:
    return _MESSENGER_FOLDER.search(folder) is not None


def of_sidecar(e: SidecarRead) -> list[str]:
    said = ((FAVORITE, e.favorite), (ARCHIVED, e.archived), (TRASH, e.trashed))
    return [kind for kind, yes in said if yes]
