"""How programs and people write dates into the names of files: a table, whose rows have examples.

The examples are the tests of their rows (`tests/knowledge/test_named_dates.py`). Names are matched after `plain`.
"""

from typing import Final

from services.knowledge.date_parts import DAY_1, DAY_2, MONTH_1, MONTH_2, OF, WORD, YEAR_4, pattern

_COMPACT: Final = rf"(?<!\d){YEAR_4}{MONTH_2}{DAY_2}"
_ISO: Final = rf"(?<!\d){YEAR_4}(?P<gap>[-_. ]){MONTH_1}(?P=gap){DAY_1}(?!\d)"
_EAST: Final = rf"(?<!\d){YEAR_4}[年년]\s?{MONTH_1}[月월]\s?{DAY_1}[日일]"
_I_AND_J: Final = r"(?P<i>0?[1-9]|[12]\d|3[01])(?P<gap>[-_.])\s?(?P<j>0?[1-9]|[12]\d|3[01])(?P=gap)"
_DAY_FIRST: Final = rf"(?<!\d){_I_AND_J}\s?{YEAR_4}(?!\d)"
_SHORT: Final = r"(?<!\d)(?P<i>\d\d?)(?P<gap>[-_.])(?P<j>\d\d?)(?P=gap)(?P<yy>\d\d)(?!\d)"
_DAY_OF: Final = rf"(?<!\d){DAY_1}(?:st|nd|rd|th|er|º)?{OF}{WORD}{OF}{YEAR_4}(?!\d)"
_MONTH_DAY: Final = rf"{WORD}[\s_.-]{{0,3}}{DAY_1}(?:st|nd|rd|th)?[\s_.,-]{{1,3}}{YEAR_4}(?!\d)"
_YEAR_WORD_DAY: Final = rf"(?<!\d){YEAR_4}[-_. ]{WORD}[-_. ]{DAY_1}(?!\d)"
_NOKIA: Final = rf"(?<![\w-]){DAY_2}{MONTH_2}{YEAR_4}(?=(?:\d{{3}})?(?!\d))"

_DIGITS: Final = r"(?P<H>[01]\d|2[0-3])(?P<M>[0-5]\d)(?P<S>[0-5]\d)(?P<z>Z(?![A-Za-z])|\d{3}_iOS)?"
"""OneDrive and Windows name pictures of iPhones by UTC."""
_COLON: Final = r"[-_.:\uA789\u2236 hm時时시点點分분]\s?"
"""Programs write something else where file systems allow no colon."""
_CLOCK: Final = (
    r"(?P<before>\D{1,14}?)(?P<H>[01]?\d|2[0-3])"
    rf"{_COLON}(?P<M>[0-5]\d)(?:{_COLON}(?P<S>[0-5]\d)(?=\d{{3}}(?!\d)|\D|$)|(?!\d|[-_.:]\d))"
    r"[秒초]?(?P<z>Z(?![A-Za-z]))?(?:\s?(?P<after>[^\W\d_][^\d_()-]{0,12}))?"
)
"""Up to two short words between date and time, whatever the language: *at*, *um*, *a las*."""

