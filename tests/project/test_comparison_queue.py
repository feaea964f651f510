"""Kinds are trained one after another, and go on where they were, whatever happened meanwhile."""

import json
import shutil
from dataclasses import replace

import pytest

from attnstudio.config_text import merge_config
from attnstudio.errors import ConfigError, OutdatedError, ProjectError, UsageError
from attnstudio.project.comparison_queue import (
    EntryState,
    entries_of,
    next_entry,
    seconds_left,
)
from attnstudio.project.comparison_work import begin_entry, measure_entry
from attnstudio.project.kept_comparisons import (
    create_comparison,
    list_comparisons,
    make_again,
    put_back_comparison,
    read_comparison,
    remove_comparison,
)
from attnstudio.project.kind_comparison import ComparedKind
from attnstudio.project.outcome import NAME, read_outcome
from attnstudio.project.pipeline import train
from attnstudio.project.run_creation import create_run
from attnstudio.training.event_json import to_json
from attnstudio.training.events import Failed, FailureCause, Step
from attnstudio.training.stop import StopReason, StopToken

USUAL = ComparedKind("usual", {})
SPARSE = ComparedKind("sparse", {"model": {"normaliser": "sparsemax"}})
UNTRAINABLE = ComparedKind("odd heads", {"model": {"heads": 3}})


@pytest.fixture
def base(small_config):
    return small_config(limits={"max_steps": 3}, training={"validate_every": 2})


@pytest.fixture
def compare(project, base):
    def compare(*kinds, seeds=(1,), name="c", **options):
        return create_comparison(
            project,
            name,
            preset="tiny",
            base=options.pop("base", base),
            kinds=kinds or (USUAL, SPARSE),
            seeds=seeds,
            **options,
        )

    return compare


def train_next(project, comparison, stop=None, emit=lambda _: None):
    """One turn of the loop that `comparison_queue` shows."""
    entry = next_entry(project, comparison)
    run, comparison = begin_entry(project, comparison, entry)
    if entry.state is not EntryState.TRAINED:
        reason = train(project, run, emit=emit, stop=stop or StopToken())
        if reason is StopReason.REQUESTED:
            return run
    measure_entry(project, run)
    return run


def states(project, name="c"):
    comparison = read_comparison(project, name)
    return [entry.state.value for entry in entries_of(project, comparison)]


def test_each_kind_is_trained_and_measured_in_turn(project, compare):
    comparison = compare()
    assert states(project) == ["waiting", "waiting"]

    assert train_next(project, comparison).name == "c-usual-1"
    assert states(project) == ["finished", "waiting"]
    assert train_next(project, comparison).name == "c-sparse-1"

    assert states(project) == ["finished", "finished"]
    assert next_entry(project, comparison) is None
    assert read_comparison(project, "c").begun == {"c-usual-1", "c-sparse-1"}


def test_of_several_seeds_the_first_comes_first_with_all_kinds(compare):
    found = [(run.kind.label, run.seed) for run in compare(seeds=(3, 1)).all_runs()]

    assert found == [("usual", 3), ("sparse", 3), ("usual", 1), ("sparse", 1)]


def test_a_reversed_comparison_translates_the_other_way(project, compare):
    run = train_next(project, compare(reverse=True))

    assert run.definition().languages == ("de", "en")
    assert states(project) == ["finished", "waiting"]


def test_a_run_has_the_seed_that_it_is_named_for(project, compare):
    comparison = compare(seeds=(7, 1))

    run, _ = begin_entry(project, comparison, next_entry(project, comparison))

    assert run.name == "c-usual-7"
    assert run.definition().config.training.seed == 7


def weights(run):
    return (run.checkpoint_folder("last") / "model.safetensors").read_bytes()


