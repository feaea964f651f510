"""What a model looks at, and what it thinks, while it predicts a target that it is given."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import torch

from attnstudio.attribution.analyses import analyse
from attnstudio.attribution.example import Example, Words
from attnstudio.attribution.faithfulness import Faithfulness, faithfulness
from attnstudio.attribution.work import Work
from attnstudio.axes import Record, TextUnits, Units, axes_of
from attnstudio.config import DecodingConfig
from attnstudio.corpus.text import clean_text
from attnstudio.inference.alternatives import Alternative, likeliest_pieces
from attnstudio.inference.reader import AttentionReader, PairToRead, rows_to_read_together
from attnstudio.inference.sentence_numbers import SentenceNumbers
from attnstudio.inference.step_reader import read_numbers
from attnstudio.model.interface import SequenceModel, SourceBatch
from attnstudio.model.intervention import Intervention, Spread
from attnstudio.model.learnt_numbers import known_places
from attnstudio.model.padding import pad_ids, source_batch
from attnstudio.model.shuffled import shuffled
from attnstudio.model.spec import ModelSpec
from attnstudio.model.trained import TrainedModel
from attnstudio.reading import Measure
from attnstudio.sides.side import EncodedItem, SourceSide
from attnstudio.sites import Analysis
from attnstudio.tokenizer import END_ID, START_ID, Tokenizer


class PairReader:
    """A trained model with its sides, read over pairs of a source and its target.

    The targets are fed to the model (forced decoding), also the model's own: its states are then
    the same as in any search that leads to them, whatever the beam did in between.

    Args:
        model: in both of its forms; it reads one source.
        source: how what goes in is read.
        target_tokenizer: for what comes out.
    """

    def __init__(
        self, model: TrainedModel, source: SourceSide, target_tokenizer: Tokenizer
    ) -> None:
        self._model = model
        (self._axis,) = model.plain.sources
        self._source = source
        self._target_tokenizer = target_tokenizer
        self._device = next(model.plain.parameters()).device
        self._reader = AttentionReader(self._model, target_tokenizer)
        self._forgetful: tuple[int, PairReader] | None = None

    @property
    def source(self) -> SourceSide:
        """How what goes in is read."""
        return self._source

    @property
    def target_tokenizer(self) -> Tokenizer:
        """For what comes out."""
        return self._target_tokenizer

    @property
    def device(self) -> torch.device:
        """Where the model computes."""
        return self._device

    @property
    def model(self) -> SequenceModel:
        """The model as it was trained, for what its parts have learnt."""
        return self._model.plain

    @property
    def spec(self) -> ModelSpec:
        """What the model was built to read and to write."""
        return ModelSpec({self._axis: self._source.spec}, self._target_tokenizer.size)

    @property
    def spread(self) -> Spread:
        """Who sees what the model took where it looked, beside the word that it was taken for."""
        return self._model.plain.spread

    def unknown_in(self, source: str) -> list[str]:
        """What of a source the model does not know: the characters that it has no piece for."""
        return self._source.unknown(self._source.clean(source))

    def is_cut(self, source: str, most: int) -> bool:
        """Whether a source is longer than so many places, and is cut there."""
        [encoded] = self._source.encode([self._source.clean(source)], most)
        return encoded.is_cut

    def places_exceeded(self, source: str, target_length: int, most: int) -> int:
        """How many places a model has learnt that meets a longer text; 0 where it knows all.

        Where words beyond them stand a model with learnt positions does not know.

        Args:
            source: what is read.
            target_length: ids of its target, ``</s>`` included.
            most: places of the source that are read.
        """
        known = known_places(self._model.plain)
        if known is None:
            return 0
        [encoded] = self._source.encode([self._source.clean(source)], most)
        lengths = (len(encoded), target_length)
        return next((most for most, length in zip(known, lengths, strict=True) if length > most), 0)

    def read_ids(self, source: str, ids: tuple[int, ...]) -> PairToRead:
        """Target ids, ``</s>`` included, as a pair whose attention can be read."""
        text = self._target_tokenizer.decode(ids[:-1])
        return PairToRead(self._source.clean(source), ids, text, forced=False)

    def read_forced(self, source: str, target: str) -> PairToRead:
        """A given target as a pair whose attention can be read."""
        target = clean_text(target)
        ids = (*self._target_tokenizer.encode(target), END_ID)
        return PairToRead(self._source.clean(source), ids, target, forced=True)

    @torch.inference_mode()
    def records(
        self,
        pairs: Sequence[PairToRead],
        *,
        max_source_tokens: int = DecodingConfig().max_source_tokens,
        measures: Collection[Measure] = (),
        intervention: Intervention | None = None,
    ) -> list[Record]:
        """What the model looks at while it predicts the target of each pair.

        Args:
            pairs: what is read, and what is fed.
            max_source_tokens: where a source is cut.
            measures: what is wanted of the attention beside its weights.
            intervention: a change of the attention.
        """
        items = [pair.source for pair in pairs]
        sources = self._source.encode(items, max_source_tokens, with_units=True)
        records: dict[int, Record] = {}
        for rows in rows_to_read_together([len(source) for source in sources]):
            chosen = [sources[i] for i in rows]
            read, units = self._batch_of(chosen), self._units_of(chosen)
            part = self._reader.read(
                [pairs[i] for i in rows], units, read, intervention, measures=measures
            )
            records.update(zip(rows, part, strict=True))
        return [records[i] for i in range(len(pairs))]

    @torch.inference_mode()
    def token_log_probs(
        self,
        pairs: Sequence[PairToRead],
        *,
        max_source_tokens: int = DecodingConfig().max_source_tokens,
        intervention: Intervention | None = None,
    ) -> list[tuple[float, ...]]:
        """How probable each target id of each pair is: natural logarithms, as in `records`."""
        sources = self._source.encode([pair.source for pair in pairs], max_source_tokens)
        found: dict[int, tuple[float, ...]] = {}
        for rows in rows_to_read_together([len(source) for source in sources]):
            read = self._batch_of([sources[i] for i in rows])
            scored = self._reader.score([pairs[i] for i in rows], read, intervention)
            found.update(zip(rows, map(tuple, scored), strict=True))
        return [found[i] for i in range(len(pairs))]

    @torch.inference_mode()
    def alternatives(
        self,
        pair: PairToRead,
        most: int,
        *,
        max_source_tokens: int = DecodingConfig().max_source_tokens,
        intervention: Intervention | None = None,
    ) -> list[tuple[Alternative, ...]]:
        """What else the model thought of for each target id of a pair, whose target it is fed.

        Args:
            pair: what is read, and what is fed.
            most: how many pieces are wanted for each.
            max_source_tokens: where the source is cut.
            intervention: a change of the attention.

        Returns:
            For each target id, ``</s>`` included, the likeliest pieces, best first.
        """
        model = self._model.for_reading(intervention)
        source = self._source.encode([pair.source], max_source_tokens)
        encoded = model.read(self._batch_of(source), intervention=intervention)
        inputs = pad_ids([(START_ID, *pair.target_ids[:-1])], self._device)
        [logits] = model.decode(encoded, inputs, intervention=intervention).logits
        return likeliest_pieces(logits.float().log_softmax(dim=-1), self._target_tokenizer, most)

    def analyse(
        self,
        pair: PairToRead,
        analyses: Collection[Analysis],
        words: Callable[[TextUnits], Words],
        *,
        measures: Collection[Measure] = (),
        work: Work | None = None,
    ) -> Record | None:
        """What the model looks at, and beside it what each word of the source does for the target.

        Args:
            pair: what is read, and what is fed; its source is a text.
            analyses: what is wanted.
            words: the places of the pieces of a text in groups, one a word.
            measures: what is wanted of the attention beside its weights.
            work: who follows it, and who may end it.

        Returns:
            The record with a matrix of each analysis that the model has; None when stopped.

        Raises:
            AlignmentError: the source is no text.
        """
        [record] = self.records([pair], measures=measures)
        found = analyse(self._model, self._example(pair, record, words), analyses, work)
        return None if found is None else replace(record, matrices={**record.matrices, **found})

    def faithfulness(
        self,
        pair: PairToRead,
        record: Record,
        words: Callable[[TextUnits], Words],
        rankings: Sequence[Sequence[float]],
    ) -> Faithfulness:
        """What is left of each target piece without the words that a ranking puts first.

        Args:
            pair: that was read.
            record: of it.
            words: as for `analyse`; the marks among them are left out.
            rankings: how important each word is, for each piece of the target.
        """
        example = self._example(pair, record, words)
        return faithfulness(self._model.fast, example, rankings)

    def shuffled(self, seed: int) -> PairReader:
        """The same with a model that has forgotten everything: see `shuffled`.

        The last one is kept, since to make it takes a tenth of what is asked of it.
        """
        kept = self._forgetful
        if kept is None or kept[0] != seed:
            model = TrainedModel.of(shuffled(self._model.plain, seed))
            kept = seed, PairReader(model, self._source, self._target_tokenizer)
            self._forgetful = kept
        return kept[1]

    @torch.inference_mode()
    def numbers(
        self, pair: PairToRead, *, max_source_tokens: int = DecodingConfig().max_source_tokens
    ) -> SentenceNumbers:
        """Every number of the model while it predicts the target of a pair, in one forced pass."""
        sources = self._source.encode([pair.source], max_source_tokens, with_units=True)
        [units] = self._units_of(sources)
        axes = axes_of(units, self._reader.target_of(pair))
        read = self._batch_of(sources)
        return read_numbers(self._model.plain, read, pair.target_ids, axes, self._target_tokenizer)

    def _example(
        self, pair: PairToRead, record: Record, words: Callable[[TextUnits], Words]
    ) -> Example:
        units = record.text_of(self._axis)
        [source] = self._source.encode([pair.source], len(units))
        return Example(
            self._axis,
            torch.tensor(source.values, device=self._device).unsqueeze(0),
            torch.tensor(pair.target_ids, device=self._device).unsqueeze(0),
            [word for word in words(units) if not units.is_special(word[0])],
        )

    def _batch_of(self, sources: Sequence[EncodedItem]) -> dict[str, SourceBatch]:
        return {self._axis: source_batch([source.values for source in sources], self._device)}

    def _units_of(self, sources: Sequence[EncodedItem]) -> list[dict[str, Units]]:
        return [{self._axis: each.units} for each in sources if each.units is not None]
