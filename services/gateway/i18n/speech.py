"""Turns sentences, which are created as values, into text in the reader's language."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.domain import words
from services.gateway.i18n.builtin_names import named, reason
from services.gateway.i18n.language import _, messages
from services.gateway.i18n.wording import count, date_name, month_name, percent, photos
from services.kernel.sentence import Explained, Plural, Sentence, Series, Verbatim
from services.knowledge.stated import YEAR

Names = Mapping[str, str]
"""Category, album or model id -> name."""


def spoken(speech: object, names: Names = {}) -> str:
    """The text of a sentence, or of a value in one."""
    speak = _SPEAKERS.get(type(speech))
    return speak(speech, names) if speak else str(speech)


def explanation(error: Explained) -> str:
    """The text of the error's sentence."""
    return spoken(error.sentence)


def _sentence(sentence: Sentence, names: Names) -> str:
    return _(sentence.text, **{name: spoken(value, names) for name, value in sentence.values.items()})


def _plural(sentence: Plural, names: Names) -> str:
    values = {name: spoken(value, names) for name, value in sentence.values.items()}
    return messages(sentence.text, sentence.many, sentence.num) % {"num": count(sentence.num), **values}


def _category(category: words.CategoryName, names: Names) -> str:
    name = names.get(category.category_id)
    return _("a deleted category") if name is None else _("“%(name)s”", name=named(name))


def _album(album: words.AlbumName, names: Names) -> str:
    name = names.get(album.album_id)
    return _("the album") if name is None else _("“%(name)s”", name=name)


def _categories(categories: words.CategoryNames, names: Names) -> str:
    return ", ".join(_category(words.CategoryName(one), names) for one in categories.category_ids)


_SPEAKERS: Final[Mapping[type, Callable[[Any, Names], str]]] = {
    Sentence: _sentence,
    Plural: _plural,
    Series: lambda series, names: ", ".join(spoken(part, names) for part in series.parts),
    Verbatim: lambda verbatim, _names: verbatim.text,
    words.Photos: lambda value, _names: photos(value.number),
    words.Number: lambda value, _names: count(value.number),
    words.Percent: lambda value, _names: percent(value.share),
    words.Moment: lambda value, _names: date_name(value.iso),
    words.Day: lambda value, _names: value.iso if len(value.iso) == YEAR else month_name(value.iso),
    words.CategoryName: _category,
    words.CategoryNames: _categories,
    words.AlbumName: _album,
    words.ModelName: lambda model, names: names.get(model.model_id, model.model_id),
    words.StoredReason: lambda value, _names: reason(value.text),
}
