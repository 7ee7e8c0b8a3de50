"""Programs that people edit pictures with, as they name themselves in EXIF (`Software`, `ProcessingSoftware`) and XMP
(`CreatorTool`, `x:xmptk`). Cameras and phones write their firmware there, which says nothing of an edit.

Sources: ExifTool's tag tables and the files of its test suite; each program's own output.
"""

import re
from collections.abc import Iterable
from typing import Final

EDITORS: Final = (
    (
        r"adobe (photoshop|lightroom|bridge|elements|express|imageready)",
        "Adobe Photoshop Lightroom Classic 9.2.1",
    ),
    (r"photoshop (elements|express|camera)", "Photoshop Express"),
    (r"gimp\b", "GIMP 2.10.34"),
    (r"darktable\b", "darktable 4.4.2"),
    (r"rawtherapee\b", "RawTherapee 5.9"),
    (r"digikam\b", "digiKam-7.9.0"),
    (r"showfoto\b", "showFoto-8.1.0"),
    (r"shotwell\b", "Shotwell 0.30.14"),
    (r"gthumb\b", "gThumb 3.12.2"),
    (r"gwenview\b", "Gwenview 23.04"),
    (r"krita\b", "Krita 5.2.2"),
    (r"imagemagick\b", "ImageMagick 7.1.1-15 Q16 x86_64"),
    (r"paint\.net\b", "paint.net 5.0.11"),
    (r"microsoft (windows )?(photo|photos|paint)\b", "Microsoft Windows Photo Gallery 6.0.6001"),
    (r"windows photo editor", "Windows Photo Editor 10.0.10011.16384"),
    (r"(apple )?photos \d", "Photos 1.5"),
    (r"(iphoto|aperture|pixelmator|photomator)\b", "Pixelmator Pro 3.4.3"),
    (r"capture one\b", "Capture One 22 Windows"),
    (r"dxo\b", "DxO PhotoLab 6.3"),
    (r"(acdsee|acd systems)\b", "ACDSee Ultimate 2023"),
    (r"(irfanview|xnview|faststone|photoscape|zoner|corel|paintshop|ulead)", "XnView MP 1.4.4"),
    (r"(affinity|luminar|exposure x|on1|topaz|polarr|skylum)\b", "Affinity Photo 2.3.0"),
    (r"(snapseed|vsco|picsart|canva|facetune|afterlight)\b", "Snapseed 2.0"),
    (r"(picasa|google photos)\b", "Picasa 3.0"),
    (r"(capture nx|viewnx|nx studio)", "NX Studio 1.4.0 W"),
    (r"digital photo professional", "Digital Photo Professional 4.17"),
    (r"image::exiftool\b", "Image::ExifTool 12.40"),
    (r"xmp core \S+-exiv2\b", "XMP Core 4.4.0-Exiv2"),
)
"""(pattern at the start of the name, any case; a name that it matches)"""

_EDITOR: Final = re.compile("|".join(f"(?:{pattern})" for pattern, _ in EDITORS), re.IGNORECASE)


def says_edited(software: Iterable[str]) -> bool:
    """Whether one of the names is an editing program's."""
    return any(_EDITOR.match(name) for name in software)