def test_a_run_of_it_is_the_same_as_one_that_is_trained_alone(project, compare):
    comparison = compare()
    train_next(project, comparison)
    of_comparison = train_next(project, comparison)
    config = comparison.config_of(SPARSE, 1)
    alone = create_run(project, config, preset="tiny", name="alone")

    train(project, alone, emit=lambda _: None, stop=StopToken())

    assert weights(of_comparison) == weights(alone)
    assert of_comparison.definition() == alone.definition()
    losses = [list(run.history().steps.column("loss")) for run in (of_comparison, alone)]
    assert losses[0] == losses[1]


def stop_at(step, stop):
    def emit(event):
        if isinstance(event, Step) and event.step == step:
            stop.request()

    return emit


def test_a_stopped_run_goes_on_bit_by_bit_before_the_others(project, compare):
    whole = compare(name="whole")
    expected = weights(train_next(project, whole))
    comparison, stop = compare(), StopToken()
    train_next(project, comparison, stop, stop_at(1, stop))
    assert states(project) == ["stopped", "waiting"]

    run = train_next(project, comparison)

    assert run.name == "c-usual-1"
    assert weights(run) == expected
    assert states(project) == ["finished", "waiting"]


class KilledError(BaseException):
    """As abrupt as a kill: nothing is said in the log."""


def test_a_killed_run_goes_on(project, compare):
    whole = compare(name="whole")
    expected = weights(train_next(project, whole))
    comparison = compare()
    before = next_entry(project, comparison)
    run, _ = begin_entry(project, comparison, before)

    def kill(event):
        if isinstance(event, Step) and event.step == 3:
            raise KilledError

    with pytest.raises(KilledError):
        train(project, run, emit=kill, stop=StopToken())

    assert states(project) == ["stopped", "waiting"]
    assert weights(train_next(project, comparison)) == expected


def test_a_run_that_was_killed_before_it_was_noted_is_gone_on_with(project, compare):
    comparison = compare()
    config = comparison.config_of(USUAL, 1)
    create_run(project, config, preset="tiny", name="c-usual-1")  # and there the power went

    assert states(project) == ["stopped", "waiting"]
    assert train_next(project, comparison).name == "c-usual-1"
    assert read_comparison(project, "c").begun == {"c-usual-1"}


def test_trained_but_not_measured_is_only_measured(project, compare):
    comparison = compare()
    run, _ = begin_entry(project, comparison, next_entry(project, comparison))
    train(project, run, emit=lambda _: None, stop=StopToken())
    assert states(project) == ["trained", "waiting"]
    lines = len(run.events_path.read_bytes().splitlines())

    assert measure_entry(project, run, should_stop=lambda: True) is None
    assert states(project) == ["trained", "waiting"]
    train_next(project, comparison)

    assert states(project) == ["finished", "waiting"]
    assert len(run.events_path.read_bytes().splitlines()) == lines


@pytest.mark.parametrize(
    ("cause", "state"),
    [
        (FailureCause.DIVERGED, "failed"),
        (FailureCause.NOT_FINITE, "failed"),
        (FailureCause.MEMORY, "failed"),
        (FailureCause.STORAGE, "stopped"),
    ],
)
def test_what_failed_by_itself_is_passed_over_and_a_full_disk_is_not(
    project, compare, cause, state
):
    comparison = compare()
    run, _ = begin_entry(project, comparison, next_entry(project, comparison))
    failed = Failed(step=1, elapsed_s=1.0, template="It went wrong.", cause=cause)
    run.events_path.write_text(to_json(failed) + "\n", "utf-8")

    assert states(project) == [state, "waiting"]
    entry = entries_of(project, comparison)[0]
    assert entry.problem == ("It went wrong." if state == "failed" else "")
    next_run = "c-sparse-1" if state == "failed" else "c-usual-1"
    assert next_entry(project, comparison).run == next_run
    if state == "failed":
        with pytest.raises(ProjectError, match=r"c-usual-1 does not go on: it failed\."):
            begin_entry(project, comparison, entry)


