"""What a command says of an error that nobody has thought of."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from attnstudio.allocator import memory_shortage
from attnstudio.cli.output import Output
from attnstudio.storage_errors import path_of, storage_error


def say_what_was_not_expected(output: Output, error: Exception) -> None:
    """Short memory and what the disk refuses in words; a bug with its traceback."""
    shortage = memory_shortage(error)
    if shortage is not None:
        output.failure(shortage)
    elif isinstance(error, OSError):
        path = path_of(error)
        template = "{path}: {reason}." if path is not None else "{reason}."
        output.failure(storage_error(error, path or Path(), template))
    else:
        traceback.print_exc(file=sys.stderr)
        output.error(
            f"Unexpected {type(error).__name__}: {error}",
            "This is a bug in Attention Studio: please report it with the lines above.",
        )
