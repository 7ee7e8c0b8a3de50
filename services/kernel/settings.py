"""Settings: from `albumen.toml` in the data folder, overridden by the environment, overridden by the command line.
`docs/reference.md` lists all of them."""

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import platformdirs

from services.kernel import settings_file


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    data: Path
    """ALBUMEN_DATA: databases and previews. Default: the platform's data folder."""
    previews: Path
    """ALBUMEN_PREVIEWS: previews, if not under the data folder."""
    photos: tuple[Path, ...] = ()
    """ALBUMEN_PHOTOS: folders with photos, separated like PATH. Only ever read."""
    broker: str | None = None
    """ALBUMEN_BROKER: amqp://… or amqps://…; without it the services run as one process tree."""
    broker_password: Path | None = None
    """ALBUMEN_BROKER_PASSWORD_FILE: a file with the broker's password, so that it is in nobody's environment."""
    host: str = "127.0.0.1"
    """ALBUMEN_HOST"""
    port: int = 8333
    """ALBUMEN_PORT"""
    allowed_hosts: tuple[str, ...] = ()
    """ALBUMEN_ALLOWED_HOSTS: further values of the Host header to accept, separated by commas."""
    trusted_network: bool = False
    """ALBUMEN_TRUSTED_NETWORK: 1 where something else keeps strangers away from the port, so that no password is needed
    beyond loopback: compose.yaml publishes the container's port on loopback alone."""
    tls: bool = False
    """ALBUMEN_TLS: 1 for https, with a certificate that Albumen makes (`DATA/tls`), unless one is given."""
    tls_certificate: Path | None = None
    """ALBUMEN_TLS_CERTIFICATE: a certificate in PEM format, followed by those that signed it."""
    tls_key: Path | None = None
    """ALBUMEN_TLS_KEY: its private key, if that is in another file."""
    workers: int = 0
    """ALBUMEN_WORKERS: processes that decode photos during a scan; 0: one per core."""
    batch: int = 32
    """ALBUMEN_BATCH: photos per call of the network."""
    model: str = "efficientnet-lite0"
    """ALBUMEN_MODEL: the model to activate when none is active."""
    detect: bool = True
    """ALBUMEN_DETECT: 0 if nothing looks for people and things once photos are classified."""
    warm_up: bool = True
    """ALBUMEN_WARM_UP: 0 if a classifier loads its network with the first job rather than when it starts."""
    large_mb: int = 2000
    """ALBUMEN_LARGE_MB: megabytes of the data folder to use for larger versions of viewed photos and for videos of
    shared albums."""
    rescan: int = 60
    """ALBUMEN_RESCAN: minutes between full rescans, whether anything changed or not; 0: never."""
    second_backups: Path | None = None
    """ALBUMEN_BACKUPS: a second folder for the daily backups, best on another disk; the first is in the data folder."""
    webhook: str | None = None
    """ALBUMEN_WEBHOOK: http(s)://… on this computer or the local network, to which events are sent."""
    webhook_events: tuple[str, ...] = ()
    """ALBUMEN_WEBHOOK_EVENTS: which, separated by commas; none: all."""
    webhook_secret: Path | None = None
    """ALBUMEN_WEBHOOK_SECRET_FILE: a file with the secret that they are signed with."""
    traces: str | None = None
    """ALBUMEN_TRACES: http(s)://… on this computer or the local network: a collector that gets OpenTelemetry traces."""
    gateway: str | None = None
    """ALBUMEN_GATEWAY: http(s)://…, from which a classifier on another computer fetches previews, and to which a
    scanner brings them."""
    gateway_token: Path | None = None
    """ALBUMEN_GATEWAY_TOKEN_FILE: a file with the token that it shows there."""
    heartbeat: Path | None = None
    """ALBUMEN_HEARTBEAT: a file that inference, projector and scanner touch every few seconds."""
    log_format: str = "console"
    """ALBUMEN_LOG: `console` or `json`."""
    log_level: str = "info"
    """ALBUMEN_LOG_LEVEL: the lowest level of our own messages to show: debug, info, warning or error."""

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine reaches the gateway. A name other than localhost may lead anywhere."""
        try:
            return ipaddress.ip_address(self.host.partition("%")[0]).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"

    @property
    def serves_tls(self) -> bool:
        return self.tls or self.tls_certificate is not None

    @property
    def events_db(self) -> Path:
        return self.data / "events.db"

    @property
    def views(self) -> Path:
        return self.data / "views"

    @property
    def models(self) -> Path:
        """Fetched and added models; the embedded ones are in packages."""
        return self.data / "models"

    @property
    def backups(self) -> Path:
        return self.data / "backups"

    @property
    def run(self) -> Path:
        return self.data / "run"


_OTHERWISE: Final = {
    "broker_password": "ALBUMEN_BROKER_PASSWORD_FILE",
    "second_backups": "ALBUMEN_BACKUPS",
    "webhook_secret": "ALBUMEN_WEBHOOK_SECRET_FILE",
    "gateway_token": "ALBUMEN_GATEWAY_TOKEN_FILE",
    "log_format": "ALBUMEN_LOG",
}
"""Variables that aren't called as their field."""
_KINDS: Final = {
    _OTHERWISE.get(field.name, f"ALBUMEN_{field.name.upper()}"): field.type
    for field in msgspec.structs.fields(Settings)
}
"""Variable -> type of its field, in the order of the fields."""


