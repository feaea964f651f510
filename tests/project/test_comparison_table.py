"""The table of a comparison, each figure against a recomputation that knows nothing of it."""

import csv
import json
import math
import statistics

import numpy as np
import pytest
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from attnstudio.config import DecodingConfig
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.project.comparison_queue import EntryState, entries_of, next_entry
from attnstudio.project.comparison_table import Figure, Rule, read_table
from attnstudio.project.comparison_words import (
    csv_of,
    findings,
    markdown_of,
    table_lines,
)
from attnstudio.project.comparison_work import begin_entry, measure_entry
from attnstudio.project.kept_comparisons import create_comparison
from attnstudio.project.kind_comparison import ComparedKind
from attnstudio.project.outcome import Outcome, keep_outcome
from attnstudio.project.pipeline import train
from attnstudio.project.run_loading import load_run
from attnstudio.sites import CROSS
from attnstudio.training.stop import StopToken

KINDS = (
    ComparedKind("usual", {}),
    ComparedKind("sparse", {"model": {"normaliser": "sparsemax"}}),
)


@pytest.fixture
def compare(project, small_config):
    def compare(*kinds, seeds=(1,), **options):
        base = small_config(limits={"max_steps": 5}, training={"validate_every": 2})
        return create_comparison(
            project, "c", preset="tiny", base=base, kinds=kinds or KINDS, seeds=seeds, **options
        )

    return compare


@pytest.fixture
def outcomes(project):
    """Give the runs of a comparison outcomes, as if they had been trained."""

    def give(comparison, **figures_of_kinds):
        for asked in comparison.all_runs():
            figures = figures_of_kinds[asked.kind.label]
            given = figures[comparison.seeds.index(asked.seed)]
            if given is None:
                continue
            entry = next(e for e in entries_of(project, comparison) if e.run == asked.name)
            run, _ = begin_entry(project, comparison, entry)
            keep_outcome(run, outcome(**given))

    return give


def outcome(**given):
    always = {
        "step": 4, "loss": 2.0, "bleu": 10.0, "chrf": 30.0, "aer": 0.3, "zeros": 0.0,
        "tokens_per_second": 100.0, "memory_bytes": 10**9, "seconds": 60.0, "pairs": "p",
        "bleu_counts": (),
    }  # fmt: skip
    return Outcome(**{**always, **given})


def test_each_figure_is_what_the_runs_own_files_say(project, compare):
    comparison = compare()
    while (entry := next_entry(project, comparison)) is not None:
        run, comparison = begin_entry(project, comparison, entry)
        train(project, run, emit=lambda _: None, stop=StopToken())
        measure_entry(project, run)

    table = read_table(project, comparison)

    for row in table.rows:
        [found] = row.outcomes
        run = project.run(row.entries[0].run)
        events = [json.loads(line) for line in run.events_path.read_text("utf-8").splitlines()]
        steps = [event for event in events if event["event"] == "step"]
        validations = [event for event in events if event["event"] == "validation"]
        best = min(validations, key=lambda event: event["scores"]["loss"])
        assert (found.step, found.loss) == (best["step"], best["scores"]["loss"])
        speeds = sorted(event["tokens_per_second"] for event in steps)
        assert found.tokens_per_second == speeds[2]  # of five
        assert found.seconds == events[-1]["elapsed_s"]
        weights = 4 * events[0]["parameters"]  # bytes
        assert 4 * weights < found.memory_bytes < 4 * weights + 2**26
        loaded = load_run(project, run)
        pairs = list(loaded.corpus.pairs(Split.TEST))
        made = loaded.translator.translate(
            [pair.source for pair in pairs], DecodingConfig(beam_size=5)
        )
        texts, references = [each.text for each in made], [[pair.target for pair in pairs]]
        assert found.bleu == pytest.approx(BLEU(force=True).corpus_score(texts, references).score)
        assert found.chrf == pytest.approx(CHRF().corpus_score(texts, references).score)
        assert found.aer is None
        assert found.zeros == pytest.approx(share_of_zeros(loaded, pairs), abs=1e-12)
        assert (found.zeros > 0.0) is (row.kind.label == "sparse")
        assert len(found.bleu_counts) == len(pairs) == 32
    assert Figure.AER not in table.figures
    assert Figure.ZEROS in table.figures
    difference = table.rows[1].differences[Figure.BLEU]
    assert (difference.rule, difference.seeds) == (Rule.SENTENCES, 1)


