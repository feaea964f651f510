"""Many lines translated by a run, by the engine that is asked for or pays."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Self

from attnstudio.config import DecodingConfig
from attnstudio.errors import ExportError, StorageError
from attnstudio.inference.translation import Translation
from attnstudio.project.ctranslate2_engine import CTranslate2Engine
from attnstudio.project.engines import Engine, Sharing, chosen_engine
from attnstudio.project.usable_run import UsableRun
from attnstudio.reading import Measure
from attnstudio.storage_errors import storing

if TYPE_CHECKING:
    from attnstudio.project.own_engine import OwnEngine  # torch

_logger = logging.getLogger(__name__)


class BulkTranslator:
    """Translates many lines, all at once or part by part; used in a ``with``.

    Processes that are started for one part stay for those that follow.

    Args:
        run: which translates; loaded only if our own engine is needed.
        config: how to search.
        lines: how many there will be in all parts, by which the engine is chosen.
        processes: how many translate side by side, where the model is on a processor; None for as
            many as pay.
        on_shared: told at the end of each part how many there were.
        engine: which translates.
        on_engine: told which one it was, for each part.
        should_stop: asked now and then.
    """

    def __init__(
        self,
        run: UsableRun,
        config: DecodingConfig | None = None,
        *,
        lines: int,
        processes: int | None = None,
        on_shared: Callable[[Sharing], None] = lambda _: None,
        engine: Engine = Engine.AUTO,
        on_engine: Callable[[Engine], None] = lambda _: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._run = run
        self._config = config or DecodingConfig()
        self._lines = lines
        self._processes = processes
        self._on_shared = on_shared
        # CTranslate2 has no processes to be shared by
        wants_own = processes is not None and engine is Engine.AUTO
        self._wished = Engine.OWN if wants_own else engine
        self._on_engine = on_engine
        self._should_stop = should_stop
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def translate(
        self,
        texts: Sequence[str],
        *,
        attention: bool = False,
        measures: Collection[Measure] = (),
        progress: Callable[[int], None] = lambda _: None,
    ) -> list[Translation] | None:
        """Translate some lines: see `translate_bulk`."""
        engine = chosen_engine(
            self._wished, self._run, self._lines, self._config,
            attention=attention, measures=measures,
        )  # fmt: skip
        if engine is Engine.CTRANSLATE2:
            return self._by_both(texts, progress)
        self._on_engine(engine)
        return self._own.translate(
            texts, progress, attention=attention, measures=measures, processes=self._processes
        )

    def read(
        self,
        texts: Sequence[str],
        *,
        measures: Collection[Measure],
        progress: Callable[[int], None],
    ) -> list[Translation] | None:
        """Translate some lines with their attention, which our own engine alone reads."""
        return self._own.translate(
            texts, progress, attention=True, measures=measures, processes=self._processes
        )

    def _by_both(
        self, texts: Sequence[str], progress: Callable[[int], None]
    ) -> list[Translation] | None:
        """By CTranslate2, and what it leaves by our own engine; all by ours if it fails.

        Raises:
            ExportError: it was asked for and failed.
            StorageError: the converted model can be written nowhere.
        """
        try:
            with storing(self._run.found.run.folder):
                found = self._other.translate(texts, progress)
        except (ExportError, StorageError) as error:
            if self._wished is Engine.CTRANSLATE2:
                raise
            _logger.warning("CTranslate2 is left out: %s", error)
            self._wished = Engine.OWN  # for all parts that follow
            return self.translate(texts, progress=progress)
        if found is None:
            return None
        self._on_engine(Engine.CTRANSLATE2)
        left = [number for number, each in enumerate(found) if each is None]
        if left:
            done = len(texts) - len(left)
            lines = [texts[number] for number in left]
            rest = self._own.translate(lines, lambda more: progress(done + more))
            if rest is None:
                return None
            for number, each in zip(left, rest, strict=True):
                found[number] = each
        return [each for each in found if each is not None]

    @cached_property
    def _other(self) -> CTranslate2Engine:
        engine = CTranslate2Engine(
            self._run, self._config, lines=self._lines, should_stop=self._should_stop
        )
        return self._stack.enter_context(engine)

    @cached_property
    def _own(self) -> OwnEngine:
        from attnstudio.project.own_engine import OwnEngine  # torch

        engine = OwnEngine(self._run.loaded(), self._config, self._on_shared, self._should_stop)
        return self._stack.enter_context(engine)


def translate_bulk(
    run: UsableRun,
    texts: Sequence[str],
    config: DecodingConfig | None = None,
    *,
    attention: bool = False,
    measures: Collection[Measure] = (),
    processes: int | None = None,
    on_shared: Callable[[Sharing], None] = lambda _: None,
    engine: Engine = Engine.AUTO,
    on_engine: Callable[[Engine], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> list[Translation] | None:
    """Translate lines: as many translations come back, in the same order.

    Args:
        run: the model; see `BulkTranslator` also for what is not named here.
        texts: lines of source text.
        config: how to search.
        attention: whether to read the attention of each best hypothesis.
        measures: what is wanted of that attention beside its weights.
        processes: see there.
        on_shared: see there.
        engine: which translates.
        on_engine: told which one it was.
        progress: told how many lines are done, now and then.
        should_stop: asked now and then.

    Returns:
        The translations, which are those of `Translator.translate`, or None when stopped. Those
        of CTranslate2 do not say how likely each of their pieces was, and another one may be
        found where two are as likely but for rounding.

    Raises:
        UsageError: an engine was asked for that cannot do it.
        ExportError: an engine that was asked for failed.
        StorageError: its converted model can be written nowhere.
    """
    with BulkTranslator(
        run,
        config,
        lines=len(texts),
        processes=processes,
        on_shared=on_shared,
        engine=engine,
        on_engine=on_engine,
        should_stop=should_stop,
    ) as translator:
        return translator.translate(
            texts, attention=attention, measures=measures, progress=progress
        )
