"""A private Postfix that takes letters by STARTTLS or TLS after a sign-in, and delivers all of them into one folder.

Configuration, queue and mail lie in a temporary folder, it listens on free loopback ports, and has no service that
could send anything anywhere. Only root may start it: another user needs a sudo that asks nothing. Who may sign in is
asked of a Dovecot (SASL), as many offices do.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from notifications.smtp import SmtpAccount
from tests.servers import certificates, ports, required
from tests.servers.dovecot import PASSWORD, DovecotServer

SENDER = "phong.tebdg@office.example"
# Postfix knows every address but those that begin so.
UNKNOWN = "gone"
# What each hop on the way writes above a letter (RFC 5321 §4.4; the other two are Postfix's own).
TRACE = (b"Return-Path", b"X-Original-To", b"Delivered-To", b"Received")
# Not larger than a large letter of ours, and than the size that Postfix allows a mailbox file.
LARGEST_LETTER = 40 * 1024 * 1024
_PROGRAMS = Path("/usr/lib/postfix/sbin")
_NOT_INSTALLED = "postfix is not installed, or may not be started: apt-get install postfix, and be root or have sudo"

_MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
daemon_directory = {programs}
command_directory = /usr/sbin
maillog_file = {home}/postfix.log
maillog_file_prefixes = {home}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = smtp.office.example
mydestination =
alias_maps =
alias_database =
relay_transport = error:nothing is relayed
default_transport = error:nothing leaves
virtual_mailbox_domains = static:all
virtual_mailbox_maps = regexp:{home}/etc/mailboxes
virtual_mailbox_base = {home}/mail
virtual_uid_maps = static:{user}
virtual_gid_maps = static:{group}
message_size_limit = {largest}
smtpd_tls_security_level = may
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {sign_in}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_delay_reject = yes
"""
# No smtp, lmtp, local or pipe: what is not there cannot send.
_MASTER = """\
127.0.0.1:{port}     inet  n - n - - smtpd
127.0.0.1:{tls_port} inet  n - n - - smtpd -o smtpd_tls_wrappermode=yes
postlog  unix-dgram n - n - 1     postlogd
pickup   unix  n - n 60    1 pickup
cleanup  unix  n - n -     0 cleanup
qmgr     unix  n - n 300   1 qmgr
tlsmgr   unix  - - n 1000? 1 tlsmgr
rewrite  unix  - - n -     - trivial-rewrite
bounce   unix  - - n -     0 bounce
defer    unix  - - n -     0 bounce
trace    unix  - - n -     0 bounce
verify   unix  - - n -     1 verify
proxymap unix  - - n -     - proxymap
error    unix  - - n -     - error
retry    unix  - - n -     - error
virtual  unix  - n n -     - virtual
anvil    unix  - - n -     1 anvil
"""


@dataclass(frozen=True)
class Delivered:
    """A letter as it lies in the mailbox: what the hops wrote above it, by name, and the rest byte for byte (LF)."""

    trace: dict[bytes, bytes]
    letter: bytes


def require_postfix() -> None:
    """Skip where Postfix is not installed or may not be started; where nothing may be skipped (CI=true), fail."""
    required.require((_PROGRAMS / "master").exists() and _may_be_root(), _NOT_INSTALLED)


class PostfixServer:
    """One server for a `with`. Everyone whom `dovecot` knows may sign in."""

    def __init__(self, dovecot: DovecotServer) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="rollcall-postfix-"))
        self.home.chmod(0o755)
        self.port, self.tls_port = ports.free_port(), ports.free_port()
        self.certificate = certificates.make_certificate(self.home / "tls")
        self._mail = self.home / "mail" / "all" / "new"
        self._write_configuration(dovecot)

    def __enter__(self) -> Self:
        """Start, and return when the server greets."""
        try:
            self._postfix("start")
            ports.wait_for_greeting(self.port)
        except (TimeoutError, RuntimeError) as error:
            log = self.log
            self.__exit__()
            raise RuntimeError(f"Postfix does not start: {error}\n{log}") from error
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and delete everything."""
        if (self.home / "queue" / "pid" / "master.pid").exists():
            self._postfix("stop")
        subprocess.run([*_as_root(), "rm", "-rf", str(self.home)], check=True, stdin=subprocess.DEVNULL)

    @property
    def log(self) -> str:
        """What the server logged so far."""
        file = self.home / "postfix.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def account(self, security: str = "starttls", user: str = "phong", password: str = PASSWORD) -> SmtpAccount:
        """Return the account of `user`; `security` is "tls" or "starttls"."""
        port = self.tls_port if security == "tls" else self.port
        return SmtpAccount(ports.LOOPBACK, port, security, SENDER, user, password)

    def logs(self, text: str, seconds: float = 10.0) -> bool:
        """Return whether the server logs `text` within some seconds: a process of its own writes the log, later."""
        deadline = time.monotonic() + seconds
        while text not in self.log and time.monotonic() < deadline:
            time.sleep(0.05)
        return text in self.log

    def take(self, count: int, seconds: float = 30.0) -> list[Delivered]:
        """Return `count` letters out of the mailbox, which is empty then. Raises TimeoutError where they are fewer."""
        deadline = time.monotonic() + seconds
        while len(files := sorted(self._mail.glob("*"))) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(files)} letters were delivered, not {count}:\n{self.log}")
            time.sleep(0.02)
        delivered = [_read(file.read_bytes()) for file in files]
        for file in files:
            file.unlink()
        return delivered

    def _postfix(self, command: str) -> None:
        program = [*_as_root(), "/usr/sbin/postfix", "-c", str(self.home / "etc"), command]
        done = subprocess.run(program, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode:
            raise RuntimeError(f"postfix {command}: {done.stdout}{done.stderr}")

    def _write_configuration(self, dovecot: DovecotServer) -> None:
        # Postfix delivers as no root; nobody's mail is read by root as well.
        reader = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        for name in ("etc", "queue", "data", "mail"):
            (self.home / name).mkdir()
        if os.geteuid() == 0:
            os.chown(self.home / "mail", reader.pw_uid, reader.pw_gid)
        subprocess.run([*_as_root(), "chown", "postfix", str(self.home / "data")], check=True)
        main = _MAIN.format(
            home=self.home,
            programs=_PROGRAMS,
            user=reader.pw_uid,
            group=reader.pw_gid,
            largest=LARGEST_LETTER,
            certificate=self.certificate.file,
            key=self.certificate.key,
            sign_in=dovecot.home / "run" / "auth-client",
        )
        (self.home / "etc" / "main.cf").write_text(main)
        (self.home / "etc" / "master.cf").write_text(_MASTER.format(port=self.port, tls_port=self.tls_port))
        (self.home / "etc" / "mailboxes").write_text(f"!/^{UNKNOWN}@/ all/\n")


def _read(raw: bytes) -> Delivered:
    """Part a file into the fields that the hops wrote above the letter, and the letter."""
    trace: dict[bytes, bytes] = {}
    while True:
        name, _, rest = raw.partition(b":")
        if name not in TRACE:
            return Delivered(trace, raw)
        end = rest.index(b"\n")
        while rest[end + 1 : end + 2] in (b" ", b"\t"):
            end = rest.index(b"\n", end + 1)
        trace[name], raw = rest[:end].strip(), rest[end + 1 :]


def _as_root() -> list[str]:
    return [] if os.geteuid() == 0 else ["sudo", "-n"]


def _may_be_root() -> bool:
    if os.geteuid() == 0:
        return True
    if shutil.which("sudo") is None:
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
