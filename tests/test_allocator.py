import errno
import gc
import subprocess
import sys

import pytest
import torch

from attnstudio.allocator import (
    give_back_memory,
    is_memory_shortage,
    keeping_memory,
    memory_shortage,
    share_one_arena,
)

# Sums of tensors of 48 MB in a thread: once warm, page faults are few where memory is kept.
FAULTS = """
import resource, sys, threading
from contextlib import nullcontext
from attnstudio.allocator import keeping_memory, share_one_arena
kept = sys.argv[1] == "kept"
if kept:
    share_one_arena()
import torch
def add(times):
    for _ in range(times):
        one, other = torch.zeros(12_000_000), torch.zeros(12_000_000)
        total = one + other
        del one, other, total
def work():
    with keeping_memory() if kept else nullcontext():
        add(12)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        add(6)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


def faults(name):
    done = subprocess.run(
        [sys.executable, "-c", FAULTS, name], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
def test_memory_is_kept_between_tensors_also_in_a_thread():
    assert faults("kept") * 3 < faults("usual")


# How many heaps glibc has when a thread of the window has computed.
HEAPS = """
import ctypes, sys, threading, types
from attnstudio.__main__ import open_window
def show(words):
    import torch
    thread = threading.Thread(target=lambda: torch.ones(1_000) + torch.ones(1_000))
    thread.start()
    thread.join()
    library = ctypes.CDLL(None)
    library.fdopen.restype = ctypes.c_void_p
    library.malloc_info(0, ctypes.c_void_p(library.fdopen(1, b"w")))
    library.fflush(None)
    return 0
sys.modules["attnstudio.gui.shell.app"] = types.SimpleNamespace(main=show)
sys.exit(open_window([]))
"""


# What a process holds when layers of several sizes have come and gone between what stays.
HELD = """
import sys
from pathlib import Path
from attnstudio.allocator import keeping_memory, returning_memory
import torch
def held_mb():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1000
before = held_mb()
with returning_memory() if sys.argv[1] == "returned" else keeping_memory():
    stays = []
    for rows in range(100, 200):
        layer = torch.zeros(rows, 4000)
        stays.append(torch.zeros(100))
        del layer
    print(held_mb() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
def test_memory_of_what_comes_and_goes_is_returned():
    held = {}
    for name in ("returned", "kept"):
        line = [sys.executable, "-c", HELD, name]
        done = subprocess.run(line, capture_output=True, text=True, check=True)
        held[name] = float(done.stdout)
    assert held["returned"] < 3 < held["kept"]


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
def test_threads_of_the_window_share_one_arena():
    done = subprocess.run([sys.executable, "-c", HEAPS], capture_output=True, text=True, check=True)
    assert done.stdout.count("<heap nr=") == 1


def test_where_there_is_no_glibc_nothing_happens(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    share_one_arena()
    with keeping_memory():
        pass


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate "
            "memory: you tried to allocate 4000000000 bytes. Error code 12"
        ),
        RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 4 bytes."),
        RuntimeError("std::bad_alloc"),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        RuntimeError("MPS backend out of memory"),
    ],
)
def test_every_way_to_run_out_of_memory_is_one_sentence(error):
    assert is_memory_shortage(error)
    assert str(memory_shortage(error)).startswith("There is not enough memory for this. Close")


@pytest.mark.parametrize(
    "error",
    [RuntimeError("mat1 and mat2 shapes cannot be multiplied"), ValueError("std::bad_alloc"),
     OSError(errno.ENOSPC, "No space left on device"), KeyError("memory")],
)  # fmt: skip
def test_other_errors_are_not_taken_for_a_lack_of_memory(error):
    assert not is_memory_shortage(error)
    assert memory_shortage(error) is None


def test_what_torch_says_when_it_asks_for_too_much_is_known():
    with pytest.raises(RuntimeError) as raised:
        torch.empty(2**60)

    assert is_memory_shortage(raised.value)


class Ring:
    """Knows itself, so that only a search finds it when nobody else knows it."""

    def __init__(self, told):
        self.itself = self
        self.told = told

    def __del__(self):
        self.told.append("gone")


@pytest.mark.parametrize(("searches", "told"), [(True, ["gone"]), (False, [])])
def test_garbage_is_left_to_who_turned_the_search_for_it_off(searches, told):
    heard = []
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        Ring(heard)
        if searches:
            gc.enable()
        give_back_memory()
        assert heard == told
    finally:
        gc.collect()
        (gc.enable if was_enabled else gc.disable)()
