"""Links on their way to a taught head: whose they are, between which pieces, in which direction."""

import re
import time
from dataclasses import replace

import numpy as np
import pytest

from attnstudio.alignment import aligner
from attnstudio.axes import TextUnits
from attnstudio.config import TokenizerConfig
from attnstudio.config_guidance import GuidingLinks
from attnstudio.config_training import LimitsConfig
from attnstudio.corpus.alignment import Alignment, GoldLinks, Span
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import AlignmentError
from attnstudio.evaluation.reading import choose_reading
from attnstudio.interpretation.matrices import first_reading
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.corrections import (
    Correction,
    PairTexts,
    is_held_out,
    write_correction,
)
from attnstudio.project.guidance import TaughtWords, guided_links, piece_links
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.pipeline import train
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_loading import load_run
from attnstudio.project.run_sides import read_sides, translation_sides
from attnstudio.project.watch import load_watch_record
from attnstudio.reading import Reading, ReadingMethod
from attnstudio.run_definition import Direction
from attnstudio.sites import CROSS
from attnstudio.tokenizer import Token, Tokenizer, train_tokenizer
from attnstudio.training.events import (
    FindingLinks,
    Notice,
    Started,
    Validation,
    WatchTranslated,
)
from attnstudio.training.stop import StopReason, StopToken


def gold(source, target, links):
    return GoldLinks(
        tuple(Span(*span) for span in source),
        tuple(Span(*span) for span in target),
        Alignment.from_pharaoh(links),
    )


def taught(source, target, links):
    """Links such as ``{(1, 2): 0.5}``, source and target word."""
    matrix = np.zeros((len(target), len(source)), np.float32)
    for (one, other), sure in links.items():
        matrix[other, one] = sure
    return TaughtWords([Span(*span) for span in source], [Span(*span) for span in target], matrix)


def test_all_pieces_of_a_word_look_at_all_pieces_of_what_it_translates():
    source = TextUnits(
        "Der Hausschlüssel.",
        (
            Token("▁Der", 0, 3), Token("▁Haus", 3, 8), Token("schlüssel", 8, 17),
            Token(".", 17, 18),
        ),
    )  # fmt: skip
    target = TextUnits(
        "the house key",
        (Token("▁the", 0, 3), Token("▁hou", 3, 7), Token("se", 7, 9), Token("▁key", 9, 13)),
    )
    links = taught(
        [(0, 3), (4, 17), (17, 18)],
        [(0, 3), (4, 9), (10, 13)],
        {(1, 1): 0.75, (2, 1): 0.25, (1, 2): 0.5},
    )

    assert piece_links(source, target, links).tolist() == [
        [0, 0, 0, 0, 1],
        [0, 0.75, 0.75, 0.25, 0],
        [0, 0.75, 0.75, 0.25, 0],
        [0, 0.5, 0.5, 0, 0],
    ]


def test_writing_without_spaces_is_linked_by_characters():
    source = TextUnits("我爱猫。", (Token("▁我爱", 0, 2), Token("猫", 2, 3), Token("。", 3, 4)))
    target = TextUnits(
        "I love cats", (Token("▁I", 0, 1), Token("▁love", 1, 6), Token("▁cats", 6, 11))
    )
    links = taught(
        [(0, 1), (1, 2), (2, 3), (3, 4)],
        [(0, 1), (2, 6), (7, 9)],
        {(0, 0): 1, (1, 1): 1, (2, 2): 1},
    )

    assert piece_links(source, target, links).tolist() == [[1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0]]


def test_words_without_links_look_at_the_end():
    units = TextUnits("ab", (Token("a", 0, 1), Token("b", 1, 2)))

    assert piece_links(units, units, taught([(0, 2)], [(0, 2)], {})).tolist() == [
        [0, 0, 1],
        [0, 0, 1],
    ]


@pytest.fixture
def linked(project):
    """The project with the links of ``the dog sees a bird today`` in all its pairs."""
    corpus = project.corpus()
    with project.changing(), project.corpus_writer() as writer:
        for split, index in [(s, i) for s in Split for i in corpus.indices(s).tolist()]:
            pair = corpus[index]
            spans = ([m.span() for m in re.finditer(r"\S+", t)] for t in (pair.source, pair.target))
            links = gold(*spans, "0-2 1-3 2-1 3-4 4-5 5-0")
            writer.add(replace(pair, gold=links), split)
        project.set_corpus(writer.finish())
    return project


