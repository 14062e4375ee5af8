"""A private rspamd with its own rules for headers and MIME, and nothing that asks anybody: no maps, no DNS, no modules.

It looks at a letter as the filter of a provider does, with parsers of its own in C.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self
from urllib import request
from urllib.error import URLError

from tests.servers import ports, required

_NOT_INSTALLED = "rspamd is not installed: apt-get install rspamd"
# What rspamd says of a letter that is no complaint weighs nothing.
_NOTHING = 0.0
_START_SECONDS = 30.0
_CONFIGURATION = """\
lua = "/usr/share/rspamd/rules/rspamd.lua"
.include "/etc/rspamd/metrics.conf"
.include "/etc/rspamd/groups.conf"
.include "/etc/rspamd/actions.conf"
modules {{ path = "{home}/no-modules/"; fallback_path = "{home}/no-modules/"; }}
options {{
  pidfile = "{home}/rspamd.pid";
  filters = "regexp";
  dns {{ nameserver = ["127.0.0.1:1"]; timeout = 0.01s; retransmits = 0; }}
  control_socket = "{home}/control mode=0600";
  cache_file = "{home}/symbols";
  history_file = "{home}/history";
  disable_hyperscan = true;
  hs_cache_dir = "{home}";
  url_tld = "{home}/domains";
  tempdir = "{home}";
}}
logging {{ type = "file"; filename = "{home}/rspamd.log"; level = "warning"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; }}
"""


def require_rspamd() -> None:
    """Skip where rspamd is not installed; where nothing may be skipped (CI=true), fail."""
    required.require(shutil.which("rspamd") is not None, _NOT_INSTALLED)


class RspamdServer:
    """One server for a `with`."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="rollcall-rspamd-"))
        self.port = ports.free_port()
        (self.home / "no-modules").mkdir()
        # The public suffixes take twelve seconds to compile, and links are not what is looked at.
        (self.home / "domains").write_text("example\n")
        self._file = self.home / "rspamd.conf"
        self._file.write_text(_CONFIGURATION.format(home=self.home, port=self.port))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start, and return when the server answers."""
        # -i: stay who you are, root as well.
        command = ["rspamd", "-f", "-i", "-c", str(self._file)]
        with (self.home / "console.log").open("ab") as console:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                said = (self.home / "console.log").read_text("utf-8", "replace")
                self.__exit__()
                raise RuntimeError(f"rspamd does not start: {said}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and delete everything."""
        process, self._process = self._process, None
        if process is not None:
            # It has nothing to finish, and would take ten seconds to part with its children.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        shutil.rmtree(self.home, ignore_errors=True)

    def complaints(self, letter: bytes) -> set[str]:
        """Return the names of the rules that count against `letter`."""
        asked = request.Request(f"http://{ports.LOOPBACK}:{self.port}/checkv2", data=letter)
        with request.urlopen(asked, timeout=30) as answer:
            symbols = json.load(answer)["symbols"]
        return {name for name, symbol in symbols.items() if symbol["score"] > _NOTHING}

    def _answers(self) -> bool:
        try:
            with request.urlopen(f"http://{ports.LOOPBACK}:{self.port}/ping", timeout=1) as answer:
                return bool(answer.read().strip() == b"pong")
        except (URLError, OSError):
            return False
