"""What is longer, or more, than Albumen keeps: it is cut, and it is said that it was."""

from typing import Final

from msgspec.structs import replace

from services.domain.fields import LONGEST_TEXT
from services.domain.photos.keywords import LEVELS, SEPARATOR
from services.domain.photos.properties import PhotoProperty
from services.gateway.sidecars.facts import (
    LONGEST_LINE,
    LONGEST_NAME,
    MOST_KEYWORDS,
    MOST_PEOPLE,
    MOST_REGIONS,
    PictureFacts,
)
from services.knowledge.precedence import CAPTION

LONG_CAPTION: Final = "The caption is longer than 10,000 characters. What follows them was left out."
LONG_LINE: Final = (
    "A title, or another text of one line, is longer than 1,000 characters. What follows them was left out."
)
LONG_NAME: Final = (
    "A keyword, or a person’s name, is longer than 200 characters. What follows them was left out."
)
LONG_ALBUM: Final = "An album’s name is longer than 200 characters. What follows them was left out."
MANY_KEYWORDS: Final = "The photo has more than 200 keywords. The others were left out."
DEEP_KEYWORD: Final = "A keyword stands below more than 15 others. The topmost ones were left out."
MANY_PEOPLE: Final = "More than 100 people are named. The others were left out."
MANY_FACES: Final = "More than 100 faces are marked. The others were left out."


def within_limits(facts: PictureFacts) -> PictureFacts:
    """`facts`: their texts may have a character too many, and their lists an item, which stands for all that follow."""
    cut = [*_long_texts(facts), *_long_names(facts)]
    if not cut:
        return facts
    return replace(
        facts,
        description=facts.description and shortened(facts.description, LONGEST_TEXT),
        headline=facts.headline and shortened(facts.headline, LONGEST_LINE),
        properties=[_held(one) for one in facts.properties],
        keywords=shortened_names(facts.keywords, MOST_KEYWORDS),
        keyword_paths=_unique([_path(one) for one in facts.keyword_paths])[:MOST_KEYWORDS],
        people=shortened_names(facts.people, MOST_PEOPLE),
        regions=[
            replace(one, name=shortened(one.name, LONGEST_NAME)) for one in facts.regions[:MOST_REGIONS]
        ],
        unread=[*facts.unread, *cut],
    )


def _long_texts(facts: PictureFacts) -> list[str]:
    captions = [facts.description or "", *(one.value for one in facts.properties if one.name == CAPTION)]
    lines = [one.value for one in facts.properties if one.name != CAPTION]
    return _that_apply(
        {
            LONG_CAPTION: any(len(text) > LONGEST_TEXT for text in captions),
            LONG_LINE: any(len(text) > LONGEST_LINE for text in lines),
        }
    )


def _long_names(facts: PictureFacts) -> list[str]:
    levels = [path.split(SEPARATOR) for path in facts.keyword_paths]
    names = [*facts.keywords, *facts.people, *(one.name for one in facts.regions)]
    return _that_apply(
        {
            LONG_NAME: any(len(name) > LONGEST_NAME for some in (names, *levels) for name in some),
            MANY_KEYWORDS: max(len(facts.keywords), len(facts.keyword_paths)) > MOST_KEYWORDS,
            DEEP_KEYWORD: any(len(path) > LEVELS for path in levels),
            MANY_PEOPLE: len(facts.people) > MOST_PEOPLE,
            MANY_FACES: len(facts.regions) > MOST_REGIONS,
        }
    )


def _that_apply(sentences: dict[str, bool]) -> list[str]:
    return [sentence for sentence, applies in sentences.items() if applies]


def _held(value: PhotoProperty) -> PhotoProperty:
    longest = LONGEST_TEXT if value.name == CAPTION else LONGEST_LINE
    return replace(value, value=shortened(value.value, longest))


def _path(path: str) -> str:
    return SEPARATOR.join(shortened(level, LONGEST_NAME) for level in path.split(SEPARATOR)[-LEVELS:])


def shortened_names(names: list[str], most: int) -> list[str]:
    return _unique([shortened(name, LONGEST_NAME) for name in names])[:most]


def _unique(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))


def shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest].rstrip()
