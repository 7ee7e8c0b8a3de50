"""A browser's name for people, from its User-Agent: enough to know one's own phone in a list."""

import re
from typing import Final

_BROWSERS: Final = (
    ("Edge", r"Edg(?:A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
"""In this order: most claim to be the ones below them as well."""
_SYSTEMS: Final = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Mac", r"Macintosh"),
    ("Linux", r"Linux"),
)


def browser_name(agent: str) -> str:
    """`Firefox · Linux`; what the program calls itself if it is no browser; empty if it does not say."""
    names = (
        next((name for name, pattern in kinds if re.search(pattern, agent)), "")
        for kinds in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(name for name in names if name) or agent.partition(" ")[0][:40]
