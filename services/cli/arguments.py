"""The commands and their options."""

import argparse
from pathlib import Path


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="albumen",
        description="A photo album that runs on your own machine and knows what is in your photos.",
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--data", type=Path, metavar="DIR", help="databases and previews (default: your data folder)"
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, summary: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=summary, description=summary, parents=[common])

    for name, summary in (
        ("up", "Show the photos of some folders: starts everything and opens the browser."),
        ("gateway", "Only the gateway (pages, log, scan), for use with a message broker."),
    ):
        up = command(name, summary)
        up.add_argument(
            "photos", nargs="*", type=Path, metavar="PHOTOS", help="folders with photos; only ever read"
        )
        up.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
        up.add_argument("--port", type=int, help="port to listen on (default: 8333; 0: any free one)")
        up.add_argument("--no-browser", action="store_true", help="do not open the browser")
        up.add_argument("--no-classify", action="store_true", help="do not classify without being asked")

    command("inference", "Only a classifier, for use with a message broker; start any number.")
    command("projector", "Only the projector, for use with a message broker.")

    scan = command("scan", "Look for new, changed and vanished photos.")
    classify = command("classify", "Classify photos.")
    classify.add_argument("--model", help="which classifier (default: the active one)")
    which = classify.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="also those that it classified before")
    which.add_argument(
        "--unclassified", action="store_true", help="only those it has not classified (default)"
    )
    which.add_argument("--album", metavar="ALBUM", help="those of an album, given by name or id")
    which.add_argument("--search", metavar="TEXT", help="those that a search finds")
    which.add_argument("--retry-failed", action="store_true", help="those that could not be classified")
    jobs = command("jobs", "List the jobs, or pause, resume, cancel or retry one.")
    jobs.add_argument(
        "action", nargs="?", choices=("list", "pause", "resume", "cancel", "retry"), default="list"
    )
    jobs.add_argument("id", nargs="?", metavar="ID", help="of the job, as the list shows it")
    albums = command("albums", "List the albums.")
    models = command("models", "List the classifiers; fetch, add, activate or compare them.")
    replay = command("replay", "Throw the read tables away and rebuild them from the log.")
    migrate = command("migrate", "Bring the databases to this version's schema.")
    _actions(models)
    for sub in (scan, classify, jobs, albums, models, replay, migrate):
        sub.add_argument("--json", action="store_true", help="print JSON, for scripts")
    bench = command("bench", "Measure the speed of this machine and this program.")
    bench.add_argument("names", nargs="*", metavar="NAME", help="which benchmarks (default: all)")
    bench.add_argument(
        "--smoke",
        action="store_true",
        help="only see that each still runs: seconds, and figures that say nothing",
    )
    bench.add_argument("--json", action="store_true", help="print JSON, for scripts")
    return top


def _actions(models: argparse.ArgumentParser) -> None:
    """Of `albumen models`; without one they are listed."""
    models.set_defaults(action=None)
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--data", type=Path, metavar="DIR", help="as above")
    actions = models.add_subparsers(dest="action", metavar="ACTION")

    def action(name: str, summary: str) -> argparse.ArgumentParser:
        return actions.add_parser(name, help=summary, description=summary, parents=[common])

    fetch = action(
        "fetch", "Download the weights of a network that Keras publishes, or take them from a file."
    )
    fetch.add_argument("name", metavar="NAME", help="such as efficientnet-b0 or efficientnetv2-s")
    fetch.add_argument(
        "--from", dest="source", type=Path, metavar="FILE", help="take this file, download nothing"
    )
    add = action("add", "Add a classifier of your own.")
    add.add_argument("file", type=Path, metavar="FILE", help="a .keras file, or the folder of a SavedModel")
    add.add_argument(
        "--labels",
        type=Path,
        required=True,
        metavar="FILE",
        help="a label a line, in the order of its outputs; or the word imagenet",
    )
    add.add_argument("--name", help="what to call it (default: the file's name)")
    add.add_argument(
        "--size", type=int, metavar="N", help="side of its pictures, where the file does not say"
    )
    add.add_argument("--background", action="store_true", help="its first output is none of the labels")
    add.add_argument(
        "--range", choices=("0..255", "0..1", "-1..1"), help="of the pixels, where the file does not say"
    )
    activate = action("activate", "Let the categories come from a model.")
    activate.add_argument("name", metavar="NAME")
    compare = action("compare", "Say where two models agree.")
    compare.add_argument("a", metavar="A")
    compare.add_argument("b", metavar="B")
    compare.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print JSON, for scripts"
    )
