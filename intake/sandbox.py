"""What the kernel keeps a process from that touches hostile bytes: no network, no files but its own program's.

Both are asked of Linux without any right of an administrator, and for good: seccomp (seccomp(2)) forbids the calls,
Landlock (landlock(7)) the files. A kernel, or a container, that knows neither leaves the other limits as they are.
"""

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER_MODE = 38, 22, 2  # prctl(2)
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # linux/bpf_common.h
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # linux/seccomp.h: go on; fail with EPERM
_CALL_AT, _MACHINE_AT = 0, 4
_OTHER_CALLS_OF_X86 = 0x40000000

# Numbers of calls by machine (asm/unistd.h): socket, socketpair, connect, bind; ptrace, process_vm_readv and _writev,
# pidfd_getfd (another process); setsid, setpgid (away from those that are ended together); unshare, setns, mount; bpf,
# io_uring_setup, userfaultfd, perf_event_open, keyctl, add_key, open_by_handle_at (past every check).
_FORBIDDEN = {
    "x86_64": (
        0xC000003E,
        (41, 53, 42, 49, 101, 310, 311, 438, 112, 109, 272, 308, 165, 321, 425, 323, 298, 250, 248, 304),
    ),
    "aarch64": (
        0xC00000B7,
        (198, 199, 203, 200, 117, 270, 271, 438, 157, 154, 97, 268, 40, 280, 425, 282, 241, 219, 217, 265),
    ),
}  # fmt: skip

_CREATE_RULES, _ADD_RULE, _TAKE_ON = 444, 445, 446  # landlock, the same on every machine
_ASK_VERSION, _BENEATH = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1, 2, 4, 8
# What each version of Landlock can forbid of files: its last bit.
_LAST_BIT = (0, 12, 13, 14, 14, 15)
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin")


def close_in(own: Iterable[str]) -> bool:
    """Forbid this process, and all that it starts, network and files; return whether the kernel does so.

    Read and run may be what is beneath the folders of `own`, of Python and of the system's programs.
    """
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
            return False
        folders = dict.fromkeys((*own, sys.prefix, sys.base_prefix, *_SYSTEM))
        files_are_closed = _close_files(libc, [each for each in folders if Path(each).is_dir()])
        return _forbid_calls(libc) and files_are_closed
    except (OSError, AttributeError):
        return False


def _forbid_calls(libc: ctypes.CDLL) -> bool:
    if platform.machine() not in _FORBIDDEN:
        return False
    machine, calls = _FORBIDDEN[platform.machine()]
    last = len(calls) + 1
    steps = [
        (_LOAD, 0, 0, _MACHINE_AT), (_JUMP_IF_EQUAL, 1, 0, machine), (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _CALL_AT), (_JUMP_IF_LEAST, last, 0, _OTHER_CALLS_OF_X86),
        *((_JUMP_IF_EQUAL, last - place, 0, call) for place, call in enumerate(calls, 1)),
        (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE),
    ]  # fmt: skip
    program = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *step) for step in steps))
    told = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", len(steps), ctypes.addressof(program)))
    return bool(libc.prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(told), 0, 0) == 0)


def _close_files(libc: ctypes.CDLL, readable: Sequence[str]) -> bool:
    version = libc.syscall(_CREATE_RULES, None, ctypes.c_size_t(0), _ASK_VERSION)
    if version < 1:
        return False
    every = (2 << _LAST_BIT[min(version, len(_LAST_BIT) - 1)]) - 1
    rules = libc.syscall(_CREATE_RULES, ctypes.byref(ctypes.c_uint64(every)), ctypes.c_size_t(8), 0)
    if rules < 0:
        return False
    try:
        for path in readable:
            _allow(libc, rules, path, _EXECUTE | _READ_FILE | _READ_FOLDER)
        for path in ("/dev/null", "/etc/ld.so.cache"):
            _allow(libc, rules, path, _READ_FILE | (_WRITE_FILE if path == "/dev/null" else 0))
        return bool(libc.syscall(_TAKE_ON, rules, 0) == 0)
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: str, what: int) -> None:
    if not Path(path).exists():
        return
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        told = ctypes.create_string_buffer(struct.pack("<Qi", what, place))
        libc.syscall(_ADD_RULE, rules, _BENEATH, ctypes.byref(told), 0)
    finally:
        os.close(place)