def test_a_deleted_run_is_gone_until_it_is_asked_for_again(project, compare):
    comparison = compare()
    run = train_next(project, comparison)
    shutil.rmtree(run.folder)
    comparison = read_comparison(project, "c")

    assert states(project) == ["gone", "waiting"]
    assert next_entry(project, comparison).run == "c-sparse-1"
    with pytest.raises(ProjectError, match="it was deleted"):
        begin_entry(project, comparison, entries_of(project, comparison)[0])

    comparison = make_again(project, comparison, run.name)

    assert states(project) == ["waiting", "waiting"]
    assert next_entry(project, comparison).run == run.name


@pytest.mark.parametrize(
    "other",
    [
        {"model": {"heads": 1}},
        {"training": {"learning_rate": 1e-4}},
        {"training": {"seed": 5}},
        {"limits": {"max_steps": 4}},
    ],
)
def test_another_run_of_that_name_is_neither_trained_nor_counted(project, compare, base, other):
    comparison = compare()
    create_run(project, merge_config(base, other), preset="tiny", name="c-usual-1")

    [first, _] = entries_of(project, comparison)

    assert first.state is EntryState.FAILED
    assert first.problem == "Run c-usual-1 has other settings than the comparison asks for."
    assert next_entry(project, comparison).run == "c-sparse-1"


def test_a_run_that_is_planned_for_its_minutes_stays_the_comparisons_own(project, compare, base):
    timed = merge_config(
        base, {"training": {"budget_minutes": 0.002}, "limits": {"max_steps": None}}
    )
    comparison = compare(base=timed)

    run = train_next(project, comparison)

    assert run.definition().config.training.horizon_steps  # which the comparison knows nothing of
    assert states(project) == ["finished", "waiting"]


def test_kinds_are_not_trained_on_another_corpus(project, compare, fill):
    comparison = compare()
    train_next(project, comparison)
    comparison = read_comparison(project, "c")
    entry = next_entry(project, comparison)
    fill(project, train=["another dog|ein anderer Hund"])

    with pytest.raises(ProjectError, match="The corpus was changed since comparison c began"):
        begin_entry(project, comparison, entry)

    assert [run.name for run in project.runs()] == ["c-usual-1"]


def test_while_one_is_trained_no_other_begins(project, compare):
    comparison = compare()
    run, _ = begin_entry(project, comparison, next_entry(project, comparison))
    with run.locked():
        assert states(project) == ["running", "waiting"]
        with pytest.raises(ProjectError, match="c-usual-1 of comparison c is being trained"):
            next_entry(project, comparison)


def test_an_outcome_stays_when_the_run_is_trained_further(project, compare, base):
    comparison = compare()
    run = train_next(project, comparison)
    before = read_outcome(run)

    limits = base.limits.model_copy(update={"max_steps": 5})
    train(project, run, emit=lambda _: None, stop=StopToken(), limits=limits)

    assert read_outcome(run) == before
    assert states(project) == ["finished", "waiting"]


def test_a_damaged_outcome_is_measured_anew(project, compare):
    comparison = compare()
    run = train_next(project, comparison)
    whole = read_outcome(run)
    path = run.folder / NAME
    text = path.read_bytes()
    slower = text.replace(b'"seconds": ', b'"seconds": 9')  # which only the checksum tells
    unnamed = text.replace(b'"seconds"', b'"second"')
    for wrong in (b"", text[:-9], unnamed, b"[]\n{}", slower):
        path.write_bytes(wrong)
        assert states(project) == ["trained", "waiting"]

    train_next(project, comparison)

    assert read_outcome(run).model_dump(exclude={"seconds"}) == whole.model_dump(
        exclude={"seconds"}
    )


# what is left


def entry_like(state, elapsed_s=0.0):
    return type("E", (), {"state": state, "elapsed_s": elapsed_s})()


