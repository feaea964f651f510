import subprocess
import sys

import pytest

from attnstudio.allocator import keeping_memory, share_one_arena

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


def test_where_there_is_no_glibc_nothing_happens(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    share_one_arena()
    with keeping_memory():
        pass