@pytest.fixture
def sides(pairs):
    texts = [text for pair in pairs for text in (pair.source, pair.target)]
    tokenizer = Tokenizer(train_tokenizer(texts, TokenizerConfig(vocabulary_size=320)).model)
    return translation_sides(tokenizer, tokenizer, shared=True)


def by_hand(corpus, sides, pair, links):
    """The share of each look, piece by piece and word by word.

    Args:
        links: spans of both sides, and how sure each link is: {(source, target): 0.5}.
    """
    read, written = corpus.source(pair), corpus.target(pair)
    sources, targets = sides.only_source.tokenizer.tokens(read), sides.target.tokens(written)
    source_spans, target_spans, sure = links

    def word_of(token, text, spans):
        places = [p for p in range(token.start, token.end) if not text[p].isspace()]
        # A lone ▁ belongs to the letter behind it.
        places = places or [p for p in range(token.end, len(text)) if not text[p].isspace()][:1]
        return {n for n, (a, b) in enumerate(spans) if any(a <= p < b for p in places)}

    shares = {}
    for t, token in enumerate(targets):
        words = word_of(token, written, target_spans)
        looks = {
            s: sum(
                sure.get((one, other), 0.0)
                for one in word_of(piece, read, source_spans)
                for other in words
            )
            for s, piece in enumerate(sources)
        }
        looks = {s: look for s, look in looks.items() if look} or (
            {len(sources): 1.0} if words else {}
        )
        shares |= {(t, s): look / sum(looks.values()) for s, look in looks.items()}
    return shares


def of_gold(links):
    return links.source_spans, links.target_spans, dict.fromkeys(links.alignment.sure, 1.0)


def shares_of(links, row):
    found = links.of_rows(np.array([row]))
    return {
        (t, s): share
        for (_, t, s), share in zip(found.places.tolist(), found.shares.tolist(), strict=True)
    }


@pytest.mark.parametrize("direction", Direction)
def test_given_links_reach_their_pieces_in_either_direction(linked, sides, direction):
    project = linked
    corpus = project.corpus(project.file.corpus, reverse=direction is Direction.REVERSE)
    pairs = corpus.indices(Split.TRAIN)[:20].tolist()

    links = guided_links(project, corpus, sides, pairs, GuidingLinks.GIVEN)

    for row, pair in enumerate(pairs):
        wanted = by_hand(corpus, sides, pair, of_gold(corpus.gold(pair)))
        assert shares_of(links, row) == pytest.approx(wanted)
        assert len(wanted) > 2


@pytest.mark.parametrize("direction", Direction)
def test_found_links_reach_their_pieces_in_either_direction(project, sides, direction):
    corpus = project.corpus(project.file.corpus, reverse=direction is Direction.REVERSE)
    pairs = corpus.indices(Split.TRAIN)[:20].tolist()

    links = guided_links(project, corpus, sides, pairs, GuidingLinks.FOUND)

    kept = CorpusLinks.open(project, corpus.hash)
    for row, pair in enumerate(pairs):
        of_pair = kept[pair]
        spans = of_pair.source_spans, of_pair.target_spans
        sure = dict(zip(map(tuple, of_pair.links), of_pair.confidences.tolist(), strict=True))
        if direction is Direction.REVERSE:
            spans, sure = spans[::-1], {(b, a): each for (a, b), each in sure.items()}
        wanted = by_hand(corpus, sides, pair, (*spans, sure))
        assert shares_of(links, row) == pytest.approx(wanted, rel=1e-5)
        assert len(wanted) > 2


def test_given_links_come_before_found_ones(linked, fill, sides):
    project = linked
    corpus = fill(project, train=["Ein Hund|A dog", "Eine Katze|A cat"])
    linked, bare = 0, len(corpus) - 1
    strange = replace(
        corpus.gold(linked), alignment=Alignment.from_pharaoh("0-0")
    )  # nothing that anybody would find

    class Corrected:
        hash, is_reversed = corpus.hash, False
        source, target = corpus.source, corpus.target

        def gold(self, pair):
            return strange if pair == linked else None

        def link_lines(self, pairs):
            return ["0-0" if pair == linked else "" for pair in pairs.tolist()]

    find_corpus_links(project, corpus)
    links = guided_links(project, Corrected(), sides, [linked, bare], GuidingLinks.BOTH)

    assert shares_of(links, 0) == by_hand(corpus, sides, linked, of_gold(strange))
    assert shares_of(links, 1)


