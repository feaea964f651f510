"""From a source to translations, and to what the model looked at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import torch

from attnstudio.attribution.analyses import analyse
from attnstudio.attribution.example import Example, Words
from attnstudio.attribution.faithfulness import Faithfulness, faithfulness
from attnstudio.attribution.work import Work
from attnstudio.axes import Analysis, Measure, Record, TextUnits, Units, axes_of
from attnstudio.config import DecodingConfig
from attnstudio.corpus.text import clean_text
from attnstudio.inference.alternatives import Alternative, likeliest_pieces
from attnstudio.inference.batch_search import BatchSearch, BatchTask, FoundBatch, SearchAll
from attnstudio.inference.reader import AttentionReader, PairToRead, rows_to_read_together
from attnstudio.inference.search import FoundSequence, SearchOptions
from attnstudio.inference.sentence_numbers import SentenceNumbers
from attnstudio.inference.step_reader import read_numbers
from attnstudio.model.interface import SequenceModel, SourceBatch
from attnstudio.model.intervention import Intervention, Spread
from attnstudio.model.learnt_numbers import known_places
from attnstudio.model.padding import pad_ids, source_batch
from attnstudio.model.shuffled import shuffled
from attnstudio.model.spec import ModelSpec
from attnstudio.model.trained import TrainedModel
from attnstudio.sides.side import EncodedItem, SourceSide
from attnstudio.tokenizer import END_ID, START_ID, Token, Tokenizer


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One translation of a sentence.

    Attributes:
        tokens: pieces with their places in ``text``, without ``</s>``.
        ids: target ids, ``</s>`` included; none for an empty translation of nothing.
        text: the translation.
        score: log probability over the length penalty; higher is better.
        token_log_probs: of each id; none where an engine of others does not say them.
    """

    tokens: tuple[Token, ...]
    ids: tuple[int, ...]
    text: str
    score: float
    token_log_probs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Translation:
    """What became of one line.

    Attributes:
        source: the text that was translated, cleaned.
        hypotheses: best first; at least one.
        truncated: whether the source was longer than allowed and was cut.
        attention: what the model looked at in the best hypothesis, if that was asked for.
    """

    source: str
    hypotheses: tuple[Hypothesis, ...]
    truncated: bool = False
    attention: Record | None = None

    @property
    def text(self) -> str:
        """The best translation."""
        return self.hypotheses[0].text


