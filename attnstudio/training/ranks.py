"""The processes that train one run together, as ``torchrun`` starts them, and what they tell.

Each holds the whole model and a part of every batch, and adds its gradients to those of the others
(torch.distributed; on processors by gloo, on graphics cards by nccl). What is no gradient goes
through the processor in both cases, so that nobody waits for a graphics card to say a number.

A process that ends, for whatever reason, closes its connections: whoever waits for it hears so at
once. Errors therefore need not be sent around.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import torch
from torch import distributed

from attnstudio.allocator import is_memory_shortage
from attnstudio.errors import PeerLostError, UsageError

_LONGEST_WAIT = timedelta(days=7)  # while the first finds links, or waits for room on a full disk
_LOST = ("gloo", "connection closed", "connection reset", "socket")  # what torch says then
_NEEDED = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Ranks:
    """This process among those that train together.

    Whatever asks all of them has to be asked by all of them, in the same order.

    Attributes:
        rank: its number; the first, 0, alone measures, writes and speaks.
        world: how many there are.
        local_rank: its number among those on this machine.
        local_world: how many are on this machine.
    """

    rank: int = 0
    world: int = 1
    local_rank: int = 0
    local_world: int = 1

    @property
    def is_alone(self) -> bool:
        """Whether there is no other."""
        return self.world == 1

    @property
    def is_first(self) -> bool:
        """Whether it is the one that measures, writes and speaks."""
        return self.rank == 0

    def exchange(self, *numbers: float) -> list[tuple[float, ...]]:
        """What each has given, number by number: ``exchange(a, b)`` gives all a, then all b.

        Raises:
            PeerLostError: another one has ended.
        """
        if self.is_alone:
            return [(number,) for number in numbers]
        own = torch.tensor(numbers, dtype=torch.float64)
        given = [torch.empty_like(own) for _ in range(self.world)]
        with hearing():
            distributed.all_gather(given, own)
        return list(zip(*(each.tolist() for each in given), strict=True))

    def of_first(self, value: _Value) -> _Value:
        """What the first one has given.

        Raises:
            PeerLostError: another one has ended.
        """
        if self.is_alone:
            return value
        given = [value]
        with hearing():
            distributed.broadcast_object_list(given, src=0, device=torch.device("cpu"))
        return given[0]

    def gathered(self, value: _Value) -> list[_Value]:
        """What each has given, in their order.

        Raises:
            PeerLostError: another one has ended.
        """
        if self.is_alone:
            return [value]
        given: list[_Value] = [value] * self.world
        with hearing():
            distributed.all_gather_object(given, value)
        return given

    def add_up(self, tensor: torch.Tensor) -> None:
        """Let a tensor become the sum of everybody's, on its device.

        Raises:
            PeerLostError: another one has ended.
        """
        if not self.is_alone:
            with hearing():
                distributed.all_reduce(tensor)


ALONE = Ranks()


def ranks_told(environment: Mapping[str, str]) -> Ranks:
    """What ``torchrun`` says to a process by its environment; alone where it says nothing.

    Raises:
        UsageError: it says what cannot be.
    """
    if not all(environment.get(name) for name in _NEEDED):
        return ALONE
    names = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")
    told = [environment.get(name, "0" if "RANK" in name else "1") for name in names]
    if not all(text.isdecimal() for text in told) or not int(told[0]) < int(told[1]):
        raise UsageError(
            "The environment says that this is process {rank} of {world}, which cannot be.",
            hint="Start it by torchrun, or clear RANK and WORLD_SIZE.",
            rank=told[0],
            world=told[1],
        )
    return Ranks(*map(int, told))


@contextmanager
def joined(environment: Mapping[str, str] = os.environ) -> Iterator[Ranks]:
    """Join the processes that ``torchrun`` started with this one; leave them in the end.

    Raises:
        UsageError: the environment says what cannot be, or this torch cannot do it.
        PeerLostError: the others did not come.
    """
    ranks = ranks_told(environment)
    if ranks.is_alone:
        yield ranks
        return
    if not distributed.is_available():
        raise UsageError(
            "This torch {version} cannot train with several processes.",
            hint="Install one from pytorch.org, or start the training without torchrun.",
            version=torch.__version__,
        )
    from attnstudio.training.rendezvous import met_store  # of what not every torch has

    has_cards = torch.cuda.is_available() and distributed.is_nccl_available()
    backend = "cpu:gloo,cuda:nccl" if has_cards else "gloo"
    with hearing():
        distributed.init_process_group(
            backend,
            store=met_store(ranks.rank, ranks.world),
            rank=ranks.rank,
            world_size=ranks.world,
            timeout=_LONGEST_WAIT,
        )
    try:
        yield ranks
    finally:
        distributed.destroy_process_group()


@contextmanager
def hearing() -> Iterator[None]:
    """Say in words that another process has ended, which torch and gloo tell by a bare error."""
    try:
        yield
    except RuntimeError as error:  # torch's own DistError is one as well
        if is_memory_shortage(error):  # of this process
            raise
        raise _peer_lost() from error


@contextmanager
def hearing_while_computing() -> Iterator[None]:
    """The same where it is computed and communicated at once: any other error stays what it is."""
    try:
        yield
    except RuntimeError as error:
        text = str(error).lower()
        is_lost = isinstance(error, distributed.DistError) or any(word in text for word in _LOST)
        if not is_lost or is_memory_shortage(error):
            raise
        raise _peer_lost() from error


def _peer_lost() -> PeerLostError:
    return PeerLostError(
        "Another of the processes that train together has ended.",
        hint="What it said tells why. The run goes on from its last checkpoint when it is resumed.",
    )
