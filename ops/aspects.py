"""Writes web/static/aspects.css, one class per aspect ratio of a tile: python ops/aspects.py.

The pages' Content-Security-Policy forbids inline styles, so a class carries a tile's aspect ratio
(services/knowledge/aspects.py).
"""

from pathlib import Path

from services.knowledge.aspects import NARROWEST, STEP, WIDEST

TARGET = Path(__file__).parents[1] / "web" / "static" / "aspects.css"


def stylesheet() -> str:
    rules = [f".r{n:03}{{--r:{n / 100:g}}}" for n in range(NARROWEST, WIDEST + 1, STEP)]
    marks = [f".g{n}{{flex-grow:{n}}}" for n in range(1, 13)]
    return "/* Made by ops/aspects.py. */\n" + "\n".join([*rules, *marks]) + "\n"


if __name__ == "__main__":
    TARGET.write_text(stylesheet(), "utf-8")
