"""From text to translations, and to what the model looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from attnstudio.config import DecodingConfig
from attnstudio.corpus.text import clean_text
from attnstudio.inference.candidates import log_normalisers
from attnstudio.inference.record import AttentionRecord, Weights
from attnstudio.inference.search import FoundSequence, SearchOptions, search
from attnstudio.model.interface import DecoderWeights, EncodedSource, Seq2SeqModel
from attnstudio.model.intervention import Intervention
from attnstudio.model.packed import packed
from attnstudio.model.padding import pad_ids, source_batch
from attnstudio.tokenizer import END_ID, START_ID, Token, Tokenizer, end_token

_EXTRA_TARGET_TOKENS = 10
_TRACED_TOGETHER = 32


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One translation of a sentence.

    Attributes:
        tokens: pieces with their places in ``text``, without ``</s>``.
        ids: target ids, ``</s>`` included; none for an empty translation of nothing.
        text: the translation.
        score: log probability over the length penalty; higher is better.
        token_log_probs: of each id.
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
    attention: AttentionRecord | None = None

    @property
    def text(self) -> str:
        """The best translation."""
        return self.hypotheses[0].text


@dataclass(frozen=True, slots=True)
class PairToRead:
    """A source and the target ids whose attention is wanted.

    Attributes:
        source: text.
        target_ids: ``</s>`` included.
        target_text: what the ids stand for.
        forced: True when a person gave the target.
    """

    source: str
    target_ids: tuple[int, ...]
    target_text: str
    forced: bool


class Translator:
    """A trained model with its tokenizers.

    Args:
        model: is put into evaluation mode; its weights are read now, not as they are later.
        source_tokenizer: for what goes in.
        target_tokenizer: for what comes out.
    """

    def __init__(
        self, model: Seq2SeqModel, source_tokenizer: Tokenizer, target_tokenizer: Tokenizer
    ) -> None:
        self._model = packed(model.eval())
        self._source_tokenizer = source_tokenizer
        self._target_tokenizer = target_tokenizer
        self._device = next(model.parameters()).device

    def translate(
        self,
        texts: Sequence[str],
        config: DecodingConfig | None = None,
        *,
        attention: bool = False,
        intervention: Intervention | None = None,
        progress: Callable[[int], None] = lambda _: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> list[Translation] | None:
        """Translate lines: as many translations come back, in the same order.

        An empty line stays empty. A source of more than ``max_source_tokens`` is cut there and
        marked.

        Args:
            texts: lines of source text.
            config: how to search.
            attention: whether to read the attention of each best hypothesis. It shares the
                encoded source with the search and costs less than `records` afterwards.
            intervention: a change of the attention while decoding.
            progress: told how many lines are done, after each batch.
            should_stop: asked before each batch.

        Returns:
            The translations, or None when stopped.
        """
        config = config or DecodingConfig()
        cleaned = [clean_text(text) for text in texts]
        translations: list[Translation | None] = [
            None if text else self._nothing(attention=attention) for text in cleaned
        ]
        encoded = self._encode_sources(cleaned, config.max_source_tokens)
        todo = sorted(
            (i for i, done in enumerate(translations) if done is None),
            key=lambda i: len(encoded[i].ids),
        )
        finished = len(cleaned) - len(todo)
        for batch in _batches(todo, [len(source.ids) for source in encoded], config.batch_tokens):
            if should_stop():
                return None
            part = self._translate_batch(
                [cleaned[i] for i in batch],
                [encoded[i] for i in batch],
                config,
                intervention,
                attention=attention,
            )
            for i, translation in zip(batch, part, strict=True):
                translations[i] = translation
            finished += len(batch)
            progress(finished)
        return [translation for translation in translations if translation is not None]

    def read_hypothesis(self, source: str, hypothesis: Hypothesis) -> PairToRead:
        """A translation of the model's own as a pair whose attention can be read."""
        ids = hypothesis.ids or (END_ID,)
        return PairToRead(clean_text(source), ids, hypothesis.text, forced=False)

    def read_forced(self, source: str, target: str) -> PairToRead:
        """A given target as a pair whose attention can be read."""
        target = clean_text(target)
        ids = (*self._target_tokenizer.encode(target), END_ID)
        return PairToRead(clean_text(source), ids, target, forced=True)

    @torch.inference_mode()
    def records(
        self,
        pairs: Sequence[PairToRead],
        *,
        max_source_tokens: int = DecodingConfig().max_source_tokens,
        intervention: Intervention | None = None,
    ) -> list[AttentionRecord]:
        """What the model looks at while it predicts the target of each pair.

        The targets are fed to the model (forced decoding), also the model's own: its states are
        then the same as in any search that leads to them, whatever the beam did in between.
        """
        sources = self._encode_sources([pair.source for pair in pairs], max_source_tokens)
        order = sorted(range(len(pairs)), key=lambda i: len(sources[i].ids))
        records: dict[int, AttentionRecord] = {}
        for start in range(0, len(order), _TRACED_TOGETHER):
            rows = order[start : start + _TRACED_TOGETHER]
            part = self._trace([pairs[i] for i in rows], [sources[i] for i in rows], intervention)
            records.update(zip(rows, part, strict=True))
        return [records[i] for i in range(len(pairs))]

    def _trace(
        self,
        pairs: Sequence[PairToRead],
        sources: Sequence[_EncodedText],
        intervention: Intervention | None,
    ) -> list[AttentionRecord]:
        source = source_batch([text.ids for text in sources], self._device)
        encoded = self._model.encode(source, intervention=intervention, trace=True)
        inputs = self._inputs([pair.target_ids for pair in pairs])
        output = self._model.decode(encoded, inputs, intervention=intervention, trace=True)
        targets = pad_ids([pair.target_ids for pair in pairs], self._device)
        logits = output.logits.float().flatten(0, 1)  # (batch * tgt_len, vocabulary)
        scores = logits.gather(1, targets.view(-1, 1)).squeeze(1)
        chosen = (scores - log_normalisers(logits)).view_as(targets).tolist()
        log_probs = [row[: len(pair.target_ids)] for row, pair in zip(chosen, pairs, strict=True)]
        return self._records_of(pairs, log_probs, encoded, output.attention_weights())

    def _inputs(self, targets: Sequence[Sequence[int]]) -> Tensor:
        """What the decoder is fed to predict the targets."""
        return pad_ids([(START_ID, *ids[:-1]) for ids in targets], self._device)

    def _records_of(
        self,
        pairs: Sequence[PairToRead],
        log_probs: Sequence[Sequence[float]],
        encoded: EncodedSource,
        weights: DecoderWeights,
    ) -> list[AttentionRecord]:
        own = encoded.self_attention
        records = []
        for row, (pair, src_len) in enumerate(
            zip(pairs, encoded.mask.sum(dim=1).tolist(), strict=True)
        ):
            tgt_len = len(pair.target_ids)
            encoder_self = None if own is None else _weights_of(own.weights, row, src_len, src_len)
            decoder_self = (
                None
                if weights.self_attention is None
                else _weights_of(weights.self_attention, row, tgt_len, tgt_len)
            )
            records.append(
                AttentionRecord(
                    source_text=pair.source,
                    target_text=pair.target_text,
                    source_tokens=self._source_tokens(pair, src_len),
                    target_tokens=self._target_tokens(pair),
                    forced=pair.forced,
                    cross=_weights_of(weights.cross, row, tgt_len, src_len),
                    encoder_self=encoder_self,
                    decoder_self=decoder_self,
                    token_log_probs=tuple(log_probs[row]),
                )
            )
        return records

    def _source_tokens(self, pair: PairToRead, length: int) -> tuple[Token, ...]:
        tokens = self._source_tokenizer.tokens(pair.source)
        return (*tokens[: length - 1], end_token(pair.source))

    def _target_tokens(self, pair: PairToRead) -> tuple[Token, ...]:
        tokens = (
            self._target_tokenizer.tokens(pair.target_text)
            if pair.forced
            else self._target_tokenizer.tokens_of(pair.target_ids[:-1])
        )
        return (*tokens, end_token(pair.target_text))

    def _encode_sources(self, texts: Sequence[str], most: int) -> list[_EncodedText]:
        encoded = []
        for text in texts:
            ids = self._source_tokenizer.encode(text)
            kept = most - 1  # and </s>
            encoded.append(_EncodedText((*ids[:kept], END_ID), len(ids) > kept))
        return encoded

    def _nothing(self, *, attention: bool) -> Translation:
        """The translation of an empty line."""
        hypothesis = Hypothesis((), (), "", 0.0, ())
        record = self.records([self.read_hypothesis("", hypothesis)])[0] if attention else None
        return Translation("", (hypothesis,), attention=record)

    @torch.inference_mode()
    def _translate_batch(
        self,
        texts: Sequence[str],
        sources: Sequence[_EncodedText],
        config: DecodingConfig,
        intervention: Intervention | None,
        *,
        attention: bool,
    ) -> list[Translation]:
        ids = [source.ids for source in sources]
        source = source_batch(ids, self._device)
        encoded = self._model.encode(source, intervention=intervention, trace=attention)
        max_lengths = [
            int(len(row) * config.max_length_ratio) + _EXTRA_TARGET_TOKENS for row in ids
        ]
        options = SearchOptions(
            max(config.beam_size, config.n_best),
            config.n_best,
            config.length_penalty,
            intervention,
        )
        found = search(self._model, encoded, max_lengths, options)
        hypotheses = [tuple(self._hypothesis(one) for one in sequences) for sequences in found]
        records: Sequence[AttentionRecord | None] = [None] * len(texts)
        if attention:
            best = [
                self.read_hypothesis(text, several[0])
                for text, several in zip(texts, hypotheses, strict=True)
            ]
            log_probs = [sequences[0].token_log_probs for sequences in found]
            records = self._look(best, log_probs, encoded, intervention)
        return [
            Translation(text, several, source.truncated, record)
            for text, several, source, record in zip(
                texts, hypotheses, sources, records, strict=True
            )
        ]

    def _look(
        self,
        pairs: Sequence[PairToRead],
        log_probs: Sequence[Sequence[float]],
        encoded: EncodedSource,
        intervention: Intervention | None,
    ) -> list[AttentionRecord]:
        """Feed what was found to the model again, sorted by length for little padding."""
        order = sorted(range(len(pairs)), key=lambda i: len(pairs[i].target_ids))
        records: dict[int, AttentionRecord] = {}
        for start in range(0, len(order), _TRACED_TOGETHER):
            rows = order[start : start + _TRACED_TOGETHER]
            part = encoded.select(torch.tensor(rows, device=self._device))
            inputs = self._inputs([pairs[i].target_ids for i in rows])
            weights = self._model.look(part, inputs, intervention=intervention)
            read = self._records_of(
                [pairs[i] for i in rows], [log_probs[i] for i in rows], part, weights
            )
            records.update(zip(rows, read, strict=True))
        return [records[i] for i in range(len(pairs))]

    def _hypothesis(self, sequence: FoundSequence) -> Hypothesis:
        ids = sequence.ids[:-1]
        return Hypothesis(
            tuple(self._target_tokenizer.tokens_of(ids)),
            sequence.ids,
            self._target_tokenizer.decode(ids),
            sequence.score,
            sequence.token_log_probs,
        )


@dataclass(frozen=True, slots=True)
class _EncodedText:
    ids: tuple[int, ...]
    truncated: bool


def _batches(order: Sequence[int], lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Cut an order of ascending lengths into batches of at most ``budget`` padded tokens."""
    batches: list[list[int]] = []
    for i in order:
        if batches and (len(batches[-1]) + 1) * lengths[i] <= budget:
            batches[-1].append(i)
        else:
            batches.append([i])
    return batches


def _weights_of(weights: Tensor | None, row: int, queries: int, keys: int) -> Weights:
    """Of one sentence of a batch, without its padding."""
    if weights is None:
        return torch.zeros(0, 0, queries, keys).numpy()
    return weights[row, :, :, :queries, :keys].float().cpu().numpy().copy()