def test_where_all_links_are_given_none_are_looked_for(linked, sides):
    corpus = linked.corpus()
    pairs = corpus.indices(Split.TRAIN).tolist()

    links = guided_links(linked, corpus, sides, pairs, GuidingLinks.BOTH)

    assert all(shares_of(links, row) for row in range(len(pairs)))
    assert CorpusLinks.open(linked, corpus.hash) is None


@pytest.mark.parametrize("direction", Direction)
def test_corrections_that_are_held_out_are_not_taught(linked, sides, direction):
    project = linked
    forward = project.corpus()
    corpus = project.corpus(project.file.corpus, reverse=direction is Direction.REVERSE)
    pairs = corpus.indices(Split.TRAIN).tolist()[:60]
    held_out = []
    for pair in pairs:
        texts = PairTexts(forward.source(pair), forward.target(pair))
        write_correction(project, Correction(texts, forward.gold(pair), Alignment()))
        held_out.append(is_held_out(*texts))

    links = guided_links(project, corpus, sides, pairs, GuidingLinks.GIVEN)

    assert 0 < sum(held_out) < len(pairs)
    assert [not shares_of(links, row) for row in range(len(pairs))] == held_out


def test_without_a_link_to_teach_it_is_said(project, fill, sides):
    corpus = fill(project, train=["Ein Hund|A dog"])

    with pytest.raises(AlignmentError, match="No training pair has links") as caught:
        guided_links(project, corpus, sides, [len(corpus) - 1], GuidingLinks.GIVEN)

    assert "found" in caught.value.command_hint


def test_pairs_that_were_too_long_to_align_are_not_taught(project, sides, monkeypatch):
    monkeypatch.setattr(aligner, "_MOST_CELLS", 35)  # every pair has 6 × 6 words
    corpus = project.corpus()

    with pytest.raises(AlignmentError, match="No training pair has links"):
        guided_links(project, corpus, sides, [0, 1], GuidingLinks.FOUND)
    assert np.isnan(CorpusLinks.open(project, corpus.hash).scores).all()


def test_a_stop_leaves_nothing_taught(project, sides):
    corpus = project.corpus()
    for wanted in GuidingLinks:
        stopped = guided_links(project, corpus, sides, [0, 1], wanted, should_stop=lambda: True)
        assert stopped is None
    assert CorpusLinks.open(project, corpus.hash) is None


@pytest.mark.parametrize("wanted", ["given", "found"])
def test_a_run_teaches_its_head_and_says_so(linked, small_config, wanted):
    project = linked
    config = small_config(guidance={"weight": 1.0, "links": wanted})
    run = create_run(project, config, preset="tiny", name="taught")
    events = []
    train(project, run, emit=events.append, stop=StopToken(), limits=LimitsConfig(max_steps=9))

    taught = Reading(1, 0, ReadingMethod.SHIFTED)
    watched = next(event for event in events if isinstance(event, WatchTranslated))
    assert load_watch_record(run.watch_folder / watched.attention).taught == taught
    loaded = load_run(project, run)
    pair = loaded.corpus[0]
    translator = loaded.translator
    (record,) = translator.records([translator.read_forced(pair.source, pair.target)])
    assert record.taught == taught
    assert first_reading(record, loaded.reading) == taught
    assert record.matrices[CROSS].weights.shape[:2] == (2, 2)


def test_the_alignment_error_of_a_taught_run_is_that_of_its_head(linked, small_config):
    guidance = {"weight": 1.0, "links": "given", "step": "naive", "head": 1, "layers_after": 1}
    config = small_config(guidance=guidance)
    run, events = create_run(linked, config, preset="tiny", name="r"), []
    train(linked, run, emit=events.append, stop=StopToken(), limits=LimitsConfig(max_steps=8))

    loaded, taught = load_run(linked, run), Reading(0, 1, ReadingMethod.NAIVE)
    pairs = [loaded.corpus[pair] for pair in loaded.corpus.indices(Split.VALID).tolist()]
    translator = loaded.translator
    records = translator.records(
        [translator.read_forced(pair.source, pair.target) for pair in pairs]
    )
    choice = choose_reading(records, [pair.gold for pair in pairs])

    last = next(event for event in reversed(events) if isinstance(event, Validation))
    assert choice.reading != taught  # the best one is another
    assert last.reading == taught.to_mapping()
    assert last.scores["aer"] == pytest.approx(choice.error_of(taught))
    assert last.lowest["aer"] < last.scores["aer"] < last.highest["aer"]
    assert loaded.reading is None  # nothing is chosen: the taught head is read by itself


