"""Memory: what to do when it is short, and glibc's allocator, told to keep it or to return it.

By itself it asks the system for each large tensor and gives it back at once, and the system fills
every page with zeros anew: where that was measured, a cross-entropy took five times as long and a
whole training step half as long again. Elsewhere than on Linux with glibc nothing happens here.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from attnstudio.errors import MemoryShortError

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # of <malloc.h>
_ABOVE_ANY_TENSOR = 1 << 30
_BELOW_LAYERS = 1 << 18
_NEVER = (1 << 31) - 1
_USUAL_MMAP, _USUAL_TRIM = 32 << 20, 64 << 20  # where glibc's own adjustment ends

# What torch and the C++ below it say, in lower case: most of it comes as a bare RuntimeError.
_SHORTAGES = (
    "defaultcpuallocator: can't allocate memory",
    "defaultcpuallocator: not enough memory",
    "enforce fail at alloc_cpu.cpp",
    "out of memory",  # CUDA's and Metal's
    "cublas_status_alloc_failed",
    "std::bad_alloc",
)


def share_one_arena() -> None:
    """Let later threads use the first one's memory.

    One of their own consists of heaps of 64 MB, which glibc maps and gives back all the time.
    """
    library = _glibc()
    if library is not None:
        library.mallopt(_ARENA_MAX, 1)


@contextmanager
def keeping_memory() -> Iterator[None]:
    """Keep what is freed, in the whole process; give it back in the end."""
    library = _glibc()
    if library is None:
        yield
        return
    if not library.mallopt(_MMAP_THRESHOLD, _ABOVE_ANY_TENSOR):  # older glibc allows less
        library.mallopt(_MMAP_THRESHOLD, _USUAL_MMAP)
    library.mallopt(_TRIM_THRESHOLD, _NEVER)
    try:
        yield
    finally:
        library.mallopt(_MMAP_THRESHOLD, _USUAL_MMAP)
        library.mallopt(_TRIM_THRESHOLD, _USUAL_TRIM)
        library.malloc_trim(0)


@contextmanager
def returning_memory() -> Iterator[None]:
    """Give each larger tensor back to the system as soon as nobody uses it, in the whole process.

    That is slower, and least is held: glibc would keep what is freed, and the layers of a sharded
    model, which come and go, would find no gap that they fit into.
    """
    library = _glibc()
    if library is None:
        yield
        return
    library.mallopt(_MMAP_THRESHOLD, _BELOW_LAYERS)
    library.mallopt(_TRIM_THRESHOLD, _BELOW_LAYERS)
    try:
        yield
    finally:
        library.mallopt(_MMAP_THRESHOLD, _USUAL_MMAP)
        library.mallopt(_TRIM_THRESHOLD, _USUAL_TRIM)


def is_memory_shortage(error: BaseException) -> bool:
    """Whether an error of Python, torch or the system means that memory is short."""
    if isinstance(error, MemoryError | MemoryShortError):
        return True
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    text = str(error).lower() if isinstance(error, RuntimeError) else ""
    return any(shortage in text for shortage in _SHORTAGES)


def memory_shortage(error: BaseException) -> MemoryShortError | None:
    """An error in a sentence, if it means that memory is short; None for any other."""
    if isinstance(error, MemoryShortError):
        return error
    if not is_memory_shortage(error):
        return None
    return MemoryShortError(
        "There is not enough memory for this.",
        hint="Close other programs, or try it with less at once: a smaller file, model or beam.",
    )


def give_back_memory() -> None:
    """Give back what nobody uses any more; drop the error that tells of a shortage before.

    Where Python's own search for garbage is off, as in the window, none is made here either: what
    is Qt's may be destroyed on the main thread alone, and whoever turned it off searches there.
    """
    if gc.isenabled():
        gc.collect()
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "gnu_get_libc_version") else None
