"""What the history page says."""

import re


def history_lines(page: str) -> list[str]:
    """Its sentences, newest first, without the links that stand behind them."""
    whole = re.findall(r'<span class="what">(.*?)(?: · <a |<span|</span>|<a href="/history)', page, re.DOTALL)
    return [re.sub("<[^>]*>", "", one).strip() for one in whole]
