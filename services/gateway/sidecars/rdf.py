"""XMP as RDF: a picture's properties, in all notations that programs use (XMP specification, part 1, chapter 7)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

from services.gateway.sidecars import facts
from services.gateway.sidecars.facts import LARGEST, Unreadable
from services.gateway.sidecars.namespaces import RDF, XML

DEEPEST: Final = 64
"""Levels of nesting; real files have about ten."""
MOST_ELEMENTS: Final = 100_000

_SPELLINGS: Final = {"{http://ns.microsoft.com/photo/1.0}": "{http://ns.microsoft.com/photo/1.0/}"}
"""Of one namespace, as programs differ."""
_LANGUAGE: Final = f"{XML}lang"

Value: TypeAlias = "str | Element | None"
Properties: TypeAlias = Mapping[str, "str | Element"]
"""By qualified name; the first of each name wins."""


class _Bounded(TreeBuilder):
    """Rejects a file whose elements would fill the memory."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > DEEPEST or self._count > MOST_ELEMENTS:
            raise Unreadable(
                "This XMP file is nested too deeply or has too many parts.",
                "they are nested too deeply or have too many parts",
            )
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def xml_root(content: bytes) -> Element:
    """Raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable("This XMP file is larger than 4 MB.", "they are larger than 4 MB")
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.strip(b"\0 \t\r\n")
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(content)
        root = parser.close()
    except DefusedXmlException as error:
        raise Unreadable(
            "This XMP file declares entities or a document type, which is not read.",
            "they declare entities or a document type",
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable(
            "This XMP file is damaged or cut off.", "they are damaged, cut off or wrongly encoded"
        ) from error
    assert isinstance(root, Element)
    return root


def properties(content: bytes) -> Properties:
    """Raises Unreadable."""
    values: dict[str, str | Element] = {}
    blocks = list(xml_root(content).iter(f"{RDF}RDF"))
    if not blocks:
        raise Unreadable("This XMP file holds no description of a photo.")
    for description in (one for block in blocks for one in block.findall(f"{RDF}Description")):
        for key, value in description.attrib.items():
            values.setdefault(_name(key), value)
        for element in description:
            values.setdefault(_name(element.tag), element)
    return values


def _name(qualified: str) -> str:
    namespace, brace, name = qualified.rpartition("}")
    return _SPELLINGS.get(namespace + brace, namespace + brace) + name


def items(value: Value) -> Iterator[str]:
    """Of a list; a single text is a list of one."""
    if isinstance(value, str):
        yield value
    elif value is not None:
        texts = [item.text or "" for item in value.iter(f"{RDF}li")]
        yield from texts or [value.text or ""]


def structures(value: Value) -> Iterator[Element]:
    """The members of a list of structures, at any depth."""
    if isinstance(value, Element):
        yield from value.iter(f"{RDF}li")


def field(structure: Element, name: str) -> Value:
    """Of a structure: its attribute or its element, or those of the description in it."""
    for one in (structure, *structure.findall(f"{RDF}Description")):
        if name in one.attrib:
            return one.attrib[name]
        if (element := one.find(name)) is not None:
            return element
    return None


def in_default_language(value: Value) -> str | None:
    alternatives: Iterable[Element] = value.iter(f"{RDF}li") if isinstance(value, Element) else ()
    default = first(item.text for item in alternatives if item.get(_LANGUAGE, "").lower() == "x-default")
    return default or first(items(value))


def first(values: Iterable[str | None]) -> str | None:
    """The first text."""
    return next((clean for value in values if (clean := facts.text(value))), None)
