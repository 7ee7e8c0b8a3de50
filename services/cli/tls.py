"""TLS: a certificate that the person has, or one that Albumen makes for itself, known by its fingerprint.

`openssl`, which every system with a browser has or gets from its package manager, makes the certificate. Browsers warn
of one that nobody has signed, once for each device; then they compare it with the one they know.
"""

import hashlib
import shutil
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

from services.cli import addresses
from services.cli.errors import Unusable
from services.gateway.access import private
from services.kernel.settings import Settings

DAYS: Final = 825
"""Apple's systems accept no longer ones: https://support.apple.com/en-us/103769"""
RENEW_S: Final = 30 * 86_400
TIMEOUT_S: Final = 60.0


class Certificate(NamedTuple):
    certificate: Path
    key: Path
    own: bool
    """Made by Albumen."""

    @property
    def pem(self) -> str:
        """The certificate itself, without those that signed it. Raises Unusable."""
        try:
            text = self.certificate.read_text("ascii")
            end = ssl.PEM_FOOTER
            first = text[text.index(ssl.PEM_HEADER) : text.index(end) + len(end)]
            ssl.PEM_cert_to_DER_cert(first)
        except (OSError, ValueError) as error:
            raise Unusable(
                f"{self.certificate} is not a readable certificate in PEM format ({error})."
            ) from error
        return first + "\n"

    @property
    def fingerprint(self) -> str:
        """SHA-256, as browsers show it. Raises Unusable."""
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.pem)).digest().hex(":").upper()


def certificate_of(settings: Settings) -> Certificate | None:
    """The one to serve with; made if it has to be. None without TLS. Raises Unusable."""
    if settings.tls_certificate:
        served = Certificate(
            settings.tls_certificate, settings.tls_key or settings.tls_certificate, own=False
        )
    elif settings.tls:
        folder = settings.data / "tls"
        served = Certificate(folder / "certificate.pem", folder / "key.pem", own=True)
        if not _lasts(served.certificate) or not served.key.exists():
            _make(served)
    else:
        return None
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(served.certificate, served.key, lambda: "")
    except (OSError, ValueError) as error:
        raise Unusable(
            f"The certificate {served.certificate} with the key {served.key} can’t be used ({error})."
        ) from error
    return served


def pinned(pem: str) -> ssl.SSLContext:
    """For our own programs: trusts exactly this certificate, whatever name it is for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=pem)
    return context


def _openssl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Raises Unusable."""
    program = shutil.which("openssl")
    if program is None:
        raise Unusable(
            "To create a certificate, Albumen needs the program openssl. Install it, or give your own certificate "
            "with --tls-certificate FILE --tls-key FILE."
        )
    return subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=TIMEOUT_S
    )


def _lasts(certificate: Path) -> bool:
    """Whether there is one that is valid for another month. Raises Unusable."""
    if not certificate.exists():
        return False
    return not _openssl("x509", "-in", certificate, "-noout", "-checkend", str(RENEW_S)).returncode


def _make(new: Certificate) -> None:
    """Raises Unusable."""
    folder = new.certificate.parent
    folder.mkdir(mode=private.FOLDER_MODE, parents=True, exist_ok=True)
    key, certificate = folder / "new-key.pem", folder / "new-certificate.pem"
    machine = socket.gethostname()
    names = [f"DNS:{name}" for name in ("localhost", machine, f"{machine}.local")]
    ips = [f"IP:{ip}" for ip in dict.fromkeys(("127.0.0.1", "::1", addresses.outward("0.0.0.0")))]  # noqa: S104
    result = _openssl(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-keyout", key, "-out", certificate, "-days", str(DAYS), "-subj", "/CN=Albumen"),
        *("-addext", f"subjectAltName={','.join([*names, *ips])}", "-addext", "extendedKeyUsage=serverAuth"),
    )
    if result.returncode:
        raise Unusable(f"openssl could not create a certificate: {result.stderr.strip().splitlines()[-1:]}")
    key.chmod(private.FILE_MODE)
    key.replace(new.key)
    certificate.replace(new.certificate)
