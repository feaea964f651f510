"""Our own engine for many lines, as fast as this machine can.

On a processor that is by several processes, each with one thread, where there is enough to do: one
takes some seconds to start. For less there are two threads of this process, which start at once but
wait for each other now and then. How much there is to do is measured on the first batches, and how
many cores are free beside other programs, a training of this one among them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Self

import psutil
import torch

from attnstudio.config import DecodingConfig
from attnstudio.errors import StorageError
from attnstudio.inference.batch_search import BatchTask, FoundInTurn, ShouldStop
from attnstudio.inference.helping_threads import search_by_threads
from attnstudio.inference.processes import HelpingProcesses, SharedModel
from attnstudio.inference.translation import Translation
from attnstudio.model.builder import parameter_count
from attnstudio.model.device import busy_seconds, threads_beside
from attnstudio.project.engines import Sharing
from attnstudio.project.run_loading import LoadedRun
from attnstudio.reading import Measure

_FEW_LINES = 200  # which are done before anything could be measured
_TRIAL_S = 0.5
_LEAST_S = 5.0  # of work for each process: one takes 2 to 3 s to start
_THREADS_S = 15.0  # of work that two threads do as fast as processes which have yet to start
_LEAST_FOR_THREADS_S = 0.2  # of work: below, nobody notices
_SCORES_BYTES = 12e6  # of a batch's next pieces: more of them leave the processor's caches
_CHARACTERS_PER_TOKEN = 4  # of a text, about
_LEAST_TOKENS = 512  # of a batch
_LEAST_BATCHES = 24  # so that all processes end at about the same time
_PROCESS_BYTES = 450e6  # without what grows with the model
_BYTES_PER_PARAMETER = 12  # laid out anew for fast products, some of it twice

_logger = logging.getLogger(__name__)


class OwnEngine:
    """Translates by our own search, in several processes where that pays; used in a ``with``.

    Processes that were started for some lines stay for those that follow.

    Args:
        loaded: the model.
        config: how to search.
        on_shared: told each time in the end how many processes there were.
        should_stop: asked now and then.
    """

    def __init__(
        self,
        loaded: LoadedRun,
        config: DecodingConfig,
        on_shared: Callable[[Sharing], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self._loaded = loaded
        self._config = config
        self._on_shared = on_shared
        self._should_stop = should_stop
        self._others = _OtherProcesses(loaded)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._others.end()

    def translate(
        self,
        texts: Sequence[str],
        progress: Callable[[int], None],
        *,
        attention: bool = False,
        measures: Collection[Measure] = (),
        processes: int | None = None,
    ) -> list[Translation] | None:
        """The translations, in the same order; None when stopped: see `bulk.translate_bulk`."""
        translator, config, search_all = self._loaded.translator, self._config, None
        is_large = processes is None and len(texts) > _FEW_LINES
        if _is_on_processor(self._loaded) and (is_large or (processes or 1) > 1):
            search_all = _SideBySide(self._loaded, processes, self._others, self._on_shared)
            tokens = fast_batch_tokens(
                sum(map(len, texts)), len(texts), config, translator.spec.target_vocabulary
            )
            config = config.model_copy(update={"batch_tokens": tokens})
        else:
            self._on_shared(Sharing(1))
        return translator.translate(
            texts,
            config,
            attention=attention,
            measures=measures,
            progress=progress,
            should_stop=self._should_stop,
            search_all=search_all,
        )


def fast_batch_tokens(characters: int, lines: int, config: DecodingConfig, vocabulary: int) -> int:
    """How many tokens of many lines a processor should search together.

    Args:
        characters: of all lines.
        lines: how many there are.
        config: how to search; its batches are never exceeded.
        vocabulary: pieces that each hypothesis is scored for.
    """
    tokens = characters / _CHARACTERS_PER_TOKEN
    hypotheses = _SCORES_BYTES / (4 * vocabulary)
    for_caches = hypotheses / config.beam_size * tokens / max(1, lines)
    best = min(for_caches, tokens / _LEAST_BATCHES)
    return min(config.batch_tokens, max(_LEAST_TOKENS, int(best)))


@dataclass(frozen=True, slots=True)
class Helpers:
    """Who searches batches beside this thread: processes or threads of this one, not both."""

    processes: int = 0
    threads: int = 0


class _OtherProcesses:
    """Processes that search a model's batches beside this one, from their start on.

    Args:
        loaded: the model.

    Attributes:
        started: they, once they were wanted; None before, and where there can be none.
    """

    def __init__(self, loaded: LoadedRun) -> None:
        self._loaded = loaded
        self._stack = ExitStack()
        self.started: HelpingProcesses | None = None

    def start(self, count: int) -> HelpingProcesses | None:
        """Start so many; None where there are none to be."""
        if count < 1:
            return None
        translator, definition = self._loaded.translator, self._loaded.definition
        shared = SharedModel(definition.config.model, translator.spec, translator.model)
        try:
            self.started = self._stack.enter_context(HelpingProcesses(shared, count))
        except StorageError as error:  # this process can do it alone
            _logger.warning("no other process translates: %s", error)
        return self.started

    def end(self) -> None:
        """End them."""
        self._stack.close()


class _SideBySide:
    """Searches batches by several processes or threads, if that pays.

    Args:
        loaded: the model.
        processes: how many; None for as many as pay.
        others: who else may search.
        on_shared: told in the end how many there were.
    """

    def __init__(
        self,
        loaded: LoadedRun,
        processes: int | None,
        others: _OtherProcesses,
        on_shared: Callable[[Sharing], None],
    ) -> None:
        self._loaded = loaded
        self._processes = processes
        self._others = others
        self._on_shared = on_shared
        self._search = loaded.translator.search

    def __call__(self, tasks: Sequence[BatchTask], should_stop: ShouldStop) -> FoundInTurn:
        """See `SearchAll`."""
        left = range(len(tasks))
        helpers = Helpers(processes=(self._processes or 1) - 1)
        with _threads(1) as threads:
            others = self._others.started
            if others is None and self._processes is None:
                trial = _Trial(threads)
                with closing(self._search.find_in_turn(tasks, should_stop)) as found:
                    for number, batch in found:
                        yield number, batch
                        trial.count(tasks[number])
                        left = range(number + 1, len(tasks))
                        if trial.is_over:
                            break
                helpers = trial.helpers(tasks[left.start :], _memory_of_one(self._loaded))
            if others is None:
                others = self._others.start(min(helpers.processes, len(left) - 1))
            if others is not None:
                yield from others.search(tasks, left, self._search, should_stop)
                memory = others.memory_bytes.values()
                self._on_shared(Sharing(1 + len(memory), max(memory, default=0)))
                return
            if helpers.threads and len(left) > 1:
                yield from search_by_threads(
                    tasks, left, self._search, should_stop, helping=helpers.threads
                )
                left = range(0)
        for number in left:
            if should_stop():
                break
            yield number, self._search.find(tasks[number])
        self._on_shared(Sharing(1))


class _Trial:
    """The first batches, searched by one thread of this process: what they tell of all others.

    Args:
        threads: that this process would have.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._began_s = time.monotonic()
        self._thread_s = time.thread_time()
        self._busy_s = busy_seconds()
        self._tokens = 0

    def count(self, task: BatchTask) -> None:
        """A batch is done."""
        self._tokens += _tokens_of(task)

    @property
    def is_over(self) -> bool:
        """Whether there is enough to go by."""
        return time.monotonic() - self._began_s >= _TRIAL_S

    def helpers(self, tasks: Sequence[BatchTask], memory_of_one: float) -> Helpers:
        """Who pays for the rest."""
        passed_s = time.monotonic() - self._began_s
        own_s = time.thread_time() - self._thread_s
        others = max(0.0, busy_seconds() - self._busy_s - own_s) / max(passed_s, _TRIAL_S)
        work_s = own_s / max(1, self._tokens) * sum(map(_tokens_of, tasks))
        return helpers_that_pay(
            work_s,
            free_cores=threads_beside(others, psutil.cpu_count() or 1, self._threads),
            free_bytes=psutil.virtual_memory().available,
            bytes_each=memory_of_one,
        )