def test_the_time_left_follows_from_the_limit_or_from_the_others(compare, base):
    entries = [
        entry_like(EntryState.FINISHED, 40.0),
        entry_like(EntryState.FINISHED, 60.0),
        entry_like(EntryState.FAILED, 9.0),
        entry_like(EntryState.STOPPED, 10.0),
        entry_like(EntryState.WAITING),
    ]
    comparison = compare()
    assert seconds_left(comparison, entries) == 2 * 50.0 - 10.0
    assert seconds_left(comparison, entries, 30.0) == 2 * 50.0 - 30.0
    assert seconds_left(comparison, entries[-1:]) is None

    limits = base.limits.model_copy(update={"max_minutes": 2.0})
    timed = replace(comparison, base=base.model_copy(update={"limits": limits}))
    assert seconds_left(timed, entries) == 2 * 120.0 - 10.0


# what is refused before anything is trained


def refused(compare, error, *kinds, **options):
    with pytest.raises(error) as caught:
        compare(*kinds, **options)
    return str(caught.value)


def test_a_kind_that_cannot_be_combined_is_refused_before_anything_is_made(project, compare):
    said = refused(compare, ConfigError, USUAL, UNTRAINABLE)

    assert said.startswith("odd heads cannot be trained: ")
    assert "heads" in said.partition(": ")[2]
    assert list_comparisons(project) == []
    assert project.runs() == []


