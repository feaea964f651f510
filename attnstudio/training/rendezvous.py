"""Where processes that train together meet: the store of ``torchrun``, cleared of earlier lives.

After a restart the store may still hold what the processes before have put there, such as their
addresses, at which gloo then waits for ever (torch 2.13 with ``--standalone``). How often something
was restarted is not the same on all machines, so it cannot tell the lives apart. The first process
therefore gives each life a name of its own, and tells it to those who ask with a word of their own.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import timedelta

from torch.distributed.distributed_c10d import PrefixStore, Store
from torch.distributed.rendezvous import rendezvous

_LONGEST = timedelta(minutes=15)  # until the last one has come: a machine may start slowly
_LOOK_S = 0.05


def met_store(rank: int, world: int) -> Store:
    """The store of these processes alone.

    Raises:
        RuntimeError: not all came in a quarter of an hour.
    """
    store, _, _ = next(rendezvous("env://", rank, world, timeout=_LONGEST))
    life = _name_life(store, world) if rank == 0 else _asked_life(store, rank)
    return PrefixStore(f"life/{life}", store)


def _name_life(store: Store, world: int) -> str:
    """Name it, and tell all others, who may ask late or have asked in an earlier life."""
    life = secrets.token_hex(8)
    waited_for = set(range(1, world))

    def all_know() -> bool:
        for other in tuple(waited_for):
            asked, known = _read(store, f"asked/{other}"), _read(store, f"known/{other}")
            if known == life:
                waited_for.discard(other)
            elif asked:
                store.set(f"told/{other}", f"{asked} {life}")
        return not waited_for

    _wait_until(all_know)
    return life


def _asked_life(store: Store, rank: int) -> str:
    """Ask for its name with a word that no other life has used."""
    word = secrets.token_hex(8)
    store.set(f"asked/{rank}", word)
    _wait_until(lambda: _read(store, f"told/{rank}").startswith(word))
    life = _read(store, f"told/{rank}").rpartition(" ")[2]
    store.set(f"known/{rank}", life)
    return life


def _read(store: Store, key: str) -> str:
    """What is there; nothing where it is not, for which a store would wait."""
    return store.get(key).decode() if store.check([key]) else ""


def _wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + _LONGEST.total_seconds()
    while not is_so():
        if time.monotonic() > until:
            raise RuntimeError("not all processes came")
        time.sleep(_LOOK_S)
