"""The lines of an ignore file as regular expressions that take linear time per folder level, however they are written.

The translation in `pathspec` gives each `*` and `**` a loop of its own, and the regular expressions of Python try all
their combinations: one line with nine asterisks and one long name would keep the scan busy for centuries. A name that
fits has a match in which each part between two asterisks comes as early as possible (as in Python 3.13's
`fnmatch.translate`), so that all but the last one need no second try: they are atomic groups.
"""

import re
from itertools import groupby
from typing import AnyStr, Final

from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_ANY: Final = "**"
_FOLDER: Final = "(?P<ps_d>/)"
"""The group by which `pathspec` tells that a folder above was matched."""
_END: Final = f"(?:{_FOLDER}|$)"
_SPECIAL: Final = re.compile(r"[\\\[&~|]")
"""In a set of Python's regular expressions, but not of Git's."""


class Senseless(ValueError):
    """Git passes over such a line."""


class LinearPattern(GitIgnoreSpecPattern):
    """A line of Git's ignore syntax, for `GitIgnoreSpec`."""

    __slots__ = ()

    @classmethod
    def pattern_to_regex(cls, pattern: AnyStr) -> tuple[AnyStr | None, bool | None]:
        """The regular expression, and whether what it matches is ignored; (None, None) for a line without effect."""
        assert isinstance(pattern, str)
        line = pattern if pattern.endswith("\\ ") else pattern.rstrip()
        if not line or line.startswith("#") or line == "/":
            return None, None
        try:
            return _regex(line.removeprefix("!")), not line.startswith("!")
        except Senseless:
            return None, None


def _parts(line: str) -> list[str]:
    """What stands between the slashes, from the folder of the ignore file on. Raises Senseless."""
    parts = line.split("/")
    if not parts[0]:
        del parts[0]
    elif len(parts) == 1 or (len(parts) == 2 and not parts[1]):
        parts.insert(0, _ANY)
    if not parts:
        raise Senseless
    if not parts[-1]:
        parts[-1] = _ANY
    return [part for at, part in enumerate(parts) if not (at and part == _ANY == parts[at - 1])]


def _regex(line: str) -> str:
    """Raises Senseless."""
    parts, folders_only = _parts(line), line.endswith("/")
    if parts == [_ANY] or parts == [_ANY, "*"]:
        return _FOLDER if folders_only else "(?s:.)"
    if parts == [_ANY, "*", _ANY]:
        return _FOLDER if folders_only else "/"
    runs = [
        "/".join(map(_segment, run))
        for is_any, run in groupby(parts, lambda part: part == _ANY)
        if not is_any
    ]
    *early, last = runs
    leads = ["(?s:.+/)?" if parts[0] == _ANY else "", *["/(?s:.+/)?"] * len(early)]
    text = "^"
    for lead, run in zip(leads, early, strict=False):
        text += f"(?>{lead.replace('.+/)?', '.+?/)??')}{run}(?=/))"
    tail = _END if parts[-1] != _ANY else _FOLDER if folders_only else "/"
    return text + leads[-1] + last + tail


def _segment(glob: str) -> str:
    """Of one name. Raises Senseless."""
    if glob == "*":
        return "[^/]+"
    first, *others = _pieces(glob)
    if not others:
        return first
    middle = "".join(f"(?>[^/]*?{piece})" for piece in others[:-1] if piece)
    return f"{first}{middle}[^/]*{others[-1]}"


def _pieces(glob: str) -> list[str]:
    """What stands between the asterisks. Raises Senseless."""
    pieces, at = [""], 0
    while at < len(glob):
        char = glob[at]
        at += 1
        if char == "*":
            pieces.append("")
        elif char == "?":
            pieces[-1] += "[^/]"
        elif char == "[":
            closed = glob.find("]", at + (2 if glob[at : at + 1] in ("!", "^") else 1))
            if closed < 0:
                raise Senseless
            pieces[-1] += _set(glob[at:closed])
            at = closed + 1
        else:
            if char == "\\":
                char, at = glob[at : at + 1], at + 1
                if not char:
                    raise Senseless
            pieces[-1] += re.escape(char)
    return pieces


def _set(members: str) -> str:
    """One character of a set, or out of it; a slash is in none. Raises Senseless."""
    inverted = members[0] in "!^"
    text = _SPECIAL.sub(r"\\\g<0>", members[1:] if inverted else members)
    one = f"[{'^' if inverted else ''}{text}]"
    try:
        re.compile(one)
    except re.error as error:
        raise Senseless from error
    return f"(?!/){one}"
