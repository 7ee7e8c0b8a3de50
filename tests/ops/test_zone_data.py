"""The time zones that Albumen brings are packed from the files of the IANA database, each content once."""

import gzip
import json
from pathlib import Path

from ops.zones import packed


def test_names_share_their_contents(tmp_path: Path) -> None:
    """Files of another kind, such as the list of countries, are left out."""
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe" / "Oslo").write_bytes(b"TZif2 north")
    (tmp_path / "Europe" / "Paris").write_bytes(b"TZif2 west")
    (tmp_path / "Norway").write_bytes(b"TZif2 north")
    (tmp_path / "zone.tab").write_text("NO +5955+01045 Europe/Oslo")
    head, _, contents = gzip.decompress(packed(tmp_path)).partition(b"\n")
    assert json.loads(head) == {
        "names": {"Europe/Oslo": 0, "Europe/Paris": 1, "Norway": 0},
        "sizes": [11, 10],
    }
    assert contents == b"TZif2 northTZif2 west"
    assert packed(tmp_path) == packed(tmp_path)
