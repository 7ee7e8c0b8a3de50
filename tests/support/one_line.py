"""Pages as tests read them: independent of how a template is broken into lines."""

import re


def one_line(html: str) -> str:
    """Collapse onto one line, without the white space that browsers ignore around elements and at their ends."""
    line = re.sub(r"\s+", " ", html)
    line = re.sub(r"(?<=>) (?=<)", "", line)
    line = re.sub(r"(<[a-zA-Z][^>]*>) ", r"\1", line)
    return re.sub(r" (?=</)", "", line)
