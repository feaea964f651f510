"""How often words stand in the training text of a corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.corpus.training_texts import sample_training_texts
from attnstudio.evaluation.word_frequency import WordFrequencies
from attnstudio.interpretation.words import words_of

_MOST_COUNTED = 200_000  # pairs: some ten seconds

_Words = Sequence[Sequence[str]]


def training_frequencies(
    corpus: ParallelCorpus | None,
    sources: _Words,
    targets: _Words,
    *,
    are_learnt_from: bool = False,
) -> WordFrequencies:
    """How often the words of sentences stand in the training text.

    A word that somebody else's rules cut, such as a Chinese one of several characters, is found
    where its parts follow each other.

    Args:
        corpus: whose training pairs are read, at most 200,000 of them, evenly taken; None for none.
        sources: the words of source sentences.
        targets: those of target sentences.
        are_learnt_from: whether these sentences themselves belong to the training text.
    """
    texts: list[list[str]] = [[], []]
    if corpus is not None:
        texts = list(sample_training_texts(corpus, _MOST_COUNTED))
    counts = []
    for read, sentences in zip(texts, (sources, targets), strict=True):
        own = [" ".join(sentence) for sentence in sentences] if are_learnt_from else []
        counts.append(count_words(sentences, [*read, *own]))
    return WordFrequencies(*counts)


def count_words(sentences: _Words, texts: Iterable[str]) -> dict[str, int]:
    """How often the words of sentences stand in texts, all in small letters."""
    words = {word.lower() for sentence in sentences for word in sentence}
    wanted: dict[tuple[str, ...], list[str]] = {}
    for word in words:
        wanted.setdefault(tuple(words_of(word)), []).append(word)
    lengths = sorted({len(parts) for parts in wanted if parts})
    found: Counter[str] = Counter()
    # What stands between spaces comes again and again, and no word reaches over a space.
    for text, times in Counter(part for line in texts for part in line.lower().split()).items():
        parts = words_of(text)
        for length in lengths:
            for start in range(len(parts) - length + 1):
                for word in wanted.get(tuple(parts[start : start + length]), ()):
                    found[word] += times
    return dict(found)
