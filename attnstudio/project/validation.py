"""What a trainer calls to measure its model: loss, translations, alignments, watch sentences."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional

from attnstudio.axes import Record
from attnstudio.config import DecodingConfig
from attnstudio.config_training import TrainingConfig
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.evaluation.metrics import score_translations
from attnstudio.evaluation.reading import ReadingChoice, choose_reading
from attnstudio.inference.translation import Translation
from attnstudio.inference.translator import Translator
from attnstudio.model.interface import SequenceModel
from attnstudio.model.padding import pad_ids, source_batch
from attnstudio.model.trained import TrainedModel
from attnstudio.project.attention_numbers import attention_numbers
from attnstudio.project.measured_pairs import GoldPairs, spread
from attnstudio.project.text_agreement import agreement_with_text
from attnstudio.reading import Reading
from attnstudio.sides.side import SourceSide
from attnstudio.tokenizer import END_ID, PADDING_ID, START_ID, Tokenizer
from attnstudio.training.events import FIRST_OWN
from attnstudio.training.hooks import ValidationResult, WatchedSentence
from attnstudio.training.scores import (
    AER,
    BLEU,
    CHRF,
    LOSS,
    PERPLEXITY,
    TEXT_AGREEMENT,
    TOKEN_ACCURACY,
    perplexity_of,
)

_GREEDY = DecodingConfig(beam_size=1, max_length_ratio=1.5)
_LOOKED_AT = 20  # pairs whose attention is summed up: enough for a curve, few enough to be free


@dataclass(frozen=True, slots=True)
class _ForcedLoss:
    loss: float
    token_accuracy: float


@dataclass(frozen=True, slots=True)
class _Watched:
    """A watch sentence."""

    index: int
    source: str
    reference: str


class Validator:
    """Measures a model on the validation pairs of a corpus.

    Args:
        corpus: with its direction.
        gold: the pairs that the attention is held against gold links on; none where it is not.
        linked_by_text: pairs with links of the text, which it is held against where it is not.
        source: how what goes in is read.
        target_tokenizer: for what comes out.
        config: how much to measure.
        own_sentences: asked at each validation for sentences of the person's own that are watched
            as well; None for those of the last time.
        keep_record: keeps the attention of a watch sentence under the name of a file.
        should_stop: asked between batches.

    Attributes:
        reading: the reading that was best on gold links at the last validation that looked; None
            where a head was taught, which is read by itself.
    """

    def __init__(
        self,
        corpus: ParallelCorpus,
        gold: GoldPairs,
        linked_by_text: list[SentencePair],
        source: SourceSide,
        target_tokenizer: Tokenizer,
        *,
        config: TrainingConfig,
        own_sentences: Callable[[], Sequence[str] | None],
        keep_record: Callable[[str, Record], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self._source = source
        self._target_tokenizer = target_tokenizer
        self._language = corpus.target_language
        self._config = config
        self._own_sentences = own_sentences
        self._own: Sequence[str] = ()
        self._keep_record = keep_record
        self._should_stop = should_stop
        split = Split.VALID if corpus.counts()[Split.VALID] else Split.TRAIN
        indices = corpus.indices(split).tolist()
        self._pairs = [corpus[i] for i in spread(indices, config.validation_pairs)]
        self._decoded = spread(self._pairs, config.decoded_pairs)
        self._gold = [corpus[i] for i in gold.pairs]
        self._linked_by_text = linked_by_text
        fitting = [pair for pair in self._pairs if source.suits_watching(pair.source)]
        self._watch = spread(fitting or self._pairs, config.watch_sentences)
        self._looked_at = spread(fitting or self._pairs, _LOOKED_AT)
        self.reading: Reading | None = None

    def __call__(
        self, model: SequenceModel, step: int, time_is_spent: bool
    ) -> ValidationResult | None:
        """Measure; without all that has to be read or translated when validation took its time."""
        forced = self._forced_loss(model)
        if forced is None:
            return None
        measured = {
            LOSS.name: forced.loss,
            PERPLEXITY.name: perplexity_of(forced.loss),
            TOKEN_ACCURACY.name: forced.token_accuracy,
        }
        if not math.isfinite(forced.loss):  # it cannot translate: the loss says enough
            return ValidationResult(scores=measured)
        translator = Translator(TrainedModel.of(model), self._source, self._target_tokenizer)
        choice: ReadingChoice | None = None
        if self._decoded and not time_is_spent:
            translations = translator.translate(
                [pair.source for pair in self._decoded], _GREEDY, should_stop=self._should_stop
            )
            if translations is None:
                return None
            found = score_translations(
                [translation.text for translation in translations],
                [pair.target for pair in self._decoded],
                self._language,
            )
            measured |= {BLEU.name: found.bleu, CHRF.name: found.chrf}
        if self._gold and not time_is_spent:
            choice = self._choice(translator)
        intervals = {}
        if choice is not None:
            measured[AER.name] = choice.score.aer
            intervals[AER.name] = (choice.interval.low, choice.interval.high)
        elif self._linked_by_text and not self._gold and not time_is_spent:
            agreement = agreement_with_text(translator, self._linked_by_text)
            if agreement is not None:
                measured[TEXT_AGREEMENT.name], where = agreement
                intervals[TEXT_AGREEMENT.name] = (where.low, where.high)
        # α and spans are read off the model, which takes no time
        of_attention = attention_numbers(translator, () if time_is_spent else self._looked_at)
        measured |= of_attention.scores
        return ValidationResult(
            scores=measured,
            reading=choice.reading.to_mapping() if choice is not None else None,
            intervals=intervals,
            head_numbers=of_attention.head_numbers,
            watched=self._watched(translator, step),
        )

    @torch.no_grad()
    def _forced_loss(self, model: SequenceModel) -> _ForcedLoss | None:
        device = next(model.parameters()).device
        (axis,) = model.sources
        most = self._config.max_sentence_tokens
        sources = self._source.encode([pair.source for pair in self._pairs], most + 1)
        targets = self._target_tokenizer.encode_all([pair.target for pair in self._pairs])
        lengths = [
            max(source.whole_length, len(target) + 1)
            for source, target in zip(sources, targets, strict=True)
        ]
        rows = sorted(range(len(lengths)), key=lengths.__getitem__)
        total, right, tokens = 0.0, 0, 0
        batch: list[int] = []
        for position, row in enumerate(rows, start=1):
            batch.append(row)
            longest = min(most + 1, lengths[row])
            if position < len(rows) and (len(batch) + 1) * longest <= self._config.batch_tokens:
                continue
            if self._should_stop():
                return None
            source = source_batch([sources[i].values for i in batch], device)
            inputs = pad_ids([[START_ID, *targets[i][:most]] for i in batch], device)
            outputs = pad_ids([[*targets[i][:most], END_ID] for i in batch], device)
            logits = model.decode(model.read({axis: source}), inputs).logits
            total += float(
                functional.cross_entropy(
                    logits.flatten(0, 1),
                    outputs.flatten(),
                    ignore_index=PADDING_ID,
                    reduction="sum",
                )
            )
            real = outputs != PADDING_ID
            right += int(((logits.argmax(dim=-1) == outputs) & real).sum())
            tokens += int(real.sum())
            batch = []
        return _ForcedLoss(total / tokens, right / tokens) if tokens else _ForcedLoss(math.nan, 0.0)

    def _choice(self, translator: Translator) -> ReadingChoice | None:
        """The reading whose alignment error is told: that of a taught head, else the best one.

        Of weights alone: they are what is shown first, and norms, which would double the readings,
        link no better (.1120 against .1104 on the German sample).

        Returns:
            None without attention.
        """
        records = translator.records(
            [translator.read_forced(pair.source, pair.target) for pair in self._gold]
        )
        if records[0].cross is None:
            return None
        golds = [pair.gold for pair in self._gold if pair.gold]
        taught = records[0].taught
        choice = choose_reading(records, golds, only=taught)
        self.reading = choice.reading if taught is None else None
        return choice

    def _watched(self, translator: Translator, step: int) -> tuple[WatchedSentence, ...]:
        """Those of the corpus, and by themselves the person's own, which have no reference."""
        own = self._own_sentences()
        self._own = self._own if own is None else own
        of_corpus = [_Watched(n, pair.source, pair.target) for n, pair in enumerate(self._watch)]
        own_ones = [_Watched(n, text, "") for n, text in enumerate(self._own, start=FIRST_OWN)]
        return tuple(
            self._look_at(sentence, translation, step)
            for sentences in (of_corpus, own_ones)
            for sentence, translation in zip(
                sentences,
                translator.translate([each.source for each in sentences], _GREEDY, attention=True)
                or [],
                strict=True,
            )
        )

    def _look_at(self, sentence: _Watched, found: Translation, step: int) -> WatchedSentence:
        record = found.attention
        assert record is not None  # it was asked for
        name = f"{step:08d}-{sentence.index}.safetensors"
        self._keep_record(name, record)
        return WatchedSentence(
            index=sentence.index,
            source=sentence.source,
            reference=sentence.reference,
            translation=record.target.text,
            attention=name,
        )
