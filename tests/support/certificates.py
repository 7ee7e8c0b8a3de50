"""Certificates for tests, made by the command of OpenSSL."""

import subprocess
from pathlib import Path


def self_signed(certificate: Path, key: Path, name: str = "127.0.0.1", address: str | None = None) -> None:
    """Write a new certificate and its key, in PEM. `address`: an IP address that it is for as well."""
    alternative = ["-addext", f"subjectAltName=IP:{address}"] if address else []
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-noenc",
            ),
            *(
                "-days",
                "5",
                "-subj",
                f"/CN={name}",
                *alternative,
                "-out",
                str(certificate),
                "-keyout",
                str(key),
            ),
        ],
        check=True,
        capture_output=True,
    )