TIMED: Final = (
    pattern(
        *(_COMPACT, r"[_\-T ]?", _DIGITS),
        examples={
            "IMG_20170811_100953": "2017-08-11T10:09:53",
            "PXL_20201231_235959123": "2020-12-31T23:59:59+00:00",
            "20170811-100953": "2017-08-11T10:09:53",
            "CameraZOOM-20170811100953123": "2017-08-11T10:09:53",
            "20190714T130322Z": "2019-07-14T13:03:22+00:00",
            "20190714_130322123_iOS": "2019-07-14T13:03:22+00:00",
            "微信图片_20190714150322": "2019-07-14T15:03:22",
            "WIN_20190714_150322": "2019-07-14T15:03:22",
        },
    ),
    pattern(
        *(_COMPACT, _CLOCK),
        examples={
            "WP_20140719_15_03_22_Pro": "2014-07-19T15:03:22",
            "WIN_20190714_15_03_22_Pro": "2019-07-14T15:03:22",
            "Screenshot_20190714_at_3.03.22 PM": "2019-07-14T15:03:22",
        },
    ),
    pattern(
        *(_ISO, r"[_\-T ]{1,2}", _DIGITS, r"(?=\d{3}(?!\d)|\D|$)"),
        examples={
            "signal-2019-07-14-150322_003": "2019-07-14T15:03:22",
            "Screenshot 2019-07-14 150322": "2019-07-14T15:03:22",
        },
    ),
    pattern(
        *(_ISO, _CLOCK),
        examples={
            "2017-08-11 10.09.53": "2017-08-11T10:09:53",
            "signal-2017-08-11-10-09-53-123": "2017-08-11T10:09:53",
            "00000012-PHOTO-2019-07-14-15-03-22": "2019-07-14T15:03:22",
            "photo_2019-07-14_15-03-22 (2)": "2019-07-14T15:03:22",
            "Skype_Picture_2019_07_14T13_03_22_123Z": "2019-07-14T13:03:22",
            "2019-07-14 15h03m22s": "2019-07-14T15:03:22",
            "Screenshot from 2019-07-14 15-03-22": "2019-07-14T15:03:22",
            "Screen Shot 2019-07-14 at 12.03.22 AM": "2019-07-14T00:03:22",
            "Screen Shot 2019-07-14 at 3.03.22\u202fPM": "2019-07-14T15:03:22",
            "WhatsApp Image 2019-07-14 at 12.03.22 PM (1)": "2019-07-14T12:03:22",
            "WhatsApp Bild 2019-07-14 um 15.03.22": "2019-07-14T15:03:22",
            "Capture d’écran 2019-07-14 à 15.03.22": "2019-07-14T15:03:22",
            "Capture d’écran 2019-07-14 a\u0300 15.03.22": "2019-07-14T15:03:22",
            "Captura de pantalla 2019-07-14 a la(s) 3.03.22\xa0p.\xa0m.": "2019-07-14T15:03:22",
            "Captura de pantalla 2019-07-14 a las 15.03.22": "2019-07-14T15:03:22",
            "Captura de Tela 2019-07-14 às 15.03.22": "2019-07-14T15:03:22",
            "Captura de ecrã 2019-07-14, às 15.03.22": "2019-07-14T15:03:22",
            "Schermata 2019-07-14 alle 15.03.22": "2019-07-14T15:03:22",
            "Schermafbeelding 2019-07-14 om 15.03.22": "2019-07-14T15:03:22",
            "Skærmbillede 2019-07-14 kl. 15.03.22": "2019-07-14T15:03:22",
            "Näyttökuva 2019-7-4 kello 9.03.22": "2019-07-04T09:03:22",
            "Zrzut ekranu 2019-07-14 o 15.03.22": "2019-07-14T15:03:22",
            "Képernyőfotó 2019-07-14 - 15.03.22": "2019-07-14T15:03:22",
            "Снимок экрана 2019-07-14 в 15.03.22": "2019-07-14T15:03:22",
            "Ekran Resmi 2019-07-14 ÖS 3.03.22": "2019-07-14T15:03:22",
            "Στιγμιότυπο 2019-07-14, 3.03.22 μ.μ.": "2019-07-14T15:03:22",
            "截屏2019-07-14 下午3.03.22": "2019-07-14T15:03:22",
            "스크린샷 2019-07-14 오후 3.03.22": "2019-07-14T15:03:22",
            "スクリーンショット 2019-07-14 午前12.03.22": "2019-07-14T00:03:22",
            "צילום מסך 2019-07-14 ב-15.03.22": "2019-07-14T15:03:22",
            "لقطة شاشة \u200f٢٠١٩-٠٧-١٤ في ٣.٠٣.٢٢ م": "2019-07-14T15:03:22",
            "Photo on 2019-07-14 at 15.03 #2": "2019-07-14T15:03:00",
            "Photo on 2019-07-14 at 3.03 PM": "2019-07-14T15:03:00",
        },
    ),
    pattern(
        *(rf"(?<!\d){YEAR_4}_{MONTH_2}{DAY_2}_", _DIGITS),
        examples={"2019_0714_150322_001A": "2019-07-14T15:03:22"},  # dashboard cameras (Viofo)
    ),
    pattern(
        *(_DAY_FIRST, _CLOCK),
        examples={
            "photo_1@14-07-2019_15-03-22": "2019-07-14T15:03:22",
            "photo_12@03-02-2021_15-03-22_thumb": "2021-02-03T15:03:22",
            "Game 14.07.2019 15_03_22": "2019-07-14T15:03:22",
            "Game 7_4_2019 3_03_22 PM": "2019-07-04T15:03:22",
            "Game 4-7-2019 3-03-22 pm": "2019-07-04T15:03:22",
            "Photo 14-7-2019 15 03 22": "2019-07-14T15:03:22",
        },
    ),
    pattern(
        *(_DAY_FIRST, r"[_\-T ]", _DIGITS, r"(?!\d)"),
        examples={"Scan_14.07.2019-150322": "2019-07-14T15:03:22"},
    ),
    pattern(
        *(_SHORT, _CLOCK),
        examples={
            "Photo on 7-14-19 at 3.03 PM": "2019-07-14T15:03:00",
            "Foto am 14.07.19 um 15.03": "2019-07-14T15:03:00",
            "7_14_19, 3_03 PM Office Lens": "2019-07-14T15:03:00",
        },
    ),
    pattern(*(_EAST, _CLOCK), examples={"2019年7月14日 下午3时03分22秒": "2019-07-14T15:03:22"}),
    pattern(*(_DAY_OF, _CLOCK), examples={"14. Juli 2019 um 15.03.22": "2019-07-14T15:03:22"}),
    pattern(*(_MONTH_DAY, _CLOCK), examples={"Photo Jul 14, 2019, 3 03 22 PM": "2019-07-14T15:03:22"}),
    pattern(
        r"(?<!\d)(?<!FB_IMG_)(?<!FB_VID_)(?<!received_)(?P<ms>1\d{12})(?![_\d]*_[a-z](?![a-z]))(?!\d)",
        examples={
            "mmexport1502445193000": "2017-08-11T09:53:13+00:00",
            "1502445193000": "2017-08-11T09:53:13+00:00",
        },
    ),
    pattern(
        r"RPReplay_Final(?P<s>1\d{9})(?!\d)",
        examples={"RPReplay_Final1502445193": "2017-08-11T09:53:13+00:00"},
    ),
)
"""Dates with a time, of files."""