def from_environment(env: Mapping[str, str] = os.environ, data: Path | None = None) -> Settings:
    """What a variable says, even if it is empty, counts before the file. Raises ValueError, naming the variable or the
    file's key, for an unusable value."""
    folder = data or Path(env.get("ALBUMEN_DATA") or platformdirs.user_data_dir("albumen", appauthor=False))
    folder = folder.expanduser().absolute()
    kinds = {name: kind for name, kind in _KINDS.items() if name != "ALBUMEN_DATA"}  # the file lies there
    env = {**settings_file.variables(folder, kinds), **env}
    numbers = {}
    for field in ("port", "workers", "batch", "large_mb", "rescan"):
        name = f"ALBUMEN_{field.upper()}"
        if env.get(name):
            try:
                numbers[field] = int(env[name])
            except ValueError:
                raise ValueError(f"{name} must be a whole number, not {env[name]!r}.") from None
    texts = {f: env[f"ALBUMEN_{f.upper()}"] for f in ("host", "model") if env.get(f"ALBUMEN_{f.upper()}")}
    return Settings(
        data=folder,
        previews=Path(env.get("ALBUMEN_PREVIEWS") or folder / "previews").absolute(),
        photos=tuple(Path(p).absolute() for p in env.get("ALBUMEN_PHOTOS", "").split(os.pathsep) if p),
        broker=_text(env, "ALBUMEN_BROKER"),
        broker_password=_path(env, "ALBUMEN_BROKER_PASSWORD_FILE"),
        allowed_hosts=_listed(env.get("ALBUMEN_ALLOWED_HOSTS", "")),
        trusted_network=_one_of(env, "ALBUMEN_TRUSTED_NETWORK", ("0", "1")) == "1",
        tls=_one_of(env, "ALBUMEN_TLS", ("0", "1")) == "1",
        tls_certificate=_path(env, "ALBUMEN_TLS_CERTIFICATE"),
        tls_key=_path(env, "ALBUMEN_TLS_KEY"),
        detect=_one_of(env, "ALBUMEN_DETECT", ("1", "0")) == "1",
        warm_up=_one_of(env, "ALBUMEN_WARM_UP", ("1", "0")) == "1",
        second_backups=_path(env, "ALBUMEN_BACKUPS"),
        webhook=_text(env, "ALBUMEN_WEBHOOK"),
        webhook_events=_listed(env.get("ALBUMEN_WEBHOOK_EVENTS", "")),
        webhook_secret=_path(env, "ALBUMEN_WEBHOOK_SECRET_FILE"),
        traces=_text(env, "ALBUMEN_TRACES"),
        gateway=_text(env, "ALBUMEN_GATEWAY"),
        gateway_token=_path(env, "ALBUMEN_GATEWAY_TOKEN_FILE"),
        heartbeat=_path(env, "ALBUMEN_HEARTBEAT"),
        log_format=_one_of(env, "ALBUMEN_LOG", ("console", "json")),
        log_level=_one_of(env, "ALBUMEN_LOG_LEVEL", ("info", "debug", "warning", "error")),
        **numbers,  # type: ignore[arg-type]
        **texts,  # type: ignore[arg-type]
    )


def _listed(text: str) -> tuple[str, ...]:
    """The parts between commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _text(env: Mapping[str, str], name: str) -> str | None:
    return env.get(name) or None


def _path(env: Mapping[str, str], name: str) -> Path | None:
    return Path(env[name]).absolute() if env.get(name) else None


def _one_of(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """The first choice is the default. Raises ValueError."""
    value = env.get(name) or choices[0]
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def to_environment(settings: Settings) -> dict[str, str]:
    """Environment variables that give a child process the same settings, all of them."""
    return dict(zip(_KINDS, map(_variable, msgspec.structs.astuple(settings)), strict=True))


def _variable(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(int(value))
        case [Path(), *_]:
            return os.pathsep.join(map(str, value))
        case tuple():
            return ",".join(value)
        case _:
            return str(value)
