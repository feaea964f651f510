"""Real processes that join each other as those of ``torchrun`` do, with something to do."""

from __future__ import annotations

import multiprocessing
import os
import socket
import time
import traceback
from pathlib import Path

import torch

_LONGEST_S = 120.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def in_processes(world, *works, folder: Path):
    """What each ``work(ranks)`` gives in each of some joined processes.

    Args:
        world: how many processes.
        works: functions of a module that they can import; one that leaves ends its process.
        folder: where they put what they found, as torch keeps it.

    Returns:
        A list for each process with what it gave, work by work.
    """
    context = multiprocessing.get_context("spawn")
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    processes = [
        context.Process(target=_joined, args=(rank, world, port, folder, works), daemon=True)
        for rank in range(world)
    ]
    for process in processes:
        process.start()
    until = time.monotonic() + _LONGEST_S
    for process in processes:
        process.join(max(0.1, until - time.monotonic()))
    late = [process for process in processes if process.is_alive()]
    for process in late:
        process.kill()
        process.join()
    errors = [path.read_text() for path in sorted(folder.glob("*.error"))]
    assert not errors, "\n".join(errors)
    assert not late, f"{len(late)} of {world} processes did not end"
    paths = [folder / f"{rank}.pt" for rank in range(world)]
    return [torch.load(path, weights_only=False) for path in paths]


def _joined(rank, world, port, folder, works) -> None:
    from attnstudio.training.ranks import joined

    torch.set_num_threads(1)
    os.environ |= {
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "RANK": str(rank),
        "LOCAL_RANK": str(rank),
        "WORLD_SIZE": str(world),
        "LOCAL_WORLD_SIZE": str(world),
    }
    try:
        with joined() as ranks:
            found = []
            for work in works:
                found.append(work(ranks))
                torch.save(found, folder / f"{rank}.pt")
    except Exception:
        (folder / f"{rank}.error").write_text(traceback.format_exc())
        raise
