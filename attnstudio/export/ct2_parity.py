"""Whether CTranslate2 translates as our model does: measured on sentences after each export."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from attnstudio.config import DecodingConfig
from attnstudio.export.ct2_process import CTranslate2, FoundPieces, Search
from attnstudio.export.ct2_spec import GivenAttention
from attnstudio.export.weights import Progress, part_of
from attnstudio.inference.translator import Translator
from attnstudio.sides.text import TextSource
from attnstudio.sites import CROSS
from attnstudio.tokenizer import END, END_ID, Tokenizer

MOST_SENTENCES = 200
LOG_PROB_TOLERANCE = 1e-3
ATTENTION_TOLERANCE = 1e-4
SAME_SHARE = 0.995
BEAM = 5

_LONGEST_PIECES = 100  # of a sentence of the sample
# how far it is once the other engine has translated, ours greedily, and ours with a beam, roughly
_ENGINE_SHARE, _GREEDY_SHARE, _WIDE_SHARE = 0.2, 0.4, 0.9

TextPair = tuple[str, str]
Bleu = Callable[[Sequence[str], Sequence[str]], float]


@dataclass(frozen=True, slots=True)
class TranslationParity:
    """How alike the translations, probabilities and attention of two engines are.

    Attributes:
        sentences: on how many it was measured.
        quantization: what the weights were written in.
        compute_type: what they were computed in here.
        same_greedy: share of the sentences that greedy search translates the same, 0 to 1.
        same_beam: the same with a beam of `BEAM`; neither search weighs lengths.
        at_longest: how many of those with a beam grew to the longest length, where the two
            searches differ; they are not counted.
        log_prob: largest difference of the log probability of a piece of given translations.
        attention: largest difference of the weights that CTranslate2 gives; None where it gave
            none, as all that was written was of pieces that we never write.
        looks: which weights these are.
        bleu: of our translations with that beam; None where there is nothing to score against.
        its_bleu: of CTranslate2's.
        engine: what translated, with its version.
    """

    sentences: int
    quantization: str
    compute_type: str
    same_greedy: float
    same_beam: float
    at_longest: int
    log_prob: float
    attention: float | None
    looks: str
    bleu: float | None
    its_bleu: float | None
    engine: str

    @property
    def is_close(self) -> bool:
        """Whether the numbers lie as near as those of unrounded weights should."""
        return self.log_prob <= LOG_PROB_TOLERANCE and (
            self.attention is None or self.attention <= ATTENTION_TOLERANCE
        )

    @property
    def lost_bleu(self) -> float | None:
        """How much lower its BLEU is; None where there is none."""
        if self.bleu is None or self.its_bleu is None:
            return None
        return self.bleu - self.its_bleu

    def __str__(self) -> str:
        lost = (
            "" if self.lost_bleu is None
            else f"; BLEU {self.its_bleu:.2f} instead of {self.bleu:.2f}"
        )  # fmt: skip
        looks = (
            "" if self.attention is None
            else f", of attention weights ({self.looks}) {self.attention:.0e}"
        )  # fmt: skip
        # what a processor does not compute, CTranslate2 makes something else of: of int16, int8
        computed = (
            "" if self.compute_type == self.quantization else f", computed in {self.compute_type}"
        )
        return (
            f"{self.sentences} sentences in {self.quantization}{computed}: the same translation of "
            f"{self.same_greedy:.1%} greedily and of {self.same_beam:.1%} with a beam of {BEAM}; "
            f"largest difference of log probabilities {self.log_prob:.0e}{looks}{lost}"
        )


@dataclass(frozen=True, slots=True)
class Ours:
    """Our side of the comparison.

    Attributes:
        translator: the model, on the processor and in float32.
        source: its source side.
        target: its target tokenizer.
    """

    translator: Translator
    source: TextSource
    target: Tokenizer

    def source_pieces(self, text: str) -> list[str]:
        """A text in pieces, ``</s>`` included."""
        cutter = self.source.tokenizer
        return [*(cutter.piece(id_) for id_ in cutter.encode(text)), END]

    def target_ids(self) -> Mapping[str, int]:
        """The ids of the pieces that it writes."""
        return {self.target.piece(id_): id_ for id_ in range(self.target.size)}


def measure_translations(
    folder: Path,
    ours: Ours,
    pairs: Sequence[TextPair],
    *,
    quantization: str,
    given: GivenAttention,
    bleu: Bleu | None,
    progress: Progress = lambda _: None,
) -> TranslationParity:
    """Hold a converted model against the model that it was made of.

    Args:
        folder: of the converted one.
        ours: the other.
        pairs: sentences and translations of them by whomever; at least one, of which the first
            `MOST_SENTENCES` that are not too long are taken.
        quantization: what the weights were written in.
        given: which attention it gives.
        bleu: of translations and references; None where there is nothing to score against.
        progress: told what share of the work is done, after pieces of it.
    """
    chosen = sample_of(pairs, ours)
    texts, references = ([pair[side] for pair in chosen] for side in (0, 1))
    sources = [ours.source_pieces(text) for text in texts]
    config = DecodingConfig()
    longest = [ours.source.most_target_tokens(len(each), config) for each in sources]
    with CTranslate2(folder) as engine:
        greedy, wide = (
            engine.translate(sources, longest, Search(beam, attention=beam == 1)) or []
            for beam in (1, BEAM)
        )
        targets = [[ours.target.piece(i) for i in ours.target.encode(text)] for _, text in chosen]
        scored = engine.score(sources, targets)
        version, compute_type = engine.version, engine.compute_type
    progress(_ENGINE_SHARE)
    our_greedy = _translated(ours, texts, 1, part_of(progress, _ENGINE_SHARE, _GREEDY_SHARE))
    our_wide = _translated(ours, texts, BEAM, part_of(progress, _GREEDY_SHARE, _WIDE_SHARE))
    its_texts = [_text(ours, found) for found in wide]
    finished = [found is not None for found in wide]
    return TranslationParity(
        sentences=len(chosen),
        quantization=quantization,
        compute_type=compute_type,
        same_greedy=_share(our_greedy, [_text(ours, found) for found in greedy]),
        same_beam=_share(_kept(our_wide, finished), _kept(its_texts, finished)),
        at_longest=finished.count(False),
        log_prob=_largest_of_scores(ours, chosen, scored),
        attention=_largest_of_attention(ours, texts, greedy, given),
        looks=str(given),
        bleu=None if bleu is None else bleu(our_wide, references),
        its_bleu=None if bleu is None else bleu(its_texts, references),
        engine=f"CTranslate2 {version}",
    )


def sample_of(pairs: Sequence[TextPair], ours: Ours) -> list[TextPair]:
    """The first pairs that are neither empty nor too long, cleaned; the first one in any case."""
    cleaned = [(ours.source.clean(source), target) for source, target in pairs]
    fitting = [
        (source, target)
        for source, target in cleaned
        if source
        and max(len(ours.source_pieces(source)), len(ours.target.encode(target))) <= _LONGEST_PIECES
    ]
    return fitting[:MOST_SENTENCES] or cleaned[:1]


def _translated(ours: Ours, texts: Sequence[str], beam: int, progress: Progress) -> list[str]:
    config = DecodingConfig(beam_size=beam, length_penalty=0.0)
    found = ours.translator.translate(
        texts, config, progress=lambda done: progress(done / len(texts))
    )
    return [each.text for each in found or []]


def _text(ours: Ours, found: FoundPieces | None) -> str:
    ids = ours.target_ids()
    return "" if found is None else ours.target.decode([ids[piece] for piece in found.pieces])


def _kept(texts: Sequence[str], finished: Sequence[bool]) -> list[str]:
    return [text for text, is_finished in zip(texts, finished, strict=True) if is_finished]


def _share(ours: Sequence[str], theirs: Sequence[str]) -> float:
    same = sum(our == their for our, their in zip(ours, theirs, strict=True))
    return same / len(ours) if ours else 1.0


def _largest_of_scores(
    ours: Ours, pairs: Sequence[TextPair], scored: Sequence[Sequence[float]]
) -> float:
    """The largest difference of the log probability of a piece."""
    forced = [ours.translator.read_forced(source, target) for source, target in pairs]
    expected = ours.translator.token_log_probs(forced)
    return max(
        _apart(np.array(its), np.array(our)) for its, our in zip(scored, expected, strict=True)
    )


def _largest_of_attention(
    ours: Ours,
    texts: Sequence[str],
    found: Sequence[FoundPieces | None],
    given: GivenAttention,
) -> float | None:
    """The largest difference of a weight, where our model is fed the same pieces; None of none."""
    ids = ours.target_ids()
    looked = [
        (text, each, each.attention)
        for text, each in zip(texts, found, strict=True)
        if each is not None and each.attention is not None
    ]
    pairs = [
        ours.translator.read_ids(text, (*(ids[piece] for piece in each.pieces), END_ID))
        for text, each, _ in looked
    ]
    differences = []
    for record, (_, _, rows) in zip(ours.translator.records(pairs), looked, strict=True):
        layer = record.matrices[CROSS].weights[given.layer]  # (heads, target, source)
        weights = layer.mean(axis=0) if given.head is None else layer[given.head]
        differences.append(_apart(np.array(rows), weights))
    return max(differences, default=None)


def _apart(found: np.ndarray, ours: np.ndarray) -> float:
    """The largest difference; infinite where the shapes differ or something is no number."""
    if found.shape != ours.shape:
        return float("inf")
    difference = float(np.abs(found - ours).max(initial=0.0))
    return difference if difference == difference else float("inf")
