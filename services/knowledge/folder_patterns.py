"""How programs and people name folders after days, months and years.

Days that names of files have as well are in `name_patterns.py`. As there, the examples are the tests of their rows.
"""

from typing import Final

from services.knowledge.date_parts import DAY_1, MONTH_1, MONTH_2, OF, WORD, YEAR_4, pattern

SHORT_DAYS: Final = (
    pattern(
        rf"(?<![\w.]){DAY_1}(?P<gap>\.){MONTH_1}\.(?P<yy>\d\d)(?![\d.])",
        examples={"14.07.19 Hochzeit": "2019-07-14", "Hochzeit am 4.7.98": "1998-07-04"},
    ),
)
"""Days, of folders: in a file's name, it may be a time."""

MONTHS: Final = (
    pattern(rf"(?<!\d){YEAR_4}{MONTH_2}(?!\d)", examples={"201907": "2019-07", "202107__": "2021-07"}),
    pattern(
        rf"(?<!\d){YEAR_4}[-_. ]{MONTH_2}(?![-_.]?\d)",
        examples={"2019-07 Juli": "2019-07", "2019.07": "2019-07"},
    ),
    pattern(
        rf"(?<!\d){YEAR_4}[年년]\s?{MONTH_1}[月월]",
        examples={"2019年7月": "2019-07", "2019년 7월 여행": "2019-07"},
    ),
    pattern(
        rf"(?<!\d)(?<!\d[-_.]){MONTH_1}[-_.]{YEAR_4}(?![-_.]?\d)",
        examples={"Wien 07-2019": "2019-07", "7.2019": "2019-07"},
    ),
    pattern(
        rf"tháng\s?{MONTH_1}[\s_.,-]{{0,3}}(?:năm\s?)?{YEAR_4}(?!\d)",
        examples={"Tháng 7 năm 2019": "2019-07"},
    ),
    pattern(
        rf"{WORD}{OF}{YEAR_4}(?!\d)",
        examples={
            "July_2019": "2019-07",
            "Wien im Juli2019": "2019-07",
            "julio de 2019": "2019-07",
            "Июль 2019": "2019-07",
            "जुलाई 2019": "2019-07",
            "červenec-2019": "2019-07",
        },
    ),
    pattern(
        rf"(?<!\d){YEAR_4}[\s_.,-]{{0,3}}{WORD}",
        examples={"2019 Juli": "2019-07", "2019_août_Nice": "2019-08"},
    ),
)
"""Months, of folders."""

_CAMERA: Final = ("CIMG", "DCIM", "DSC", "DSCF", "DSCN", "GOPR", "IMG", "IMGP", "MVI", "PICT", "SAM", "VID")
"""Digits after these are counters."""
_NO_COUNTER: Final = "".join(f"(?<!{prefix})(?<!{prefix}[-_])" for prefix in _CAMERA)
_NO_MODEL: Final = r"(?:(?<![^\W\d_])|(?<=[^\W\d_]{2}))"
"""After no letter, or several: unlike D2000."""
_NO_SIZE: Final = (
    r"(?![-_.]\d\d[-_.]\d)(?![.,:]\d)(?!\s?(?:px|pixel|dpi|mm|km)(?![a-z]))"
    r"(?!(?!(?:s|er|ers)(?![a-z]))[a-z]{1,2}(?![a-z]))"
)
"""Unlike 1920x1080, 2000 px and 2000D; decades may have endings, 1990s."""
YEARS: Final = (
    pattern(
        *(r"(?<![\d#$€])(?<!\d[x×.:,-])", _NO_COUNTER, _NO_MODEL, YEAR_4, r"(?!\d)", _NO_SIZE),
        examples={
            "Photos from 2017": "2017",
            "2019_Sommer": "2019",
            "Urlaub-2019": "2019",
            "Sommer2019": "2019",
            "2019Sommer": "2019",
            "Album1974": "1974",
            "1974-1978 Kindheit": "1974",
            "1974–78": "1974",
            "2012年の写真": "2012",
            "1990er": "1990",
            "The 1990s_Grandma": "1990",
        },
    ),
)
"""Years, of folders; of several, the first."""
