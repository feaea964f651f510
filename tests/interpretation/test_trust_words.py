"""How many words can be trusted, as one sentence of good English for any counts."""

from itertools import product

from attnstudio.interpretation.trust import Verdict
from attnstudio.interpretation.trust_words import counted_words

SAID = {
    Verdict.TRUSTED: "can be trusted",
    Verdict.PARTLY: "shows only a part of what counts",
    Verdict.MISLEADING: "misleads",
    Verdict.UNDECIDED: "proves nothing",
    Verdict.IDLE: "points at no word",
}


def wanted(counts):
    """The sentence, put together anew."""
    there = [(n, SAID[verdict]) for verdict, n in counts.items() if n]
    words = f"{sum(counts.values()):,}"
    if not there:
        return "There is no word whose picture could be trusted."
    if len(there) == 1:
        [(n, said)] = there
        whose = (
            "The picture of the only word"
            if n == 1
            else f"For each of the {words} words the picture"
        )
        return f"{whose} {said}."
    (first, said), *rest = there
    clauses = [f"For {first} of {words} words the picture {said}"]
    clauses += [f"for {n} it {said}" for n, said in rest]
    return f"{', '.join(clauses[:-1])}, and {clauses[-1]}."


def test_any_counts_make_one_sentence():
    for numbers in product((0, 1, 2, 37), repeat=len(Verdict)):
        counts = dict(zip(Verdict, numbers, strict=True))
        sentence = counted_words(counts, sum(numbers))
        assert sentence == wanted(counts)
        assert sentence.count(".") == 1


def test_sentences_as_they_are_read():
    def said(*numbers):
        return counted_words(dict(zip(Verdict, numbers, strict=False)), sum(numbers))

    assert said(3, 0, 7) == "For 3 of 10 words the picture can be trusted, and for 7 it misleads."
    assert said(0, 2) == "For each of the 2 words the picture shows only a part of what counts."
    assert said(0, 0, 1) == "The picture of the only word misleads."
    assert said(1200, 0, 0, 1, 34) == (
        "For 1,200 of 1,235 words the picture can be trusted, for 1 it proves nothing, and for 34 "
        "it points at no word."
    )


def test_every_part_is_looked_up_in_the_language_of_the_window():
    counts = {Verdict.TRUSTED: 2, Verdict.MISLEADING: 1, Verdict.IDLE: 1}
    heard = []
    counted_words(counts, 4, translate=lambda text: heard.append(text) or text.upper().lower())
    assert len(heard) == 6, "three clauses, what joins them twice, and the full stop"
