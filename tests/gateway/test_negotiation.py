"""The language in which a request is answered."""

import pytest

from services.gateway.i18n.negotiation import negotiated
from tests.support.costs import costing


@pytest.mark.parametrize(
    ("cookie", "header", "locale"),
    [
        ("", "", "en_GB"),
        ("", "de", "de"),
        ("", "de-AT", "de_AT"),
        ("", "de-at,en;q=0.5", "de_AT"),
        ("", "DE-de", "de_DE"),
        ("", "en", "en_GB"),
        ("", "EN", "en_GB"),
        ("", "en-US,en;q=0.9,de;q=0.8", "en_US"),
        ("", "nl,en;q=0.3,de;q=0.7", "de"),
        ("", "de;q=0.2, en-US;q=0.9", "en_US"),
        ("", "de;q=0, en-US;q=0.1", "en_US"),
        ("", "nl-BE, pl", "en_GB"),
        ("", "fr", "fr"),
        ("", "fr-CA, en", "fr_CA"),
        ("", "pl, fr-CH;q=0.8, de;q=0.4", "fr_CH"),
        ("fr", "de", "fr"),
        ("fr", "de, fr-BE;q=0.1", "fr_BE"),
        ("", "*", "en_GB"),
        ("", "de-XX-x-private", "de"),
        ("de", "en-US,en;q=0.9", "de"),
        ("de", "en-US,de-CH;q=0.1", "de_CH"),
        ("en", "de-AT,de;q=0.9", "en_GB"),
        ("en", "en-US,de;q=0.1", "en_US"),
        ("nl", "de", "de"),
        ("../../etc", "de", "de"),
    ],
)
def test_the_cookie_then_the_browser(cookie: str, header: str, locale: str) -> None:
    """The person's choice determines the language, else the browser's preference; its region determines the date
    format."""
    assert negotiated(cookie, header) == locale


@pytest.mark.parametrize(
    "header",
    [
        "de," * 5000,
        "," * 10_000,
        ";" * 10_000,
        "x" * 10_000,
        "-" * 10_000,
        "de-" + "a-" * 5000,
        "de;q=nan",
        "de;q=" + "9" * 10_000,
        "de;q=1e999999",
        "\0\x80\udcff",
        "zz_ZZ_ZZ_ZZ@currency=<b>",
        "de_\u202e",
    ],
)
def test_a_hostile_header_costs_nothing_and_breaks_nothing(header: str) -> None:
    with costing() as cost:
        assert negotiated("", header) in ("en_GB", "de")
        assert negotiated(header, "") == "en_GB"
    assert cost.seconds < 0.1
