"""Pages as tests read them: how a template is laid out in lines is nobody's business but its reader's."""

import re


def one_line(html: str) -> str:
    """On one line, without the white space that a browser leaves out: around elements and at their ends."""
    line = re.sub(r"\s+", " ", html)
    line = re.sub(r"(?<=>) (?=<)", "", line)
    line = re.sub(r"(<[a-zA-Z][^>]*>) ", r"\1", line)
    return re.sub(r" (?=</)", "", line)