def share_of_zeros(loaded, pairs):
    """Of the weights of the decoder over the source, rows of one place left out: no choice."""
    zeros = places = 0
    for pair in pairs:
        [record] = loaded.translator.records([loaded.translator.read_forced(*pair_texts(pair))])
        weights = np.asarray(record.matrices[CROSS].weights)
        assert weights.shape[-1] > 1
        zeros += int((weights == 0.0).sum())
        places += weights.size
    return zeros / places


def pair_texts(pair):
    return pair.source, pair.target


def test_a_column_of_no_zeros_is_left_out(project, compare, outcomes):
    comparison = compare()
    outcomes(comparison, usual=[{}], sparse=[{}])

    assert Figure.ZEROS not in read_table(project, comparison).figures


def test_means_and_spread_over_seeds(project, compare, outcomes):
    comparison = compare(seeds=(1, 2, 3))
    usual, sparse = (10.0, 12.0, 14.0), (13.0, 15.5, 18.0)
    outcomes(
        comparison,
        usual=[{"bleu": value, "memory_bytes": 10**9} for value in usual],
        sparse=[{"bleu": value, "memory_bytes": 3 * 10**9} for value in sparse],
    )

    first, row = read_table(project, comparison).rows

    average = row.averages[Figure.BLEU]
    assert (average.mean, average.low, average.high, average.seeds) == (15.5, 13.0, 18.0, 3)
    found = row.differences[Figure.BLEU]
    differences = np.array(sparse) - np.array(usual)
    reach = 4.303 * differences.std(ddof=1) / math.sqrt(3)
    assert found.mean == pytest.approx(3.5)
    assert (found.low, found.high) == pytest.approx((3.5 - reach, 3.5 + reach), abs=1e-9)
    assert (found.rule, found.seeds, found.is_beyond) == (Rule.SEEDS, 3, True)
    assert first.differences == {}
    memory = row.differences[Figure.MEMORY]
    assert (memory.mean, memory.rule, memory.is_beyond) == (2e9, None, None)


def test_within_the_spread_nothing_is_claimed(project, compare, outcomes):
    comparison = compare(seeds=(1, 2, 3))
    outcomes(
        comparison,
        usual=[{"bleu": value} for value in (10.0, 12.0, 14.0)],
        sparse=[{"bleu": value} for value in (13.0, 12.5, 14.5)],
    )

    table = read_table(project, comparison)

    assert table.rows[1].differences[Figure.BLEU].is_beyond is False
    [bleu] = [line for line in findings(table) if "BLEU" in line]
    assert bleu.endswith("within the spread of 3 seeds: no difference is shown.")


def test_only_seeds_that_both_have_are_held_against_each_other(project, compare, outcomes):
    comparison = compare(seeds=(1, 2, 3))
    outcomes(
        comparison,
        usual=[{"bleu": 10.0}, {"bleu": 20.0}, None],
        sparse=[{"bleu": 11.0}, None, {"bleu": 90.0}],
    )

    row = read_table(project, comparison).rows[1]

    assert row.averages[Figure.BLEU].mean == 50.5
    found = row.differences[Figure.BLEU]
    assert (found.mean, found.seeds, found.rule) == (1.0, 1, None)  # no counts are kept of them
    assert row.outcomes[1] is None
    assert [entry.state for entry in row.entries][1] is EntryState.WAITING


def test_other_test_pairs_are_not_compared(project, compare, outcomes):
    comparison = compare()
    outcomes(comparison, usual=[{"pairs": "p"}], sparse=[{"pairs": "q"}])

    assert read_table(project, comparison).rows[1].differences == {}


