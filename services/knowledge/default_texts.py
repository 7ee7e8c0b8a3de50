"""Texts that cameras, phones and programs write where a person's description belongs.

A description says nothing only if it is one of them as a whole: "Kodak moment with Anna" is somebody's words.
Sources: the lists of PhotoPrism, iNaturalist and KPhotoAlbum; pictures of the devices themselves.
"""

import re
from typing import Final

_MAKERS: Final = (
    r"(?:agfa(?:photo)?|benq|canon|casio|concord|dxg|epson|fuji(?:film)?|general imaging|hp|hewlett[- ]packard|jenoptik"
    r"|kodak|konica|konica minolta|kyocera|leica|lg|lumix|maginon|medion|minolta|moultrie|nikon|nokia|olympus|panasonic"
    r"|pentax|polaroid|praktica|ricoh|rollei|samsung|sanyo|sigma|sony|toshiba|traveler|vivitar|yashica)"
)

DEFAULT_TEXTS: Final = (
    (
        rf"(?:{_MAKERS} )?digital (?:still |game |video )?camera",
        (
            "OLYMPUS DIGITAL CAMERA",
            "KODAK Digital Still Camera",
            "MOULTRIE DIGITAL GAME CAMERA",
            "Digital Camera",
        ),
    ),
    (
        rf"{_MAKERS}(?-i:(?: [A-Z\d][\w-]*){{1,4}}) digital (?:still )?camera",
        ("KODAK EasyShare C813 Zoom Digital Camera", "HP PhotoSmart C500 Digital Camera"),
    ),
    (rf"{_MAKERS} (?:dsc|camera(?: pictures)?|image|picture)", ("SONY DSC", "SAMSUNG CAMERA PICTURES")),
    (
        rf"(?:eastman )?{_MAKERS}(?: (?:computer|electronics|ericsson|imaging|mobile|optical|techwin))?"
        r"(?: (?:company|corporation|corp|inc|co\.,? ?ltd))?\.?",
        (
            "SAMSUNG",
            "Konica Minolta",
            "CASIO COMPUTER CO.,LTD",
            "EASTMAN KODAK COMPANY",
            "OLYMPUS IMAGING CORP.",
            "Samsung Techwin",
        ),
    ),
    (
        r"<[^<>]*(?:digimax|kenox|samsung)[^<>]*>|(?:digimax|kenox) [\w-]+(?: ?/ ?samsung [\w-]+)?",
        ("<KENOX S1050 / Samsung S1050>", "<Digimax i5, Samsung #1>", "Digimax S500 / Samsung S500"),
    ),
    (r"exif[_ -]jpeg(?:[_ -]picture)?", ("Exif_JPEG_PICTURE", "Exif JPEG")),
    (
        r"my beautiful picture|hellomoto|hisilicon(?: k3| balong)?|dvc 10\.1 hdmi|oppo_\d+",
        ("My beautiful picture", "HELLOMOTO", "Hisilicon K3", "DVC 10.1 HDMI", "oppo_34359738368"),
    ),
    (
        r"(?-i:_?(?:cuva|cuhdr)|cof|dav|edf|frem|hdr|hdrpl|bsh|burst|ptr|qrf|vrf|rpt|smart|fshbty|sdr(?:_HDRB)?"
        r"|rhdr|mde(?:_soft)?|mon|nor|[bfr]bt(?:hdr)?|bt[fr](?:mdn|hdr)?|oznor(?:WO|Hdr)?|ozhdr|frontbhdp)",
        ("_cuva", "rhdr", "mde", "fbthdr", "btfmdn", "oznorWO", "sdr_HDRB"),
    ),  # Huawei: how the picture was computed
    (
        r"(?:dsc[fn]?|img|imag|imgp|cimg|pict|hpim|sany|sdc|dji|gopr|pxl|pano)[-_]?\d[\d_-]{2,}(?:\.[a-z]{3,4})?",
        ("DSC00042", "IMG_0001.JPG", "DSCF1234.jpg", "PXL_20201231_235959123"),
    ),
    (r"dcim(?:[\\/][\w\\/.-]*)?", (r"DCIM\100MEDIA\DJI_0001.JPG", "DCIM")),
    (
        r"(?:no )?(?:title|description|comments?)|(?:image|user) ?(?:description|comments?)|binary comment"
        r"|charset=ascii|untitled|unnamed|unknown|default|none|null|n/a|camera|scanner|image|photo|picture"
        r"|dcf(?: \d\.\d)?|jpeg image",
        (
            "No comment",
            "ImageDescription",
            "binary comment",
            "charset=Ascii",
            "untitled",
            "Scanner",
            "DCF 1.0",
        ),
    ),
    (r"screen ?shot", ("Screenshot",)),  # Apple's, in UserComment
    (
        r"(?:created|made) (?:with|by|in|using) (?:the )?(?:gimp|imlib|paint|photoshop|vsco|inkscape)\b.*",
        ("Created with The GIMP", "Created by Imlib"),
    ),
    (r"processed (?:with|by) (?:vsco|ebay|snapseed)\b.*", ("Processed with VSCO with c1 preset",)),
    (
        r"lav[cf][\d.]+|(?:created by )?(?:openjpeg version |kakadu-v|xv version )\d.*|software: microsoft .*"
        r"|paint tool -sai- jpeg encoder\b.*|intel\(r\) jpeg library\b.*|u-lead systems, inc\.?"
        r"|ipix - rimfire engine\b.*",
        (
            "Lavc58.134.100",
            "Created by OpenJPEG version 2.5.0",
            "Kakadu-v7.10",
            "XV Version 3.10a  Rev: 12/29/94  Quality = 75, Smoothing = 0",
            "Software: Microsoft Office",
            "Paint Tool -SAI- JPEG Encoder v1.00",
            "Intel(R) JPEG Library, version [1.51.12.44]",
            "U-Lead Systems, Inc.",
            "iPIX - Rimfire Engine v6.0 - r07.s3.eb.sj.ipixmedia.com",
        ),
    ),
    (r"optimized by (?:jpegmini|pegasus imaging)\b.*", ("Optimized by JPEGmini 3.9.20.0L Internal 0x7f",)),
    (
        r"(?:created|edited|resized|optimized|made) (?:with|by|on) ezgif\b.*",
        ("Created with ezgif.com GIF maker",),
    ),
    (r"padbytes|cmp\d[\w.]* 0x[\da-f]{8}", ("PADBYTES", "cmp3.10.3.3Lq4 0xf5fffab1")),
    (r"lead technologies inc\b.*", ("LEAD Technologies Inc. V1.01",)),
    (r"creator: gd-jpeg\b.*", ("CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 90",)),
    (r"file (?:written|created) by adobe photoshop\b.*", ("File written by Adobe Photoshop? 4.0",)),
    (r"acd systems digital imaging|applemark|iclarified", ("ACD Systems Digital Imaging", "AppleMark")),
    (
        r".*(?:\b(?:fileterintensity|filterintensity|filtermask|hw-remosaic|cct_value|aec_lux|captureorientation)\b *:"
        r"|\bconfig(?:file|nick)name=|\bmetadata-start\b).*",
        (
            "filter: 0; jpegRotation: 270; fileterIntensity: 0.000000; filterMask: 0; module:31facing:1;",
            "CameraID=52.FrameCount=30.lutFilename=.configID=.configFilename=Sharp.agc",
        ),
    ),  # what phones note for themselves
    (r"converted p[bgnp]m file", ("converted PBM file",)),
    (
        r"[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{32}|[\da-f]{40}|[\da-f]{64}|0{3,}\d+",
        ("a5cb01550dbb9a6bf732f87e413f6e23", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "000015"),
    ),
    (r"\(binary data .*\)", ("(Binary data 64 bytes, use -b option to extract)",)),
    (r'\{\s*".*\}', ('{"PictureMode": 1, "Beauty": [0, 2]}',)),
    (r"[-_.*?\s]*", ("---", "...")),
)
"""(pattern of a whole text in which runs of spaces are single, any case unless it says otherwise; texts it matches)"""

_DEFAULT: Final = re.compile("|".join(f"(?:{pattern})" for pattern, _ in DEFAULT_TEXTS), re.IGNORECASE)
_LONGEST: Final = 4_000
"""Characters; what is longer was written by a person, or is too long to be searched."""


def is_default(text: str) -> bool:
    """Whether a device or program wrote it of its own accord."""
    return len(text) <= _LONGEST and _DEFAULT.fullmatch(" ".join(text.split())) is not None
