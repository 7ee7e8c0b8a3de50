"""The commands and their options."""

import argparse
from pathlib import Path
from typing import Final

from services.cli.arguments_of_models import add_actions
from services.cli.suggestions import Parser
from services.kernel.version import VERSION

SHELLS: Final = ("bash", "zsh", "fish", "tcsh")
"""Those that commands can be completed in (`completion`)."""
_EXAMPLES: Final = """\
examples:
  albumen up ~/Pictures                     show these photos; the browser opens
  albumen up ~/Pictures takeout.zip         … and those in an archive
  albumen search dog summer 2019            list the files that match a search
  albumen classify --album "Our garden"     classify an album's photos
  albumen jobs pause ID                     pause a job that albumen jobs lists
  albumen backup /mnt/disk                  copy the log to another disk

in a checkout there are also:
  ./albumen setup                           install what Albumen needs, without starting it
  ./albumen test                            run every check
  ./albumen build                           make the wheel that pipx and uv install

albumen COMMAND --help explains a command."""


def parser() -> Parser:
    top = Parser(
        prog="albumen",
        description="A photo album that runs on your own machine and knows what is in your photos.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"Albumen {VERSION}")
    common = Parser(add_help=False)
    common.add_argument(
        "--data", type=Path, metavar="DIR", help="databases and previews (default: your data folder)"
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, summary: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=summary, description=summary, parents=[common])

    for name, summary in (
        ("up", "Show the photos in some folders: start everything and open the browser."),
        ("gateway", "Run only the gateway (pages, log, scans), for use with a message broker."),
    ):
        up = command(name, summary)
        up.add_argument(
            "photos",
            nargs="*",
            type=Path,
            metavar="PHOTOS",
            help="folders with photos, or archives (.zip, .tar, .tgz); never written to",
        )
        up.add_argument(
            "--backups",
            type=Path,
            metavar="DIR",
            help="a second folder for the daily backups, best on another disk",
        )
        _add_serving(up)
        if name == "up":
            up.add_argument(
                "--verbose", action="store_true", help="log to the terminal rather than to a file"
            )
        else:
            up.set_defaults(verbose=True)
        up.add_argument(
            "--no-classify", action="store_true", help="classify only on request; the network is loaded then"
        )
        way = up.add_mutually_exclusive_group()
        way.add_argument(
            "--begin-anew",
            dest="way",
            action="store_const",
            const="begin-anew",
            help="move the log and the tables aside and start with an empty library",
        )
        way.add_argument(
            "--accept-log",
            dest="way",
            action="store_const",
            const="accept",
            help="continue with a log that is shorter than it was, or a different one",
        )

    reader = command("reader", "Show a copy of the library of another Albumen, and follow it.")
    reader.add_argument(
        "--from", dest="origin", metavar="ADDRESS", help="of its gateway, such as https://album.example:8333"
    )
    reader.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help="a file with a token of that library, if it has a password",
    )
    _add_serving(reader)
    reader.add_argument("--verbose", action="store_true", help="log to the terminal rather than to a file")
    reader.add_argument(
        "--begin-anew",
        dest="way",
        action="store_const",
        const="begin-anew",
        help="move the copy aside and copy the library from its beginning",
    )
    command("inference", "Run only a classifier, for use with a message broker; start any number.")
    command("projector", "Run only the projector, for use with a message broker.")
    scanner = command("scanner", "Read photos for a gateway elsewhere that has a message broker.")
    scanner.add_argument(
        "photos",
        nargs="*",
        type=Path,
        metavar="PHOTOS",
        help="folders with photos, which have the same paths there; no others are read",
    )
    scanner.add_argument(
        "--map",
        dest="elsewhere",
        action="append",
        default=[],
        metavar="THERE=HERE",
        help="a folder that has another path there; may be repeated",
    )

    install = command("install", "Run Albumen from each login on, as a service of systemd or launchd.")
    install.add_argument("photos", nargs="*", type=Path, metavar="PHOTOS", help="as of albumen up")
    command("uninstall", "Take that service away again; data and photos stay.")
    completion = command("completion", "Print what makes your shell complete Albumen's commands.")
    completion.add_argument("shell", choices=SHELLS, metavar="SHELL", help="bash, zsh, fish or tcsh")
    command("open", "Open the browser at the running Albumen.")
    status = command("status", "Show whether Albumen is running, what it is doing, and what is wrong.")
    search = command("search", "List the files of the photos that match a search, one per line.")
    search.add_argument(
        "words", nargs="+", metavar="TEXT", help="as on the page: dog, summer 2019, is:favorite, …"
    )
    search.add_argument("--limit", type=int, metavar="N", help="at most N photos, newest first")
    search.add_argument(
        "--null",
        action="store_true",
        help="end each path with a zero byte instead of a new line, for xargs -0",
    )
    scan = command("scan", "Scan for new, changed and missing photos.")
    scan.add_argument("--again", action="store_true", help="read all photos again, even unchanged ones")
    classify = command("classify", "Classify photos.")
    classify.add_argument("--model", help="which classifier (default: the active one)")
    which = classify.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="all photos, even those it has classified")
    which.add_argument("--unclassified", action="store_true", help="photos it has not classified (default)")
    which.add_argument("--album", metavar="ALBUM", help="the photos of an album (name or id)")
    which.add_argument("--search", metavar="TEXT", help="the photos that match a search")
    which.add_argument("--retry-failed", action="store_true", help="photos that could not be classified")
    importing = command("import", "Import what another program knows about your photos; it can be undone.")
    importing.add_argument(
        "source",
        nargs="?",
        type=Path,
        metavar="FILE|DIR",
        help="a file of the other program, or a folder with such files",
    )
    importing.add_argument("--undo", metavar="ID", help="undo an import; ID: as printed, or as in jobs")
    jobs = command("jobs", "List the jobs, or pause, resume, cancel or retry one.")
    jobs.add_argument(
        "action", nargs="?", choices=("list", "pause", "resume", "cancel", "retry"), default="list"
    )
    jobs.add_argument(
        "id", nargs="?", metavar="ID", help="id of the job, as listed, or how it begins or ends"
    )
    missing = command("missing", "List folders with very many missing photos, or say whether they are gone.")
    missing.add_argument("action", nargs="?", choices=("list", "gone", "away"), default="list")
    missing.add_argument(
        "which",
        nargs="?",
        metavar="FOLDER",
        help="which one, if there are several; or a question's id, as listed",
    )
    albums = command("albums", "List the albums.")
    models = command("models", "List the classifiers; fetch, add, activate or compare them.")
    password = command("password", "Set or change the password, which browsers are asked for; or remove it.")
    password.add_argument("--remove", action="store_true", help="let in everyone who uses this computer")
    password.add_argument(
        "--stdin", action="store_true", help="read the new password from standard input, as one line"
    )
    token = command("token", "List the access tokens of programs; create or revoke one.")
    token.add_argument("action", nargs="?", choices=("list", "create", "revoke"), default="list")
    token.add_argument("which", nargs="?", metavar="NAME", help="name of the new token; or an id, as listed")
    token.add_argument(
        "--role", choices=("worker", "viewer", "owner"), default="viewer", help="what it opens"
    )
    export = command(
        "export", "Write what is known about the photos to files: XMP sidecars, and lists in JSON."
    )
    export.add_argument(
        "dest", type=Path, metavar="DEST", help="folder for the files, outside the photo folders"
    )
    export.add_argument(
        "--beside",
        action="store_true",
        help="write the sidecars beside the photos; those of other programs stay as they are",
    )
    replay = command("replay", "Delete the read tables and rebuild them from the log.")
    migrate = command("migrate", "Upgrade the databases to this version's schema.")
    backup = command(
        "backup", "Copy the log to a safe place and check the copy, whether Albumen is running or not."
    )
    backup.add_argument(
        "dest", nargs="?", type=Path, metavar="DEST", help="folder for the copy (default: backups in --data)"
    )
    backup.add_argument("--previews", action="store_true", help="copy the previews as well")
    restore = command("restore", "Put a backup in place of the log; what is there now is moved aside.")
    restore.add_argument(
        "source",
        nargs="?",
        type=Path,
        metavar="FROM",
        help="a backup, or a folder of them: the newest intact one (default: backups in --data)",
    )
    doctor = command("doctor", "Check every entry of the log, and say what to do about any that is wrong.")
    doctor.add_argument(
        "--recover",
        action="store_true",
        help="replace a damaged log with a new one of all entries that can still be read; the old one is kept",
    )
    forget = command(
        "forget", "Forget photos for good: the log is rewritten without them. Stop Albumen first."
    )
    forget.add_argument("images", nargs="*", metavar="IMAGE", help="id of a photo, or path of its file")
    forget.add_argument("--finish", action="store_true", help="delete the old log")
    forget.add_argument(
        "--everywhere",
        action="store_true",
        help="with --finish: also delete backups that still hold the photos",
    )
    forget.add_argument(
        "--backups", type=Path, metavar="DIR", help="the second folder with backups, as given to albumen up"
    )
    add_actions(models)
    bench = command("bench", "Measure how fast Albumen is on this machine.")
    bench.add_argument("names", nargs="*", metavar="NAME", help="which benchmarks (default: all)")
    bench.add_argument(
        "--smoke",
        action="store_true",
        help="only check that each still runs; takes seconds, and the figures mean nothing",
    )
    for sub in (
        *(
            status,
            search,
            scan,
            classify,
            importing,
            jobs,
            missing,
            albums,
            models,
            token,
            export,
            replay,
            migrate,
        ),
        *(backup, restore, forget, doctor, bench),
    ):
        sub.add_argument("--json", action="store_true", help="print JSON, for scripts")
    return top


def _add_serving(command: argparse.ArgumentParser) -> None:
    """The options of commands that serve pages."""
    command.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    command.add_argument("--port", type=int, help="port to listen on (default: 8333; 0: any free one)")
    command.add_argument(
        "--tls", action="store_true", default=None, help="https, with a certificate that is made"
    )
    command.add_argument(
        "--tls-certificate", type=Path, metavar="FILE", help="https, with this certificate (PEM)"
    )
    command.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key, if in another file")
    command.add_argument("--no-browser", action="store_true", help="do not open the browser")
