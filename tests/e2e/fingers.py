"""What a finger does on a photo."""

from typing import Final

from playwright.async_api import Page

DRAWN: Final = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"


async def grown(page: Page) -> None:
    """The photo has its full size: until then PhotoSwipe hears no finger, and hides the slides beside it."""
    await page.wait_for_function(
        "[...document.querySelectorAll('.pswp__item')].filter((one) => one.style.display === 'block').length === 3"
        " && document.getAnimations().every((one) => !(one instanceof CSSTransition))"
    )
    await page.evaluate(DRAWN)


async def swipe(page: Page, *steps: int) -> None:
    """Along these x. Each step is drawn before the next, as it is for a hand: PhotoSwipe moves the photo once a frame.
    The first comes at once, because a finger that rests where it was put is a long press."""
    touch = await page.context.new_cdp_session(page)
    await touch.send(
        "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": steps[0], "y": 420}]}
    )
    for x in steps[1:]:
        await touch.send(
            "Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": 420}]}
        )
        await page.evaluate(DRAWN)
    await touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
