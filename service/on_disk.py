"""That a rename is on the disk: a file put in its place is there after a loss of power too (fsync(2))."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """See to it that a rename in a folder is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
