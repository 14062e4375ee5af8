"""A private Dovecot: its own configuration, mail in a temporary folder, free loopback ports, plain and TLS.

Needs the program of Debian's dovecot-imapd and no right on the machine: it runs as root (mail then belongs to
`nobody`) and as any user. Every user name signs in with PASSWORD. The folder Junk is marked \\Junk;
Sent, once it is made, \\Sent.
"""

import grp
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import imapclient

from intake.imap import MailboxAccount
from tests.servers import certificates, ports, required

PASSWORD = "mat-khau-thu-2019"
NOT_INSTALLED = "dovecot-imapd is not installed: apt-get install dovecot-imapd"

_CONFIGURATION = """\
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
default_internal_user = {service_user}
default_internal_group = {service_group}
default_login_user = {service_user}
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
mail_location = sdbox:~/mail
mail_uid = {mail_uid}
mail_gid = {mail_gid}
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
mail_max_userip_connections = 200
import_environment = TZ
{by_oauth2}passdb {{
  driver = static
{for_passwords}  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={home}/users/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    special_use = \\Junk
    auto = create
  }}
  mailbox Sent {{
    special_use = \\Sent
  }}
}}
service auth {{
  unix_listener auth-client {{
    mode = 0666
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
"""


# doc.dovecot.org, "Open Authentication v2.0 database": who shows a token is asked for at the provider (RFC 7662).
_BY_OAUTH2 = """\
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {home}/oauth2.conf
}}
"""
_INTROSPECTION = """\
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""


def is_installed() -> bool:
    """Tell whether this machine has Dovecot with its IMAP part."""
    return shutil.which("dovecot", path=_search_path()) is not None and Path("/usr/lib/dovecot/imap").exists()


def require_dovecot() -> None:
    """Skip where Dovecot is not installed; where nothing may be skipped (CI=true), fail."""
    required.require(is_installed(), NOT_INSTALLED)


class DovecotServer:
    """One server from `start` to `stop`, or for a `with`. Stopping keeps the mail; `remove` deletes it."""

    def __init__(
        self,
        environment: Mapping[str, str] | None = None,
        settings: str = "",
        introspection: str = "",
        by_token: str = "xoauth2 oauthbearer",
    ) -> None:
        """`environment`: variables of the server's own environment, such as its TZ. `settings`: lines for its file.

        `introspection`: where a provider of OAuth2 says whose a token is; empty: no sign-in by token. `by_token`: the
        mechanisms that take one.
        """
        self.environment = dict(environment or {})
        self._settings = settings
        self._introspection, self._by_token = introspection, by_token
        self.home = Path(tempfile.mkdtemp(prefix="rollcall-dovecot-"))
        self.home.chmod(0o755)
        self.port, self.tls_port = ports.free_port(), ports.free_port()
        self.certificate = certificates.make_certificate(self.home / "tls")
        self._process: subprocess.Popen[bytes] | None = None
        self._write_configuration()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    @property
    def log(self) -> str:
        """What the server logged so far."""
        file = self.home / "dovecot.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def start(self) -> None:
        """Start, and return when the server greets."""
        program = shutil.which("dovecot", path=_search_path())
        if program is None:
            raise RuntimeError(NOT_INSTALLED)
        environment = {"PATH": _search_path(), **self.environment}
        command = [program, "-F", "-c", str(self.home / "dovecot.conf")]
        with (self.home / "console.log").open("ab") as console:
            self._process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=console, stderr=console
            )
        try:
            ports.wait_for_greeting(self.port)
        except TimeoutError as error:
            self.stop()
            raise RuntimeError(
                f"Dovecot does not start: {(self.home / 'console.log').read_text()}{self.log}"
            ) from error

    def stop(self) -> None:
        """Stop the server and its children; the mail stays."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)

    def remove(self) -> None:
        """Stop, and delete everything."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def account(self, user: str, **changes: Any) -> MailboxAccount:
        """Return the account of `user` over the plain loopback port; `changes` replace fields."""
        fields: dict[str, Any] = {
            "name": "main",
            "address": f"{user}@office.example",
            "host": ports.LOOPBACK,
            "port": self.port,
            "security": "none",
            "user": user,
            "password": PASSWORD,
        }
        return MailboxAccount(**{**fields, **changes})

    @contextmanager
    def client(self, user: str, folder: str | None = None) -> Iterator[imapclient.IMAPClient]:
        """Another mail program of `user`: a signed-in imapclient, with `folder` selected for writing."""
        with imapclient.IMAPClient(ports.LOOPBACK, self.port, ssl=False) as client:
            client._imap.debug = 0
            client.login(user, PASSWORD)
            if folder is not None:
                client.select_folder(folder)
            yield client

    def append(
        self, user: str, raw: bytes, internaldate: datetime, folder: str = "INBOX", flags: tuple[str, ...] = ()
    ) -> int:
        """Deliver one mail by APPEND; return its UID. `internaldate` must be aware."""
        return self.append_many(user, [(raw, internaldate)], folder, flags)[0]

    def append_many(
        self, user: str, mails: Iterable[tuple[bytes, datetime]], folder: str = "INBOX", flags: tuple[str, ...] = ()
    ) -> list[int]:
        """Deliver mails by APPEND in one connection; return their UIDs. The folder is made where it is missing."""
        uids = []
        with self.client(user) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for raw, internaldate in mails:
                if internaldate.tzinfo is None:
                    raise ValueError("INTERNALDATE needs a time zone")
                said = client.append(folder, raw, flags, internaldate)
                uids.append(int(said.split(b"]")[0].split()[-1]))
        return uids

    def flags(self, user: str, folder: str = "INBOX") -> dict[int, tuple[str, ...]]:
        """Return the flags of every mail by UID, \\Recent left out, read without changing any."""
        with self.client(user) as client:
            client.select_folder(folder, readonly=True)
            entries = client.fetch(client.search("ALL"), ["FLAGS"])
            found = {uid: entry[b"FLAGS"] for uid, entry in entries.items()}
        return {
            uid: tuple(sorted(flag.decode() for flag in flags if flag != b"\\Recent")) for uid, flags in found.items()
        }

    def renumber(self, user: str, uidvalidity: int, folder: str = "INBOX") -> None:
        """Give `folder` another UIDVALIDITY, as a restored or migrated mailbox has."""
        self._doveadm("mailbox", "update", "-u", user, "--uid-validity", str(uidvalidity), folder)

    def allow_only(self, user: str, rights: Sequence[str], folder: str = "INBOX") -> None:
        """Leave the owner of `folder` these rights only. Needs the plugin acl among the server's `settings`."""
        self._doveadm("acl", "set", "-u", user, folder, "owner", *rights)

    def _doveadm(self, *arguments: str) -> str:
        program = shutil.which("doveadm", path=_search_path()) or "doveadm"
        command = [program, "-c", str(self.home / "dovecot.conf"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def _write_configuration(self) -> None:
        owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        service = pwd.getpwnam("dovenull") if _is_root_with("dovenull") else owner
        users = self.home / "users"
        users.mkdir()
        if os.geteuid() == 0:
            os.chown(users, owner.pw_uid, owner.pw_gid)
        text = _CONFIGURATION.format(
            home=self.home,
            mechanisms=f"plain login {self._by_token}" if self._introspection else "plain login",
            for_passwords="  mechanisms = plain login\n" if self._introspection else "",
            by_oauth2=_BY_OAUTH2.format(home=self.home) if self._introspection else "",
            service_user=service.pw_name,
            service_group=grp.getgrgid(service.pw_gid).gr_name,
            certificate=self.certificate.file,
            key=self.certificate.key,
            mail_uid=owner.pw_uid,
            mail_gid=owner.pw_gid,
            password=PASSWORD,
            port=self.port,
            tls_port=self.tls_port,
        )
        (self.home / "dovecot.conf").write_text(text + self._settings)
        if self._introspection:
            (self.home / "oauth2.conf").write_text(_INTROSPECTION.format(url=self._introspection))


def _is_root_with(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return os.geteuid() == 0


def _search_path() -> str:
    return f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
