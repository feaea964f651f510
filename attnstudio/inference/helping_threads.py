"""Batches searched by several threads of this process side by side, each on one processor.

They start at once and share all memory, where another process takes some seconds of a processor to
start and the memory of one more program. Between its calls into torch each holds Python's lock,
though, for a fifth of its time or so, and the others wait: what is enough work for processes goes
faster by them, see `processes`. This thread is one of them. It takes batches from the one end, the
others from the other end, so that the longest come first there and all are done at about the same
time.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from queue import SimpleQueue

import torch

from attnstudio.inference.batch_search import (
    BatchSearch,
    BatchTask,
    FoundBatch,
    FoundInTurn,
    ShouldStop,
)
from attnstudio.inference.shared_batches import BatchesLeft, all_found

_Found = tuple[int, FoundBatch] | BaseException


def search_by_threads(
    tasks: Sequence[BatchTask],
    numbers: Sequence[int],
    search: BatchSearch,
    should_stop: ShouldStop,
    *,
    helping: int,
) -> FoundInTurn:
    """Search some batches, in any order, unless it is stopped.

    Args:
        tasks: all batches.
        numbers: which of them, those with the shortest sources first.
        search: which all threads use.
        should_stop: asked after each batch of this thread and every 0.1 s of waiting.
        helping: how many threads besides this one.

    Raises:
        NotFiniteError: the model's scores are no numbers.
    """
    left = BatchesLeft(numbers)
    found: SimpleQueue[_Found] = SimpleQueue()
    threads = [
        threading.Thread(target=_help, args=(tasks, left, search, found), name="translating thread")
        for _ in range(helping)
    ]
    for thread in threads:
        thread.start()
    try:
        missing = len(numbers)
        while missing and not should_stop():
            number = left.first()
            if number is not None:
                missing -= 1
                yield number, search.find(tasks[number])
            for each in all_found(found, wait=number is None and missing > 0):
                if isinstance(each, BaseException):
                    raise each
                missing -= 1
                yield each
    finally:
        left.clear()  # the others end after what they have in hand
        for thread in threads:
            thread.join()


def _help(
    tasks: Sequence[BatchTask], left: BatchesLeft, search: BatchSearch, found: SimpleQueue[_Found]
) -> None:
    """Search batches from the end of what is left."""
    torch.set_num_threads(1)  # it counts for each thread by itself
    try:
        while (number := left.last()) is not None:
            found.put((number, search.find(tasks[number])))
    except BaseException as error:  # noqa: BLE001 - raised again by the thread that asked
        found.put(error)
