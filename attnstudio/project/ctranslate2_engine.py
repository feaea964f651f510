"""CTranslate2 as an engine for many lines: as our own search would translate them.

Nothing here needs torch or the weights of a run once its model is converted.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import psutil

from attnstudio.config import DecodingConfig
from attnstudio.export.ct2_choice import length_penalty
from attnstudio.export.ct2_limits import MOST_PLACES
from attnstudio.export.ct2_process import CTranslate2, FoundPieces, Search
from attnstudio.inference.translation import Hypothesis, Translation, of_nothing
from attnstudio.project.converted_model import converted
from attnstudio.project.usable_run import UsableRun
from attnstudio.sides.side import EncodedItem
from attnstudio.sides.text import TextSource
from attnstudio.tokenizer import END_ID, Tokenizer


class CTranslate2Engine:
    """CTranslate2 for a run; used in a ``with``, which ends its process.

    The process starts at the first lines, and stays for all that follow.

    Args:
        run: that it can compute.
        config: how to search.
        lines: how many there will be, about.
        should_stop: asked now and then; True ends the process.
    """

    def __init__(
        self,
        run: UsableRun,
        config: DecodingConfig,
        *,
        lines: int,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._run = run
        self._config = config
        cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
        self._workers = max(1, min(cores, lines))
        self._should_stop = should_stop
        self._stack = ExitStack()
        self._process: CTranslate2 | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def translate(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda _: None
    ) -> list[Translation | None] | None:
        """Translate lines: as our search would, but for what floats differ in.

        Args:
            texts: lines of source text.
            progress: told how many are done, of those that are left to nobody else.

        Returns:
            The translations, in the order of the lines; None for a line that our own engine has
            to translate, since it is too long, or its translation ran to the longest length. None
            for all when stopped.

        Raises:
            ExportError: CTranslate2 failed.
            OSError: the converted model can be written nowhere.
        """
        process = self._started() if any(texts) else None  # it loads while lines are cut
        lines = _Lines.of(self._source, texts, self._config)
        found: list[Translation | None] = [None if text else of_nothing() for text in lines.texts]
        left = len(lines.todo)
        if not left or process is None:
            return found
        done = len(found) - left
        for batch in process.translate_in_turn(
            [[self._pieces[id_] for id_ in lines.encoded[number].values] for number in lines.todo],
            [lines.longest[number] for number in lines.todo],
            Search(self._config.beam_size, self._config.length_penalty),
        ):
            for place, hypothesis in self._hypotheses(batch):
                number = lines.todo[place]
                is_cut = lines.encoded[number].is_cut
                found[number] = Translation(lines.texts[number], (hypothesis,), is_cut)
            left -= len(batch)
            done += len(batch)
            progress(done)
        return None if left else found

    def _started(self) -> CTranslate2:
        if self._process is None:
            folder = self._stack.enter_context(converted(self._run))
            process = CTranslate2(
                folder,
                compute_type="float32",
                workers=self._workers,
                should_stop=self._should_stop,
            )
            self._process = self._stack.enter_context(process)
        return self._process

    @cached_property
    def _source(self) -> TextSource:
        source = self._run.found.source
        assert isinstance(source, TextSource)
        return source

    @property
    def _target(self) -> Tokenizer:
        return self._run.found.target

    @cached_property
    def _pieces(self) -> list[str]:
        """What each id of a source is called."""
        cutter = self._source.tokenizer
        return [cutter.piece(id_) for id_ in range(cutter.size)]

    @cached_property
    def _ids(self) -> Mapping[str, int]:
        return {self._target.piece(id_): id_ for id_ in range(self._target.size)}

    def _hypotheses(
        self, batch: Sequence[tuple[int, FoundPieces | None]]
    ) -> list[tuple[int, Hypothesis]]:
        """As our own, but that nobody said how likely each of its pieces was."""
        known = [(place, each) for place, each in batch if each is not None]
        chosen = [[self._ids[piece] for piece in each.pieces] for _, each in known]
        texts = self._target.decode_all(chosen)
        alpha = self._config.length_penalty
        return [
            (
                place,
                Hypothesis(
                    (*ids, END_ID),
                    text,
                    each.total / length_penalty(len(ids) + 1, alpha),
                    (),
                ),
            )
            for (place, each), ids, text in zip(known, chosen, texts, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines as they are searched.

    Attributes:
        texts: cleaned.
        encoded: the same in ids.
        longest: how many pieces the translation of each may have, ``</s>`` included.
        todo: the numbers of those that CTranslate2 translates.
    """

    texts: list[str]
    encoded: list[EncodedItem]
    longest: list[int]
    todo: list[int]

    @classmethod
    def of(cls, source: TextSource, texts: Sequence[str], config: DecodingConfig) -> Self:
        cleaned = [source.clean(text) for text in texts]
        encoded = source.encode(cleaned, config.max_source_tokens)
        longest = [source.most_target_tokens(len(each), config) for each in encoded]
        todo = [
            number
            for number, text in enumerate(cleaned)
            if text and max(len(encoded[number]), longest[number] + 1) <= MOST_PLACES
        ]
        return cls(cleaned, encoded, longest, todo)
