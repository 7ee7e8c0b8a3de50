"""Programs that do little but join photos to panoramas, as they name themselves in EXIF (`Software`) and XMP
(`CreatorTool`). Editors that can do it as well, such as Photoshop, say nothing of the picture.

Sources: each program's own output.
"""

import re
from collections.abc import Iterable
from typing import Final

STITCHERS: Final = (
    (r"hugin\b", "Hugin 2019.2.0.b690aa0334b5"),
    (r"(nona|enblend|multiblend)\b", "enblend 4.2"),
    (r"ptgui\b", "PTGui Pro 12.10 by New House Internet Services BV (www.ptgui.com)"),
    (r"ptassembler\b", "PTAssembler v6.1"),
    (r"(kolor )?autopano\b", "Autopano Giga 4.4.2"),
    (r"(microsoft )?image composite editor\b", "Microsoft Image Composite Editor"),
    (r"microsoft ice\b", "Microsoft ICE v2.0.3.0"),
    (r"panorama ?studio\b", "PanoramaStudio 3.6.7"),
    (r"(the )?panorama (factory|maker|stitcher)\b", "The Panorama Factory V5.3"),
    (r"(arcsoft )?panorama maker\b", "ArcSoft Panorama Maker 6"),
    (r"(canon )?(utilities )?photostitch\b", "Canon PhotoStitch 3.1"),
    (r"(realviz|autodesk) stitcher\b", "Autodesk Stitcher Unlimited 2009"),
    (
        r"(autostitch|panoweaver|calico panorama|doubletake|photosynth|dermandar|bimostitch)\b",
        "Bimostitch 2.9.9",
    ),
)
"""(pattern at the start of the name, any case; a name that it matches)"""

_STITCHER: Final = re.compile("|".join(f"(?:{pattern})" for pattern, _ in STITCHERS), re.IGNORECASE)


def says_stitched(software: Iterable[str]) -> bool:
    """Whether one of the names is such a program's."""
    return any(_STITCHER.match(name) for name in software)
