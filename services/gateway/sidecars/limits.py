"""Texts that are longer than Albumen keeps: they are cut, and it is said that they were."""

from typing import Final

import msgspec

from services.domain.fields import LONGEST_TEXT
from services.domain.photos.properties import PhotoProperty
from services.gateway.sidecars.facts import LONGEST_LINE, PictureFacts
from services.knowledge.precedence import CAPTION

LONG_CAPTION: Final = "The caption is longer than 10,000 characters. What follows them was left out."
LONG_LINE: Final = (
    "A title, or another text of one line, is longer than 1,000 characters. What follows them was left out."
)


def within_limits(facts: PictureFacts) -> PictureFacts:
    """`facts`: their texts may have a character too many, which stands for all that follow."""
    cut = cuts(facts.properties, facts.description)
    if not cut:
        return facts
    return msgspec.structs.replace(
        facts,
        description=facts.description and shortened(facts.description, LONGEST_TEXT),
        headline=facts.headline and shortened(facts.headline, LONGEST_LINE),
        properties=shortened_properties(facts.properties),
        unread=[*facts.unread, *cut],
    )


def cuts(values: list[PhotoProperty], description: str | None = None) -> list[str]:
    """Which sentences there are to say."""
    captions = [description or "", *(one.value for one in values if one.name == CAPTION)]
    long = {
        LONG_CAPTION: any(len(text) > LONGEST_TEXT for text in captions),
        LONG_LINE: any(len(one.value) > LONGEST_LINE for one in values if one.name != CAPTION),
    }
    return [sentence for sentence, applies in long.items() if applies]


def shortened_properties(values: list[PhotoProperty]) -> list[PhotoProperty]:
    return [
        PhotoProperty(
            one.name, shortened(one.value, LONGEST_TEXT if one.name == CAPTION else LONGEST_LINE), one.block
        )
        for one in values
    ]


def shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest].rstrip()