class Translator:
    """A trained model with its sides.

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
        self._search = BatchSearch(self._model)
        self._forgetful: tuple[int, Translator] | None = None

    def translate(
        self,
        texts: Sequence[str],
        config: DecodingConfig | None = None,
        *,
        attention: bool = False,
        measures: Collection[Measure] = (),
        intervention: Intervention | None = None,
        prefixes: Sequence[Sequence[int]] | None = None,
        progress: Callable[[int], None] = lambda _: None,
        should_stop: Callable[[], bool] = lambda: False,
        search_all: SearchAll | None = None,
    ) -> list[Translation] | None:
        """Translate lines: as many translations come back, in the same order.

        An empty line stays empty. A source of more than ``max_source_tokens`` is cut there and
        marked.

        Args:
            texts: lines of source text.
            config: how to search.
            attention: whether to read the attention of each best hypothesis. It shares the
                encoded source with the search and costs less than `records` afterwards.
            measures: what is wanted of that attention beside its weights (see `Record`), which
                takes longer.
            intervention: a change of the attention while decoding.
            prefixes: target ids that the translation of each line begins with, as many as lines;
                None lets the model choose all. A translation may become as long as without, and
                at least one id longer than its prefix.
            progress: told how many lines are done, after each batch.
            should_stop: asked before each batch.
            search_all: who searches the batches; None lets this process do one after another.

        Returns:
            The translations, or None when stopped.
        """
        config = config or DecodingConfig()
        cleaned = [self._source.clean(text) for text in texts]
        translations: list[Translation | None] = [
            None if text else self._nothing(attention=attention) for text in cleaned
        ]
        encoded = self._source.encode(cleaned, config.max_source_tokens, with_units=attention)
        todo = sorted(
            (i for i, done in enumerate(translations) if done is None),
            key=lambda i: len(encoded[i]),
        )
        finished = len(cleaned) - len(todo)
        batches = _batches(todo, [len(source) for source in encoded], config.batch_tokens)
        options = SearchOptions(
            max(config.beam_size, config.n_best),
            config.n_best,
            config.length_penalty,
            intervention,
        )
        tasks = [
            self._task(
                [encoded[i] for i in batch],
                config,
                options,
                None if prefixes is None else [prefixes[i] for i in batch],
                measures=frozenset(measures) if attention else None,
            )
            for batch in batches
        ]
        with closing((search_all or self._search.find_in_turn)(tasks, should_stop)) as searched:
            for number, found in searched:
                for place, i in enumerate(batches[number]):
                    translations[i] = self._translation(cleaned[i], encoded[i], found, place)
                finished += len(batches[number])
                progress(finished)
        if finished < len(cleaned):
            return None
        return [translation for translation in translations if translation is not None]

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
    def search(self) -> BatchSearch:
        """The search for translations in numbers, batch by batch."""
        return self._search

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

    def read_hypothesis(self, source: str, hypothesis: Hypothesis) -> PairToRead:
        """A translation of the model's own as a pair whose attention can be read."""
        ids = hypothesis.ids or (END_ID,)
        return PairToRead(self._source.clean(source), ids, hypothesis.text, forced=False)

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

        The targets are fed to the model (forced decoding), also the model's own: its states are
        then the same as in any search that leads to them, whatever the beam did in between.

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

    def shuffled(self, seed: int) -> Translator:
        """The same with a model that has forgotten everything: see `shuffled`.

        The last one is kept, since to make it takes a tenth of what is asked of it.
        """
        kept = self._forgetful
        if kept is None or kept[0] != seed:
            model = TrainedModel.of(shuffled(self._model.plain, seed))
            kept = seed, Translator(model, self._source, self._target_tokenizer)
            self._forgetful = kept
        return kept[1]

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

    def _nothing(self, *, attention: bool) -> Translation:
        """The translation of an empty line."""
        hypothesis = Hypothesis((), (), "", 0.0, ())
        record = self.records([self.read_hypothesis("", hypothesis)])[0] if attention else None
        return Translation("", (hypothesis,), attention=record)

    def _task(
        self,
        sources: Sequence[EncodedItem],
        config: DecodingConfig,
        options: SearchOptions,
        prefixes: Sequence[Sequence[int]] | None,
        *,
        measures: frozenset[Measure] | None,
    ) -> BatchTask:
        """A batch as the model searches it; with its attention where measures are named."""
        most = [self._source.most_target_tokens(len(source), config) for source in sources]
        if prefixes is not None:
            most = [max(each, len(ids) + 1) for each, ids in zip(most, prefixes, strict=True)]
        return BatchTask(
            tuple(source.values for source in sources),
            tuple(most),
            options,
            measures is not None,
            measures or frozenset(),
            None if prefixes is None else tuple(map(tuple, prefixes)),
        )

    def _translation(
        self, text: str, source: EncodedItem, found: FoundBatch, place: int
    ) -> Translation:
        """What was found of the source at a place of a batch, in words."""
        sequences = found.sequences[place]
        hypotheses = tuple(map(self._hypothesis, sequences))
        record = None
        if found.looks is not None:
            [units] = self._units_of([source])
            pair = self.read_hypothesis(text, hypotheses[0])
            log_probs = sequences[0].token_log_probs
            record = self._reader.record(pair, units, log_probs, found.looks[place])
        return Translation(text, hypotheses, source.is_cut, record)

    def _batch_of(self, sources: Sequence[EncodedItem]) -> dict[str, SourceBatch]:
        return {self._axis: source_batch([source.values for source in sources], self._device)}

    def _units_of(self, sources: Sequence[EncodedItem]) -> list[dict[str, Units]]:
        return [{self._axis: each.units} for each in sources if each.units is not None]

    def _hypothesis(self, sequence: FoundSequence) -> Hypothesis:
        ids = sequence.ids[:-1]
        return Hypothesis(
            tuple(self._target_tokenizer.tokens_of(ids)),
            sequence.ids,
            self._target_tokenizer.decode(ids),
            sequence.score,
            sequence.token_log_probs,
        )


def _batches(order: Sequence[int], lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Cut an order of ascending lengths into batches of at most ``budget`` padded tokens."""
    batches: list[list[int]] = []
    for i in order:
        if batches and (len(batches[-1]) + 1) * lengths[i] <= budget:
            batches[-1].append(i)
        else:
            batches.append([i])
    return batches