def test_a_run_learns_what_it_is_taught(linked, small_config):
    weights = {}
    for name, weight in (("plain", 0.0), ("taught", 5.0)):
        guidance = {"weight": weight, "links": "given"}
        run = create_run(linked, small_config(guidance=guidance), preset="tiny", name=name)
        limits = LimitsConfig(max_steps=60)
        train(linked, run, emit=lambda _: None, stop=StopToken(), limits=limits)
        loaded = load_run(linked, run)
        corpus, translator = loaded.corpus, loaded.translator
        pairs = corpus.indices(Split.TRAIN)[:20].tolist()
        sides = read_sides(linked, loaded.definition)
        links = guided_links(linked, corpus, sides, pairs, GuidingLinks.GIVEN)
        found = []
        for row, pair in enumerate(pairs):
            (record,) = translator.records(
                [translator.read_forced(corpus.source(pair), corpus.target(pair))]
            )
            _, targets, sources = links.of_rows(np.array([row])).places.numpy().T
            found.append(record.matrices[CROSS].weights[1, 0, targets + 1, sources].mean())
        weights[name] = np.mean(found)

    assert weights["taught"] > 1.3 * weights["plain"]


def test_only_gold_links_choose_a_reading_but_the_taught_head_is_looked_at(project, small_config):
    run = create_run(project, small_config(guidance={"weight": 1.0}), preset="tiny", name="bare")
    train(project, run, emit=lambda _: None, stop=StopToken(), limits=LimitsConfig(max_steps=9))
    loaded = load_run(project, run)
    pair = loaded.corpus[0]
    translator = loaded.translator
    (record,) = translator.records([translator.read_forced(pair.source, pair.target)])

    assert loaded.reading is None
    assert first_reading(record, loaded.reading) == Reading(1, 0, ReadingMethod.SHIFTED)


def test_a_training_stopped_while_links_are_found_ends_so(project, small_config):
    run = create_run(project, small_config(guidance={"weight": 1.0}), preset="tiny", name="early")
    stop, events = StopToken(), []
    stop.request()

    assert train(project, run, emit=events.append, stop=stop) is StopReason.REQUESTED
    assert not [event for event in events if isinstance(event, Started | Notice)]


def test_how_far_the_links_are_found_is_said_before_a_training_begins_and_never_recorded(
    project, small_config
):
    run = create_run(project, small_config(guidance={"weight": 1.0}), preset="tiny", name="r")
    events = []

    train(project, run, emit=events.append, stop=StopToken(), limits=LimitsConfig(max_steps=1))

    begun = next(place for place, event in enumerate(events) if isinstance(event, Started))
    shares = [event.share for event in events[:begun]]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 5
    assert not [event for event in events[begun:] if isinstance(event, FindingLinks)]
    assert "finding_links" not in run.events_path.read_text("utf-8")
    assert CorpusLinks.open(project, project.file.corpus) is not None  # for all who ask later


def test_the_time_in_which_links_are_found_is_no_time_of_the_training(project, small_config):
    run = create_run(project, small_config(guidance={"weight": 1.0}), preset="tiny", name="r")
    events, passed = [], [0.0]

    def take_long(event):
        events.append(event)
        passed[0] += 1_000.0 * isinstance(event, FindingLinks)

    train(
        project,
        run,
        emit=take_long,
        stop=StopToken(),
        limits=LimitsConfig(max_steps=2, max_minutes=15.0),
        clock=lambda: time.monotonic() + passed[0],
    )

    assert passed[0] > 900.0
    assert events[-1].reason == StopReason.STEP_LIMIT
    assert events[-1].elapsed_s < 900.0


def test_a_training_stopped_while_links_are_found_goes_on_with_them(project, small_config):
    run = create_run(project, small_config(guidance={"weight": 1.0}), preset="tiny", name="r")
    stop, told = StopToken(), []

    def stop_at_a_third(event):
        told.append(event)
        if isinstance(event, FindingLinks) and event.share > 0.3:
            stop.request()

    assert train(project, run, emit=stop_at_a_third, stop=stop) is StopReason.REQUESTED
    assert isinstance(told[-1], FindingLinks)
    assert told[-1].share < 0.6
    assert CorpusLinks.open(project, project.file.corpus) is None

    again, limits = [], LimitsConfig(max_steps=1)
    train(project, run, emit=again.append, stop=StopToken(), limits=limits)
    assert 0.1 < again[0].share < told[-1].share
    assert again[-1].reason == StopReason.STEP_LIMIT
    assert CorpusLinks.open(project, project.file.corpus) is not None
