"""Pages of text drawn in code: different ones of a kind share their layout. And what happens to copies of a page."""

import random
import string
from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Page = Image.Image


def _words(chance: random.Random, letters: int) -> str:
    text = ""
    while len(text) < letters:
        text += "".join(chance.choices(string.ascii_lowercase, k=chance.randint(1, 10))) + " "
    return text[:letters]


def _writing(page: Page) -> Callable[[tuple[float, float], str, int, str], None]:
    draw = ImageDraw.Draw(page)
    return lambda at, text, size, ink: draw.text(at, text, font=ImageFont.load_default(size), fill=ink)


def letter(number: int) -> Page:
    chance, page = random.Random(number), Image.new("RGB", (1240, 1754), "white")
    write = _writing(page)
    write((130, 90), f"Letter {number}", 44, "black")
    for line in range(45):
        write((130, 183 + 33 * line), _words(chance, 75), 24, "#141414")
    return page


def receipt(number: int) -> Page:
    """On a table, by the same shop."""
    chance, page = random.Random(number), Image.new("RGB", (900, 1600), "#785a3c")
    ImageDraw.Draw(page).rectangle([150, 60, 750, 1540], fill="#ebe8e1")
    write = _writing(page)
    write((300, 100), "SUPERMARKT", 48, "#282828")
    for line in range(34):
        write((190, 236 + 36 * line), _words(chance, 18), 26, "#323232")
        write((620, 236 + 36 * line), f"{chance.randint(0, 99)},{chance.randint(0, 99):02}", 26, "#323232")
    return page


def slip(number: int) -> Page:
    """A short receipt, scanned small."""
    chance, page = random.Random(number), Image.new("RGB", (400, 1000), "white")
    write = _writing(page)
    write((120, 30), "SHOP GMBH", 24, "black")
    for line in range(18):
        write((20, 100 + 40 * line), _words(chance, 14), 18, "black")
        write((310, 100 + 40 * line), f"{chance.randint(1, 30)}.{chance.randint(10, 99)}", 18, "black")
    return page


def chat(number: int, dark: bool = False) -> Page:
    """A screenshot; all have the same bubbles."""
    ground, bar, mine, theirs, ink = (
        ("#0b141a", "#202c33", "#005c4b", "#202c33", "#e9edef")
        if dark
        else ("#efeae2", "#008069", "#d9fdd3", "#ffffff", "#111b21")
    )
    chance, places, page = random.Random(number), random.Random(5), Image.new("RGB", (1080, 2340), ground)
    draw, write, top = ImageDraw.Draw(page), _writing(page), 220
    draw.rectangle([0, 0, 1080, 180], fill=bar)
    while top < 2100:
        own, lines = places.random() < 0.5, places.randint(1, 4)
        left, height = 260 if own else 40, 52 * lines + 50
        draw.rounded_rectangle([left, top, left + 780, top + height], 24, fill=mine if own else theirs)
        for line in range(lines):
            write((left + 30, top + 20 + 52 * line), _words(chance, chance.randint(24, 34)), 40, ink)
        top += height + 24
    return page


def dark_chat(number: int) -> Page:
    return chat(number, dark=True)


def sheet(number: int) -> Page:
    """Ten staves of music."""
    chance, page = random.Random(number), Image.new("RGB", (1240, 1754), "white")
    draw = ImageDraw.Draw(page)
    for top in range(190, 1690, 150):
        for line in range(5):
            draw.line([100, top + 14 * line, 1140, top + 14 * line], fill="black", width=2)
        for bar in range(5):
            draw.line([100 + 260 * bar, top, 100 + 260 * bar, top + 56], fill="black", width=3)
        across = 150
        while across < 1120:
            at = top + 7 * chance.randint(-2, 9)
            draw.ellipse([across - 9, at - 7, across + 9, at + 7], fill="black")
            draw.line([across + 8, at, across + 8, at - 48], fill="black", width=3)
            across += chance.choice((34, 34, 66, 66, 100))
    return page


def saved_again(page: Page, quality: int = 30) -> Page:
    content = BytesIO()
    page.save(content, "JPEG", quality=quality)
    with Image.open(content) as copy:
        return copy.convert("RGB")


def smaller(page: Page) -> Page:
    return saved_again(page.resize((page.width * 2 // 5, page.height * 2 // 5)), 60)


def scanned_again(page: Page) -> Page:
    """A little askew and elsewhere, a little darker, with noise."""
    askew = page.rotate(0.4, Image.Resampling.BICUBIC, translate=(9, -7), fillcolor=page.getpixel((2, 2)))
    noise = Image.effect_noise(page.size, 12).convert("RGB")
    return ImageChops.add(askew.point(lambda level: level * 0.93 + 8), noise, 1, -128)


def cropped(page: Page) -> Page:
    """By 2 % at each edge."""
    across, down = page.width // 50, page.height // 50
    return page.crop((across, down, page.width - across, page.height - down))


def blurred(page: Page) -> Page:
    return page.filter(ImageFilter.GaussianBlur(2.5))


PAGES = (letter, receipt, slip, chat, dark_chat, sheet)
COPIES = (saved_again, smaller, scanned_again, cropped, blurred)
