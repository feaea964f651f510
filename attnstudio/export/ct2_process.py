"""CTranslate2 as a process that answers: translations, log probabilities and attention."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from attnstudio.children import Patience, python_command
from attnstudio.errors import ExportError

PACKAGE = "ctranslate2"
_CODE = "from attnstudio.export.ct2_child import main; main()"
_POLL_S = 0.1
_FEWEST, _MOST, _BATCHES_EACH = 8, 64, 4  # of a batch: 32 to 128 sentences differ little
_ENDING_S = 5.0


def is_installed() -> bool:
    """Whether CTranslate2 is there; nothing of it is loaded."""
    return find_spec(PACKAGE) is not None


def refuse_not_installed() -> None:
    """Refuse at once what needs it.

    Raises:
        ExportError: it is not installed.
    """
    if not is_installed():
        raise ExportError(
            "CTranslate2 is not installed.",
            hint="Install it with: pip install 'attnstudio[ct2]'",
        )


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for.

    Attributes:
        beam_size: hypotheses kept side by side; 1 is greedy.
        alpha: of our penalty for lengths.
        attention: whether to say what was looked at; only without a penalty.
    """

    beam_size: int
    alpha: float = 0.0
    attention: bool = False


@dataclass(frozen=True, slots=True)
class FoundPieces:
    """What a source became.

    Attributes:
        pieces: without ``</s>``.
        total: their log probability, that of ``</s>`` included.
        attention: (pieces + 1, source pieces) weights; None where they were not asked for.
    """

    pieces: tuple[str, ...]
    total: float
    attention: Sequence[Sequence[float]] | None


class CTranslate2:
    """A converted model at work; used in a ``with``, which ends its process.

    It starts at once, and is waited for when something is asked of it. What is wrong with it or
    with the model is an `ExportError` then.

    Args:
        folder: of the model.
        compute_type: as it names them; ``default`` computes as the weights were written.
        workers: translations side by side, each on a core of its own.
        should_stop: asked before each answer, and every 0.1 s while it is awaited; True ends
            the process.
    """

    def __init__(
        self,
        folder: Path,
        *,
        compute_type: str = "default",
        workers: int = 1,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._should_stop = should_stop
        self._workers = workers
        self._is_stopped = False
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        arguments = (str(folder), compute_type, str(workers), str(os.getpid()))
        self._process = subprocess.Popen(
            python_command(_CODE, *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            encoding="utf-8",
            env={**os.environ, "CT2_VERBOSE": "-1"},  # only what is fatal
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._patience = Patience(self._process.pid)
        self._reader = threading.Thread(target=self._read, daemon=False)
        self._reader.start()

    @property
    def version(self) -> str:
        """Of CTranslate2."""
        return str(self._greeting.get("version", ""))

    @property
    def compute_type(self) -> str:
        """What it computes in."""
        return str(self._greeting.get("compute_type", ""))

    @cached_property
    def _greeting(self) -> dict[str, Any]:
        """What it says when it is ready; nothing where it is stopped before that."""
        return self._next() or {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait(_ENDING_S)
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                with suppress(BrokenPipeError):  # what was still to be said has no listener
                    stream.close()

    def translate(
        self,
        sources: Sequence[Sequence[str]],
        longest: Sequence[int],
        search: Search,
        progress: Callable[[int], None] = lambda _: None,
    ) -> list[FoundPieces | None] | None:
        """The same as `translate_in_turn`, in the order of the sources.

        Args:
            sources: see there, also for ``longest`` and ``search``.
            longest: see there.
            search: see there.
            progress: told how many are done.

        Returns:
            None for all when stopped.

        Raises:
            ExportError: it failed.
        """
        found: dict[int, FoundPieces | None] = {}
        for batch in self.translate_in_turn(sources, longest, search):
            found.update(batch)
            progress(len(found))
        if len(found) < len(sources):
            return None
        return [found[number] for number in range(len(sources))]

    def translate_in_turn(
        self, sources: Sequence[Sequence[str]], longest: Sequence[int], search: Search
    ) -> Iterator[list[tuple[int, FoundPieces | None]]]:
        """The best translation of each source, as our search would choose it, as it is found.

        Args:
            sources: in pieces, ``</s>`` included.
            longest: most pieces of each translation, ``</s>`` included.
            search: how to search.

        Yields:
            Numbers of sources with what each became; None for a source that ours would search in
            another way: up to the longest length, or past a piece that is never written. It ends
            early when stopped.

        Raises:
            ExportError: it failed.
        """
        request = {
            "do": "translate",
            "sources": [list(pieces) for pieces in sources],
            "longest": list(longest),
            "together": _together(len(sources), self._workers),
            "beam_size": search.beam_size,
            "alpha": search.alpha,
            "attention": search.attention,
        }
        for answer in self._ask(request):
            yield [
                (number, None if pieces is None else FoundPieces(tuple(pieces), total, attention))
                for number, pieces, total, attention in answer["found"]
            ]

    def score(
        self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]
    ) -> list[tuple[float, ...]]:
        """The log probability of each piece of each target and of its ``</s>``.

        Raises:
            ExportError: it failed.
        """
        request: dict[str, object] = {"do": "score", "sources": sources, "targets": targets}
        return [tuple(each) for answer in self._ask(request) for each in answer["log_probs"]]

    def _ask(self, request: dict[str, object]) -> Iterator[dict[str, Any]]:
        """The answers to a request; they end early when stopped."""
        # A process that hangs takes nothing in: nobody should wait for it who cannot be stopped.
        writer = threading.Thread(target=self._write, args=(json.dumps(request) + "\n",))
        writer.start()
        try:
            if not self._greeting:
                return
            while (answer := self._next()) is not None and "done" not in answer:
                yield answer
        except BaseException:
            self._process.kill()
            raise
        finally:
            writer.join()

    def _write(self, request: str) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # what the process said before it ended says why
            self._process.stdin.write(request)
            self._process.stdin.flush()

    def _next(self) -> dict[str, Any] | None:
        """The next answer; None when stopped.

        Raises:
            ExportError: there is none, or it is an error.
        """
        line = None
        while line is None:
            if self._is_stopped or self._should_stop():
                self._is_stopped = True
                self._process.kill()
                return None
            try:
                line = self._lines.get(timeout=_POLL_S)
            except queue.Empty:
                if self._patience.is_over:
                    raise _failed("its process hangs") from None
        answer: dict[str, Any] = json.loads(line) if line else {"error": self._last_words()}
        if "error" in answer:
            raise _failed(str(answer["error"]))
        return answer

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def _last_words(self) -> str:
        """What a process that ended by itself said last."""
        code = self._process.wait(_ENDING_S)
        self._errors.seek(0)
        said = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        ended = f"its process ended with code {code}"
        return f"{ended}: {said[-1]}" if said else ended


def _failed(reason: str) -> ExportError:
    return ExportError(
        "CTranslate2 failed: {reason}.",
        hint="Translate with Attention Studio's own engine instead.",
        reason=reason.strip().rstrip("."),
    )


def _together(sentences: int, workers: int) -> int:
    """How many sentences a batch has: each worker has several, and large ones go fastest."""
    return max(_FEWEST, min(_MOST, sentences // (_BATCHES_EACH * workers)))
