"""Certificates made by openssl when a test needs them: one authority, certificates for loopback, and bad ones."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers import required

GOOD_NAMES = "IP:127.0.0.1,DNS:localhost"


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key. `authority` is what a client must trust to accept it (SSL_CERT_FILE)."""

    file: Path
    key: Path
    authority: Path

    def server_context(self) -> ssl.SSLContext:
        """Return the TLS settings of a server that shows this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key)
        return context


def make_certificate(folder: Path, names: str = GOOD_NAMES, days: int = 30) -> Certificate:
    """Make a self-signed certificate for `names` (subjectAltName syntax) in `folder`, its own authority.

    Expired where `days` is negative.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file, key, request, extensions = (folder / f"server.{suffix}" for suffix in ("pem", "key", "csr", "ext"))
    extensions.write_text(f"subjectAltName={names}\n")
    _openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-subj", "/CN=rollcall test", "-keyout", str(key), "-out", str(request))  # fmt: skip
    _openssl("x509", "-req", "-in", str(request), "-signkey", str(key), "-days", str(days),
             "-extfile", str(extensions), "-out", str(file))  # fmt: skip
    key.chmod(0o600)
    return Certificate(file, key, file)


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, stdin=subprocess.DEVNULL)


def require_openssl() -> None:
    """Skip where openssl is not installed; where nothing may be skipped (CI=true), fail."""
    required.require(shutil.which("openssl") is not None, "openssl is not installed: apt-get install openssl")
