"""The languages of the pages and of what people write in the search field.

One more is an entry here and in `stems.STEMMERS`, rows in `data/synonyms.tsv` and `data/search_words.tsv`, and a
catalogue `web/locale/<code>.po`.
"""

from typing import Final

OWN_NAMES: Final = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "it": "Italiano",
}
"""ISO 639-1 code -> the language's own name."""
