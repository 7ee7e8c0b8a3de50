"""Scripts and style sheets are written for people and minified for browsers."""

from pathlib import Path

import pytest

from services.gateway.pages.rendering import STATIC
from services.gateway.pages.statics import SHEET, SHEETS, contents, lean

SCRIPT = b"""// Why it is here
import { a } from "./a.js"; // kept

/* one */
  const far = "http://there"; // kept, too
    // gone
    run(far);
"""


def test_what_only_people_read_is_not_served() -> None:
    assert lean(SCRIPT).split(b"\n") == [
        b"",
        b'import { a } from "./a.js"; // kept',
        b"",
        b"",
        b'const far = "http://there"; // kept, too',
        b"",
        b"run(far);",
        b"",
    ]


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_no_text_of_a_script_goes_over_several_lines(path: Path) -> None:
    """Minifying would strip its indentation, or a line that looks like a comment."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        assert line.count("`") % 2 == 0, f"{path.name}:{number}"


def test_every_line_keeps_its_number() -> None:
    for path in (*STATIC.glob("*.js"), *STATIC.glob("*.css")):
        body, _ = contents()[path.name]
        assert body.count(b"\n") == path.read_bytes().count(b"\n"), path.name


def test_one_sheet_holds_them_all_in_their_order() -> None:
    sheet, media_type = contents()[SHEET]
    assert media_type == "text/css"
    assert sorted(SHEETS) == sorted(path.stem for path in STATIC.glob("*.css"))
    assert sheet == b"\n".join(contents()[f"{name}.css"][0] for name in SHEETS)