def test_losses_of_other_pieces_are_not_compared(project, compare, outcomes):
    other = ComparedKind("letters", {"tokenizer": {"vocabulary_size": 200}})
    comparison = compare(KINDS[0], other)
    outcomes(comparison, usual=[{}], letters=[{}])

    row = read_table(project, comparison).rows[1]

    assert Figure.LOSS in row.averages
    assert Figure.LOSS not in row.differences
    assert Figure.CHRF in row.differences


def perfect_and_empty(sentences):
    """Counts of sentences of five words that are all right, and of ones with nothing right."""
    perfect = (5, 4, 3, 2, 5, 4, 3, 2, 5, 5)
    return tuple([perfect] * sentences), tuple([(0, 0, 0, 0, 5, 4, 3, 2, 5, 5)] * sentences)


def test_with_one_seed_it_is_the_sentences_that_are_drawn(project, compare, outcomes):
    comparison = compare()
    good, bad = perfect_and_empty(6)
    outcomes(
        comparison,
        usual=[{"bleu": 0.0, "bleu_counts": bad}],
        sparse=[{"bleu": 100.0, "bleu_counts": good}],
    )

    table = read_table(project, comparison)

    found = table.rows[1].differences
    assert found[Figure.BLEU].rule is Rule.SENTENCES
    assert found[Figure.BLEU].is_beyond is True
    assert found[Figure.CHRF].rule is None
    [line] = findings(table)
    assert line.startswith("sparse against usual: BLEU +100.00 (95 %: +")
    assert line.endswith("it is one seed, and another may say otherwise.")


def test_before_anything_is_trained_the_table_is_empty(project, compare):
    table = read_table(project, compare())

    assert table.figures == ()
    assert findings(table) == []
    assert table_lines(table) == ["kind    runs", "usual   waiting", "sparse  waiting"]


def test_the_table_as_text_and_files(project, compare, outcomes):
    comparison = compare(seeds=(1, 2))
    outcomes(
        comparison,
        usual=[{"bleu": 10.0}, {"bleu": 12.0}],
        sparse=[{"bleu": 1.25, "aer": None}, None],
    )
    table = read_table(project, comparison)

    lines = table_lines(table)
    assert lines[0].split() == [
        "kind", "BLEU", "chrF", "loss", "AER", "tokens/s", "memory,", "MB", "training,", "s",
        "runs",
    ]  # fmt: skip
    assert "11.0 (10.0 to 12.0)" in lines[1]
    assert "1,000 (1,000 to 1,000)" in lines[1]
    assert lines[2].split()[:5] == ["sparse", "1.2", "30.0", "2.000", "–"]
    assert lines[2].endswith("1 waiting, 1 finished")
    marked = markdown_of(table).splitlines()
    assert marked[0].startswith("| kind | BLEU |")
    assert marked[1].count("---") == 9
    rows = list(csv.DictReader(csv_of(table).splitlines()))
    assert [(row["kind"], row["seed"], row["state"]) for row in rows] == [
        ("usual", "1", "finished"),
        ("usual", "2", "finished"),
        ("sparse", "1", "finished"),
        ("sparse", "2", "waiting"),
    ]
    assert (rows[0]["bleu"], rows[2]["bleu"], rows[2]["aer"], rows[3]["bleu"]) == (
        "10", "1.25", "", "",
    )  # fmt: skip
    assert statistics.fmean(float(row["bleu"]) for row in rows[:2]) == 11.0


def test_the_best_checkpoint_is_measured_and_not_the_last(project, small_config):
    training = {"validate_every": 1, "learning_rate": 3.0, "warmup_steps": 1}
    base = small_config(limits={"max_steps": 4}, training=training)
    options = {"preset": "tiny", "base": base, "kinds": KINDS, "seeds": (1,)}
    comparison = create_comparison(project, "c", **options)
    run, _ = begin_entry(project, comparison, next_entry(project, comparison))
    train(project, run, emit=lambda _: None, stop=StopToken())

    found = measure_entry(project, run)

    losses = {each.step: each.loss for each in run.history().validations}
    best = min(losses, key=losses.get)
    assert best < max(losses) == 4
    assert (found.step, found.loss) == (best, losses[best])