def helpers_that_pay(
    work_s: float, *, free_cores: int, free_bytes: float, bytes_each: float
) -> Helpers:
    """Who beside this thread makes the best of a work.

    Args:
        work_s: seconds that one thread would take.
        free_cores: for this process as well.
        free_bytes: of memory, of which half are left to others.
        bytes_each: that another process takes.
    """
    room = int(free_bytes / 2 / bytes_each)
    processes = min(free_cores - 1, int(work_s / _LEAST_S) - 1, room)
    if work_s >= _THREADS_S and processes > 0:
        return Helpers(processes=processes)
    return Helpers(threads=1 if free_cores > 1 and work_s >= _LEAST_FOR_THREADS_S else 0)


def _tokens_of(task: BatchTask) -> int:
    return sum(map(len, task.sources))


def _memory_of_one(loaded: LoadedRun) -> float:
    return _PROCESS_BYTES + _BYTES_PER_PARAMETER * parameter_count(loaded.translator.model)


def _is_on_processor(loaded: LoadedRun) -> bool:
    return next(loaded.translator.model.parameters()).device.type == "cpu"


@contextmanager
def _threads(threads: int) -> Iterator[int]:
    """This many threads of torch for this one of Python; gives how many there were."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield before
    finally:
        torch.set_num_threads(before)
