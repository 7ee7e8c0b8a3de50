"""Rules that tell the kind of a picture: a row of the models table like any classifier, but always certain.

Each rule looks at one event alone (a picture's facts, a path, a sidecar, a network's classes), so the order of events
does not matter. A row keeps the kinds that follow from it, and they end with it: triggers (`kinds.sql`) turn them into
labels, and find those that depend on neighbours (the video of a live photo, the shots of a burst). A new rule takes a
rebuild of the read tables, never a new scan.
"""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from services.domain.files.events import ImageImported, SidecarRead
from services.knowledge.formats import ANIMATED, LIVE_FILMS, Kind, names
from services.knowledge.stitchers import says_stitched
from services.knowledge.suffixes import is_of
from services.knowledge.taxonomy import DOCUMENT

MODEL_ID: Final = "rules"

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
    *(SCREENSHOT, DOCUMENT, MESSENGER, SELFIE, PANORAMA, BLACK_WHITE, VIDEO, LIVE, BURST, ANIMATION, RAW),
    *(FAVORITE, ARCHIVED, TRASH),
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
"""Common screen sizes in pixels, short side first."""

LONG: Final = 2.0
"""Aspect ratio (long side to short) from which a picture is a panorama …"""
LONGEST: Final = 30.0
"""… and beyond which it is something else: a ruler, a spacer."""
PANORAMA_PIXELS: Final = 1_000_000
FRAMES: Final = (2.0, 2.8)
"""Aspect ratios of films' frames that are wider than a screen, both ends left out: from 2.2 (70 mm) to 2.76 (Ultra
Panavision 70). A picture of twice its height may be a whole sphere."""
FRAME_WIDTHS: Final = frozenset(
    {1280, 1440, 1920, 1998, 2048, 2560, 3440, 3840, 3996, 4096, 5120, 7680, 8192}
)
"""Pixels, of films and of screens for them."""
MONITORS: Final = (2, 3)
"""Screens side by side, whose screenshots and wallpapers are one picture."""
FILMS: Final = names(Kind.FILM)
"""Format names as written by the scan."""
RAWS: Final = names(Kind.RAW)
LIVE_S: Final = 10.0
"""Upper limit for the video of a live photo, which usually lasts three seconds."""
PHOTO: Final = "photo"
HALF: Final = "half"
"""A video that may be the second half of a live photo."""
FILM: Final = "film"
SCREENSHOTS: Final = ("PNG", "WEBP")
"""Formats of screenshots; photos of the same size are JPEGs."""

_CAMERA: Final = re.compile(r"(?:img|dsc[nf]?|pxl|vid|p)_?[0-9][0-9_]*\.[a-z]{3,4}", re.IGNORECASE | re.ASCII)
"""Most names. They reveal nothing, and this check takes a sixth of the time."""
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
    """Kinds by the facts about its bytes."""
    kinds = [*_of_format(e), *_of_size(e)]
    if e.lens and "front" in e.lens.lower():
        kinds.append(SELFIE)
    if e.grey and e.format not in FILMS:
        kinds.append(BLACK_WHITE)
    return kinds


def _of_format(e: ImageImported) -> list[str]:
    """Whether it moves, and whether it is a raw file."""
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
    """A picture of screen size is never a panorama, and a screenshot only if no camera took it."""
    short, long = sorted((e.width, e.height))
    if (short, long) in SCREENS:
        return [SCREENSHOT] if not _is_by_camera(e) and e.format in SCREENSHOTS else []
    return [PANORAMA] if _is_panorama(e, short, long) else []


def _is_panorama(e: ImageImported, short: int, long: int) -> bool:
    """By its making: a program for panoramas wrote it. Or by its shape; without a camera, a picture that is higher than
    wide is rather a long screenshot, and others may be a film's frame or a desktop."""
    moves = e.format in FILMS or (e.frames > 1 and e.format in ANIMATED)
    if moves or not short or short * long < PANORAMA_PIXELS:
        return False
    if e.software and says_stitched(e.software):
        return True
    if not LONG <= long / short <= LONGEST:
        return False
    return _is_by_camera(e) or not (e.height > e.width or _is_frame(short, long) or _is_desktop(short, long))


def _is_by_camera(e: ImageImported) -> bool:
    return bool(e.camera_make or e.camera_model or e.exposure_s)


def _is_frame(short: int, long: int) -> bool:
    """The shape of a film's frame."""
    return long in FRAME_WIDTHS and FRAMES[0] < long / short < FRAMES[1]


def _is_desktop(short: int, long: int) -> bool:
    """The size of several equal screens side by side."""
    return any(long % n == 0 and (short, long // n) in SCREENS for n in MONITORS)


def part(e: ImageImported) -> str:
    """Its possible part in a live photo. A video of unknown length (0) stands alone, unless Apple calls it a half."""
    if e.format not in FILMS:
        return PHOTO
    short = 0 < (e.duration_s or 0) <= LIVE_S
    return HALF if e.format in LIVE_FILMS and (short or e.content_identifier) else FILM


def camera(e: ImageImported) -> str | None:
    """Make and model, if it is a photo that the camera itself dated: only those may belong to a burst."""
    if not e.camera_model or e.taken_at_source != "exif" or e.format in FILMS:
        return None
    return f"{e.camera_make or ''} {e.camera_model}"


def of_path(path: str) -> list[str]:
    """Kinds by the name and the folders."""
    folder, _, name = path.rpartition("/")
    sent = _sent(folder)
    if _CAMERA.fullmatch(name):
        return [MESSENGER] if sent else []
    kinds = []
    if _SCREENSHOT.search(name):
        kinds.append(SCREENSHOT)
    if sent or _MESSENGER.search(name):
        kinds.append(MESSENGER)
    if _PANORAMA.search(name) and SCREENSHOT not in kinds and not is_of(name, Kind.FILM):
        kinds.append(PANORAMA)
    if _LIVE.search(name):
        kinds.append(LIVE)
    if _BURST.search(name):
        kinds.append(BURST)
    return kinds


@lru_cache(maxsize=1024)
def _sent(folder: str) -> bool:
    return _MESSENGER_FOLDER.search(folder) is not None


def of_sidecar(e: SidecarRead) -> list[str]:
    flags = ((FAVORITE, e.favorite), (ARCHIVED, e.archived), (TRASH, e.trashed))
    return [kind for kind, yes in flags if yes]


def stored(kinds: Sequence[str]) -> str:
    """As a JSON list, the same for the same kinds."""
    return json.dumps(sorted(set(kinds))) if kinds else "[]"