DAYS: Final = (
    pattern(
        *(_COMPACT, r"(?!\d)"),
        examples={
            "IMG-20170811-WA0003": "2017-08-11",
            "WP_20140719_003": "2014-07-19",
            "20090714(003)": "2009-07-14",
        },
    ),
    pattern(
        _ISO,
        examples={
            "2017-08-11 Lake": "2017-08-11",
            "2017.8.11": "2017-08-11",
            "2017 08 11 Lake": "2017-08-11",
        },
    ),
    pattern(_EAST, examples={"2019年7月14日の写真": "2019-07-14", "2019년 7월 14일": "2019-07-14"}),
    pattern(
        rf"(?<!\d){DAY_1}\.{MONTH_1}\.?\s?[-–]\s?\d\d?\.\d\d?\.\s?{YEAR_4}(?!\d)",
        examples={"30.07.-02.08.2019 Elba": "2019-07-30"},
    ),
    pattern(
        rf"(?<!\d){DAY_1}\.?\s?(?:[-–+&]|bis)\s?\d\d?\.{MONTH_1}\.\s?{YEAR_4}(?!\d)",
        examples={"14.-16.07.2019 Berlin": "2019-07-14"},  # the first of several days
    ),
    pattern(
        _DAY_FIRST,
        examples={
            "14.07.2019 Hochzeit": "2019-07-14",
            "Hochzeit 4. 7. 2019": "2019-07-04",
            "14-07-2019": "2019-07-14",
            "07-14-2019": "2019-07-14",
        },
    ),
    pattern(
        _DAY_OF,
        examples={
            "Munich, 14. Juli 2019": "2019-07-14",
            "14 de julio de 2019": "2019-07-14",
            "1er août 2019": "2019-08-01",
            "Adobe Scan 14 Jul 2019": "2019-07-14",
        },
    ),
    pattern(
        _MONTH_DAY, examples={"July 4th, 2019": "2019-07-04", "Adobe Scan Jul 14, 2019 (1)": "2019-07-14"}
    ),
    pattern(_YEAR_WORD_DAY, examples={"2019-Jul-14": "2019-07-14"}),
    pattern(_NOKIA, examples={"14072009123": "2009-07-14", "14072009(001)": "2009-07-14"}),
)
"""Days, of files and folders."""
