"""Browser tabs that serve one test after another: a tab with a process of its own and nothing in its cache takes twice
the processor time of one that was there before.

Nothing in a test shows it: `new_context` gives what it always gave, `close` empties it and keeps it.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Error, Page, Route

MOST: Final = 4
"""Tabs that are kept at a time: each takes 100 MB."""
EMPTY: Final = "/healthz"
"""A page of the same host without scripts."""
ROUTED: Final = f"{EMPTY}?routed"
ROUTED_STATUS: Final = 299
"""Which no server gives."""
CONTEXTS: Final = ("new_cdp_session", "grant_permissions", "set_offline", "set_geolocation", "expose_binding")
PAGES: Final = ("add_init_script", "emulate_media", "expose_function", "expose_binding")
CLOCKS: Final = ("install", "set_fixed_time", "set_system_time")
"""What nothing undoes, or not in every case: a tab on which one of these is called serves no further test."""

_new_context: Final = Browser.new_context


def instead(of: object, **calls: Callable[..., Any]) -> None:
    """Replace methods of one object."""
    for name, call in calls.items():
        setattr(of, name, call)


async def _answered(route: Route) -> None:
    await route.fulfill(status=ROUTED_STATUS)


class Tab:
    """A context with one page."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context, self._page = context, page
        self._size = page.viewport_size
        self._lasting, self._listeners = False, list[tuple[str, Callable[..., Any]]]()
        self._new_page, self._lent, self._on, self._route = context.new_page, False, page.on, page.route
        for one, names in ((context, CONTEXTS), (page, PAGES), (page.clock, CLOCKS)):
            for name in names:
                setattr(one, name, self._noted(getattr(one, name)))
        instead(page, on=self._listening, route=self._routed)
        instead(context, new_page=self._page_for_test)

    def _noted(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def noted(*arguments: Any, **options: Any) -> Any:
            self._lasting = True
            return await call(*arguments, **options)

        return noted

    def _listening(self, event: Any, listener: Callable[..., Any]) -> None:
        self._listeners.append((event, listener))
        self._on(event, listener)

    async def _routed(self, url: Any, handler: Any, **options: Any) -> None:
        """Until what the page asks for is routed, too: Chromium says that it is while the page still asks directly."""
        await self._route(url, handler, **options)
        if urlsplit(self._page.url).scheme.startswith("http"):
            await self._route(f"**{ROUTED}", _answered)
            while (
                await self._page.evaluate("path => fetch(path).then(({status}) => status)", ROUTED)
                != ROUTED_STATUS
            ):
                pass
            await self._page.unroute(f"**{ROUTED}", _answered)

    async def _page_for_test(self) -> Page:
        if self._lent:
            return await self._new_page()
        self._lent = True
        return self._page

    async def emptied(self) -> bool:
        """Make it as new; whether that was possible."""
        page = self._page
        if self._lasting or page.is_closed():
            return False
        for event, listener in self._listeners:
            page.remove_listener(event, listener)
        self._listeners.clear()
        self._lent = False
        host = urlsplit(page.url)
        try:
            await page.unroute_all(behavior="ignoreErrors")
            await self.context.unroute_all(behavior="ignoreErrors")
            for other in self.context.pages:
                if other is not page:
                    await other.close()
            if host.netloc:
                answer = await page.goto(f"{host.scheme}://{host.netloc}{EMPTY}", timeout=5000)
                if answer is None or not answer.ok:
                    return False
                await page.evaluate("() => { sessionStorage.clear(); localStorage.clear(); }")
            await self.context.clear_cookies()
            await page.mouse.move(-10, -10)
            if self._size and page.viewport_size != self._size:
                await page.set_viewport_size(self._size)
        except Error:
            return False
        return True


class Tabs:
    """Of one browser after the other."""

    def __init__(self, prepare: Callable[[BrowserContext], Awaitable[None]]) -> None:
        """`prepare`: what is done with each context once it has been made."""
        self._prepare = prepare
        self._browser: Browser | None = None
        self._idle: dict[str, Tab] = {}
        self._used: dict[BrowserContext, tuple[str, Tab]] = {}

    async def new_context(self, browser: Browser, **options: Any) -> BrowserContext:
        """One with these options, as new. Without a service worker, unless a test is about it: while one starts,
        Playwright misses requests of the page."""
        if "service_workers" in options:
            context = await _new_context(browser, **options)
            await self._prepare(context)
            return context
        if browser is not self._browser:
            self._browser, self._idle, self._used = browser, {}, {}
        key = json.dumps(options, sort_keys=True)
        tab = self._idle.pop(key, None)
        if tab is None:
            context = await _new_context(browser, service_workers="block", **options)
            await self._prepare(context)
            tab = Tab(context, await context.new_page())
            instead(context, close=self._close(context))
        self._used[tab.context] = key, tab
        return tab.context

    def _close(self, context: BrowserContext) -> Callable[[], Awaitable[None]]:
        async def close() -> None:
            if context not in self._used:
                return
            key, tab = self._used.pop(context)
            if key in self._idle or not await tab.emptied():
                await BrowserContext.close(context)
                return
            self._idle[key] = tab
            if len(self._idle) > MOST:
                await BrowserContext.close(self._idle.pop(next(iter(self._idle))).context)

        return close

    async def end(self, browser: Browser, failed: bool) -> None:
        """Close for good what a test has left open; all, if it failed: then nobody knows in what state they are."""
        if failed:
            self._idle.clear()
        idle = [tab.context for tab in self._idle.values()]
        for context in browser.contexts:
            if context not in idle:
                self._used.pop(context, None)
                await BrowserContext.close(context)