@pytest.mark.parametrize(
    ("kinds", "options", "words"),
    [
        ((USUAL,), {}, "1 kinds cannot be compared."),
        ((USUAL, replace(SPARSE, label="usual")), {}, "Two kinds have the name usual."),
        ((USUAL, ComparedKind("twin", {})), {}, "twin and usual are the same settings."),
        ((USUAL, ComparedKind("a\nb", {})), {}, "'a\\nb' cannot be the name of a kind."),
        ((USUAL, ComparedKind("", SPARSE.changes)), {}, "'' cannot be the name of a kind."),
        (
            (USUAL, ComparedKind("long", {"limits": {"max_steps": 9}})),
            {},
            "long sets limits, which is the same for all kinds.",
        ),
        (
            (USUAL, ComparedKind("lucky", {"training": {"seed": 9}})),
            {},
            "lucky sets training.seed, which is the same for all kinds.",
        ),
        ((USUAL, SPARSE), {"seeds": ()}, "0 seeds cannot be compared."),
        ((USUAL, SPARSE), {"seeds": (1, 1)}, "Seed 1 is given twice."),
        ((USUAL, SPARSE), {"name": "../c"}, "'../c' cannot be the name of a run or a comparison."),
        (
            (ComparedKind("a/b", {}), ComparedKind("a:b", SPARSE.changes)),
            {},
            "Two runs would have the name c-a-b-1.",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(project, compare, kinds, options, words):
    assert refused(compare, UsageError, *kinds, **options).startswith(words)
    assert list_comparisons(project) == []


def test_a_seed_that_cannot_be_is_the_configs_to_refuse(compare):
    assert "seed" in refused(compare, ConfigError, seeds=(1, -1))


def test_names_that_are_taken_are_refused(project, compare, new_run):
    compare()
    said = refused(compare, ProjectError, name="C")
    assert said.startswith("There is a comparison C already.")
    new_run(project, "D-Usual-1")

    said = refused(compare, ProjectError, name="d")

    assert said.startswith("There is a run D-Usual-1 already")


def test_without_a_name_the_next_free_one_is_taken(project, compare):
    assert compare(name=None).name == "comparison-1"
    assert compare(name=None).name == "comparison-2"
    assert list_comparisons(project) == ["comparison-1", "comparison-2"]


# the file


def kept(project):
    return json.loads((project.folder / "comparisons/c.json").read_text("utf-8"))


def test_what_is_kept_is_read_back(project, compare):
    comparison = compare(USUAL, replace(SPARSE, label="spärlich 稀疏"), seeds=(2, 7), reverse=True)

    assert read_comparison(project, "c") == comparison
    assert comparison.runs[1] == "c-spärlich 稀疏-2"


def change(path, value):
    def changed(content):
        *groups, name = path
        table = content
        for group in groups:
            table = table[group]
        table[name] = value
        return json.dumps(content)

    return changed


HOSTILE = {
    "no JSON": lambda _: "{",
    "no table": lambda _: "[]",
    "nested too deeply": lambda _: "[" * 100_000,
    "a path as a run": change(("runs", 0), "../../outside"),
    "an absolute path": change(("runs", 0), "/etc/passwd"),
    "a device of Windows": change(("runs", 0), "nul"),
    "a run twice": change(("runs", 1), "c-usual-1"),
    "a run too few": change(("runs",), ["c-usual-1"]),
    "a number as a run": change(("runs", 0), 7),
    "begun that is not its own": change(("begun",), ["tiny-1"]),
    "another format": change(("format",), 2),
    "a truth as a seed": change(("seeds", 0), True),
    "a text as seeds": change(("seeds",), "12"),
    "a huge seed": change(("seeds", 0), 10**30),
    "many seeds": change(("seeds",), list(range(10_000))),
    "a preset that leads out": change(("preset",), "../x"),
    "a base without end": change(("base", "limits"), {"max_steps": -1}),
    "a base of another kind": change(("base",), "small"),
    "something more": change(("more",), 1),
    "a kind that is none": change(("kinds", 0), "usual"),
    "changes that are none": change(("kinds", 1, "changes"), {"training": 5}),
    "an unknown setting": change(("kinds", 1, "changes"), {"model": {"nosuch": 5}}),
    "half a letter": change(("kinds", 1, "label"), "\ud800"),
    "a turned label": change(("kinds", 1, "label"), "a\u202eb"),
}


@pytest.mark.parametrize("spoil", HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_holds_something_else_is_refused_in_a_sentence(project, compare, spoil):
    compare()
    path = project.folder / "comparisons/c.json"
    text = spoil(kept(project))
    path.write_text(text, "utf-8")

    with pytest.raises(ProjectError) as caught:
        read_comparison(project, "c")

    assert str(caught.value).startswith(f"The comparison in {path} cannot be read: ")
    assert path.read_text("utf-8") == text


def test_a_file_that_is_far_too_large_is_refused(project, compare):
    compare()
    (project.folder / "comparisons/c.json").write_text(" " * 2**22, "utf-8")

    with pytest.raises(ProjectError, match="more than it ever needs"):
        read_comparison(project, "c")


def test_files_that_are_no_comparisons_are_passed_over(project, compare):
    compare()
    for name in (".c.json.new", "note.txt", "con.json"):
        (project.folder / "comparisons" / name).write_text("{}", "utf-8")

    assert list_comparisons(project) == ["c"]
    with pytest.raises(ProjectError, match=r"There is no comparison \.\./c\. There are: c\."):
        read_comparison(project, "../c")


def test_a_comparison_is_removed_without_its_runs_and_put_back_as_it_was(project, compare):
    comparison = compare()
    run, comparison = begin_entry(project, comparison, next_entry(project, comparison))

    kept = remove_comparison(project, "c")
    assert list_comparisons(project) == []
    assert run.folder.is_dir()
    put_back_comparison(project, "c", kept)

    assert read_comparison(project, "c") == comparison


def test_what_was_removed_does_not_come_back_over_another(project, compare):
    first, other = compare(), compare(name="C-other")
    kept = remove_comparison(project, other.name)
    path = project.folder / "comparisons" / "c.json"
    before = path.read_bytes()

    with pytest.raises(OutdatedError, match="There is another comparison C now"):
        put_back_comparison(project, "C", kept)

    assert path.read_bytes() == before
    assert read_comparison(project, "c") == first


def test_a_damaged_one_can_be_removed_and_one_that_is_not_there_is_missed(project, compare):
    compare()
    (project.folder / "comparisons" / "c.json").write_bytes(b"\xff{")

    assert remove_comparison(project, "c") == b"\xff{"
    with pytest.raises(ProjectError, match="There is no comparison c"):
        remove_comparison(project, "c")
