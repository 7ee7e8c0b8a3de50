"""The actions of `albumen models` and their options."""

import argparse
from pathlib import Path


def add_actions(models: argparse.ArgumentParser) -> None:
    """The actions of `albumen models`; without one, it lists the models."""
    models.set_defaults(action=None)
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--data", type=Path, metavar="DIR", help="databases and previews")
    actions = models.add_subparsers(dest="action", metavar="ACTION")

    def action(name: str, summary: str) -> argparse.ArgumentParser:
        return actions.add_parser(name, help=summary, description=summary, parents=[common])

    fetch = action(
        "fetch",
        "Download the weights of a network published by Keras, or take them, or a words model, from elsewhere.",
    )
    fetch.add_argument(
        "name", metavar="NAME", help="such as efficientnet-b0 or efficientnetv2-s; of a words model, any"
    )
    fetch.add_argument(
        "--from",
        dest="source",
        metavar="FILE",
        help="use this file instead of downloading; or the folder or URL of a words model",
    )
    fetch.add_argument(
        "--sha256",
        metavar="DIGEST",
        help="of the description (words.json) of a words model; a download needs it",
    )
    add = action("add", "Add a classifier of your own.")
    add.add_argument("file", type=Path, metavar="FILE", help="a .keras file, or the folder of a SavedModel")
    add.add_argument(
        "--labels",
        type=Path,
        required=True,
        metavar="FILE",
        help="file with one label per line, in the order of the outputs; or the word imagenet",
    )
    add.add_argument("--name", help="name of the model (default: the file's name)")
    add.add_argument("--size", type=int, metavar="N", help="input size in pixels, if the file does not say")
    add.add_argument("--background", action="store_true", help="the first output is a background class")
    add.add_argument(
        "--range", choices=("0..255", "0..1", "-1..1"), help="range of pixel values, if the file does not say"
    )
    activate = action("activate", "Use the categories of a model.")
    activate.add_argument("name", metavar="NAME")
    activate.add_argument(
        "--now",
        action="store_true",
        help="even if it has not classified all photos yet; the others are in no category until then",
    )
    compare = action("compare", "Show where two models agree.")
    compare.add_argument("a", metavar="A")
    compare.add_argument("b", metavar="B")
    compare.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print JSON, for scripts"
    )
