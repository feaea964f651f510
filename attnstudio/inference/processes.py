"""Batches searched by several processes side by side, each with one processor thread.

The threads of one search share each product and wait for one another; processes share nothing but
the file of the weights, which all of them map. This process is one of them. It takes batches from
the one end, the others from the other end, so that the longest come first there and all are done
at about the same time. A process that ends before its time loses nothing: what it had in hand is
searched here.
"""

from __future__ import annotations

import logging
import os
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import IO, NamedTuple, Self, cast

from attnstudio.children import Patience, python_command
from attnstudio.config_model import ModelConfig
from attnstudio.inference.batch_bytes import Frame, found_of, read_frame, task_frame, write_frame
from attnstudio.inference.batch_search import (
    BatchSearch,
    BatchTask,
    FoundBatch,
    FoundInTurn,
    ShouldStop,
)
from attnstudio.inference.shared_batches import BatchesLeft, all_found
from attnstudio.model.interface import SequenceModel
from attnstudio.model.spec import ModelSpec
from attnstudio.model.weights import named_weights, save_tensors
from attnstudio.storage_errors import storing

# It watches this process before it loads torch, which takes a while.
_CHILD = (
    "from attnstudio.children import watch_parent; watch_parent(int(sys.argv[1]), sys.argv[2]); "
    "from attnstudio.inference.process_worker import main; main()"
)
_NO_ROOM = "Processes that translate cannot be given the model in {path}: {reason}."
_MOST_SAID = 2_000  # characters of what a lost process wrote

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SharedModel:
    """A model that other processes can build.

    Attributes:
        config: what it was built from.
        spec: what it reads and writes.
        model: as it was trained.
    """

    config: ModelConfig
    spec: ModelSpec
    model: SequenceModel

    def facts(self, weights: Path) -> dict[str, object]:
        """What another process is told, with the file of the weights."""
        sources = {name: [it.vocabulary, it.is_shared] for name, it in self.spec.sources.items()}
        return {
            "config": self.config.model_dump(mode="json"),
            "sources": sources,
            "target_vocabulary": self.spec.target_vocabulary,
            "weights": str(weights),
        }


class _Found(NamedTuple):
    """What another process found in a batch, and the memory that it has to itself."""

    process: int
    number: int
    batch: FoundBatch
    memory_bytes: int


class HelpingProcesses:
    """Processes that search batches beside this one; they end when it leaves the ``with`` block.

    Args:
        shared: the model.
        count: how many, besides this process.

    Attributes:
        memory_bytes: the most that each of those which have helped so far had to itself: not what
            it maps with others.

    Raises:
        StorageError: the folder for temporary files takes nothing.
    """

    def __init__(self, shared: SharedModel, count: int) -> None:
        self._shared = shared
        self._count = count
        self._stack = ExitStack()
        self._children: list[_Child] = []
        self.memory_bytes: dict[int, int] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack, storing(Path(tempfile.gettempdir()), _NO_ROOM):
            folder = Path(
                stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
            )
            weights = folder / "model.safetensors"
            save_tensors(named_weights(self._shared.model), weights)
            stack.callback(self._end)
            for number in range(self._count):
                child = _Child(folder / f"errors-{number}", self._shared.facts(weights))
                self._children.append(child)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def search(
        self, tasks: Sequence[BatchTask], numbers: Sequence[int], own: BatchSearch,
        should_stop: ShouldStop,
    ) -> FoundInTurn:  # fmt: skip
        """Search some batches, in any order, unless it is stopped.

        It can be asked again once all were found.

        Args:
            tasks: all batches.
            numbers: which of them, those with the shortest sources first.
            own: of this process.
            should_stop: asked after each batch of this process and every 0.1 s of waiting.
        """
        left = BatchesLeft(numbers)
        found: SimpleQueue[_Found] = SimpleQueue()
        for child in self._children:
            child.begin(tasks, left, found)
        missing = set(numbers)
        while missing and not should_stop():
            number = left.first()
            if number is not None:
                missing.discard(number)
                yield number, own.find(tasks[number])
            if number is None:
                for child in self._children:
                    child.end_if_it_hangs()
            for other in all_found(found, wait=number is None):
                missing.discard(other.number)
                before = self.memory_bytes.get(other.process, 0)
                self.memory_bytes[other.process] = max(before, other.memory_bytes)
                yield other.number, other.batch

    def _end(self) -> None:
        for child in self._children:
            child.kill()
        for child in self._children:
            child.join()


class _Child:
    """Another process, and the thread of this one that hands it batches.

    Args:
        errors: a file for what it writes to stderr, in a folder that goes with this process.
        facts: of its model.
    """

    def __init__(self, errors: Path, facts: dict[str, object]) -> None:
        self._errors = errors
        self._facts = facts
        self._is_wanted = True
        self._knows_model = False
        with errors.open("wb") as file:
            self._process = subprocess.Popen(
                python_command(_CHILD, str(os.getpid()), str(errors.parent)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
            )
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)
        self._thread: threading.Thread | None = None
        self._patience: Patience | None = None

    def begin(
        self, tasks: Sequence[BatchTask], left: BatchesLeft, found: SimpleQueue[_Found]
    ) -> None:
        """Let it take batches from the end of what is left, unless it has ended meanwhile."""
        if self._thread is not None:
            self._thread.join()
        if self._process.poll() is not None:
            return
        self._thread = threading.Thread(
            target=self._work, args=(tasks, left, found), name="translating process"
        )
        self._thread.start()

    def end_if_it_hangs(self) -> None:
        """End it where it does nothing; what it had in hand is given back."""
        if self._patience is None:
            self._patience = Patience(self._process.pid)
        elif self._patience.is_over:
            self._process.kill()

    def kill(self) -> None:
        """End it at once."""
        self._is_wanted = False
        self._process.kill()

    def join(self) -> None:
        """Wait until it has ended, once it was killed."""
        if self._thread is not None:
            self._thread.join()
        self._process.wait()
        self._answers.close()
        with suppress(OSError):  # something was still to be written
            self._requests.close()

    def _work(
        self, tasks: Sequence[BatchTask], left: BatchesLeft, found: SimpleQueue[_Found]
    ) -> None:
        number: int | None = None
        try:
            if not self._knows_model:
                write_frame(self._requests, Frame(self._facts, {}))
                read_frame(self._answers)
                self._knows_model = True
            while self._is_wanted and (number := left.last()) is not None:
                write_frame(self._requests, task_frame(tasks[number]))
                answer = read_frame(self._answers)
                memory = answer.facts["bytes"]
                found.put(_Found(self._process.pid, number, found_of(answer), memory))
                number = None
        except (OSError, EOFError):
            if self._is_wanted:
                self._write_down()
        finally:
            if number is not None:
                left.give_back(number)

    def _write_down(self) -> None:
        said = self._errors.read_text("utf-8", "replace").strip()[-_MOST_SAID:]
        code = self._process.wait()
        _logger.warning("a translating process ended with code %s: %s", code, said)
