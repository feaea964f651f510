"""From a source to translations, and to what the model looked at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import closing

from attnstudio.config import DecodingConfig
from attnstudio.inference.batch_search import BatchSearch, BatchTask, FoundBatch, SearchAll
from attnstudio.inference.pair_reader import PairReader
from attnstudio.inference.reader import PairToRead
from attnstudio.inference.search import FoundSequence, SearchOptions
from attnstudio.inference.translation import Hypothesis, Translation, of_nothing
from attnstudio.model.intervention import Intervention
from attnstudio.model.trained import TrainedModel
from attnstudio.reading import Measure
from attnstudio.sides.side import EncodedItem, SourceSide
from attnstudio.tokenizer import END_ID, Tokenizer


class Translator(PairReader):
    """A trained model with its sides, which searches translations as well.

    Args:
        model: in both of its forms; it reads one source.
        source: how what goes in is read.
        target_tokenizer: for what comes out.
    """

    def __init__(
        self, model: TrainedModel, source: SourceSide, target_tokenizer: Tokenizer
    ) -> None:
        super().__init__(model, source, target_tokenizer)
        self._search = BatchSearch(self._model)

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
    def search(self) -> BatchSearch:
        """The search for translations in numbers, batch by batch."""
        return self._search

    def read_hypothesis(self, source: str, hypothesis: Hypothesis) -> PairToRead:
        """A translation of the model's own as a pair whose attention can be read."""
        ids = hypothesis.ids or (END_ID,)
        return PairToRead(self._source.clean(source), ids, hypothesis.text, forced=False)

    def _nothing(self, *, attention: bool) -> Translation:
        """The translation of an empty line."""
        nothing = of_nothing()
        if not attention:
            return nothing
        [record] = self.records([self.read_hypothesis("", nothing.hypotheses[0])])
        return of_nothing(record)

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

    def _hypothesis(self, sequence: FoundSequence) -> Hypothesis:
        ids = sequence.ids[:-1]
        return Hypothesis(
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
