"""Free loopback ports, and waiting until something listens on one."""

import socket
import time

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Return a TCP port of loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_greeting(port: int, seconds: float = 15.0) -> None:
    """Return once the server on `port` has said something. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with socket.create_connection((LOOPBACK, port), timeout=1.0) as probe:
                if probe.recv(16):
                    return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"no server greets on port {port}")
