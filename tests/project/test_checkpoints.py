"""Checkpoints through kills, damage and going back."""

import json
import math
import os
import shutil
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from attnstudio.config_training import LimitsConfig
from attnstudio.errors import ProjectError, StorageError
from attnstudio.evaluation.reading import ChosenBy
from attnstudio.files import set_aside_name, temporary_name
from attnstudio.project import checkpoint
from attnstudio.project.checkpoint import (
    load_snapshot,
    load_to_go_on,
    save_checkpoint,
)
from attnstudio.project.checkpoint_index import (
    CheckpointIndex,
    is_best_measured,
    mend_checkpoints,
    read_index,
    write_index,
)
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_loading import load_run
from attnstudio.training.events import Notice, Started, Step
from attnstudio.training.state import Snapshot, TrainState
from attnstudio.training.stop import StopToken

INDICES = [
    None, "", "[]", "{", "[" * 100_000, '{"steps": [1]}',
    '{"steps": [-1], "last": -1, "best": -1}', '{"steps": ["../x"], "last": "../x", "best": 1}',
    '{"steps": [1, 99], "last": 99, "best": 99}', '{"steps": [1], "last": 7, "best": 1}',
    '{"steps": [1], "last": 1, "best": 1}', '{"steps": [], "last": null, "best": null}',
    '{"steps": [1, 2, 3], "last": 3, "best": 9}', '{"steps": [1, 2, 3], "last": 9, "best": 2}',
    '{"steps": [1e400], "last": 1, "best": 1}', '{"steps": {"a": 1}, "last": 1, "best": 1}',
]  # fmt: skip


def snapshot(step, best_step=0):
    random = {"cpu": torch.get_rng_state()}
    return Snapshot({"w": torch.full((4,), float(step))}, {"w.m": torch.ones(4)}, random,
                    TrainState(step=step, best_step=best_step, best_value=1.0))  # fmt: skip


def save(run, step, *, best=False, aligned=None, keep=3):
    state = snapshot(step, step if best else 0)
    save_checkpoint(run, state, best=best, aligned=aligned, keep=keep, reading=None)


@pytest.fixture
def run(tmp_path):
    (tmp_path / "r").mkdir()
    return Run(tmp_path / "r")


def on_disk(run):
    return sorted(path.name for path in (run.folder / "checkpoints").iterdir())


def weight(run, which="last"):
    return load_snapshot(run.checkpoint_folder(which)).weights["w"][0].item()


class Killed(BaseException):
    """Nothing after it is run, not even what tidies up."""


@pytest.fixture
def killed_everywhere(run, tmp_path, monkeypatch):
    """Do something to a run, killed before each operation that changes the disk, one by one."""

    def killed_everywhere(act):
        whole = tmp_path / "whole"
        shutil.copytree(run.folder, whole)
        names = ("replace", "rename", "unlink", "rmdir", "mkdir", "open", "fsync")
        plain = {name: getattr(os, name) for name in names}
        killed, operations = True, 0
        while killed:
            shutil.rmtree(run.folder)
            shutil.copytree(whole, run.folder)
            left = operations

            def counted(name):
                def operation(*arguments, **options):
                    nonlocal left
                    if left <= 0:
                        raise Killed
                    left -= 1
                    return plain[name](*arguments, **options)

                return operation

            with monkeypatch.context() as patch:
                for name in names:
                    patch.setattr(os, name, counted(name))
                try:
                    act()
                    killed = False
                except Killed:
                    killed = True
            yield
            operations += 1
        assert operations > 20

    return killed_everywhere


@pytest.mark.parametrize("again", [False, True], ids=["a new step", "the same step again"])
def test_a_kill_at_any_operation_leaves_the_checkpoint_of_before_or_the_new_one(
    run, killed_everywhere, again
):
    save(run, 1)
    save(run, 2, best=True)

    for _ in killed_everywhere(lambda: save(run, 2 if again else 3, keep=2)):
        seen = read_index(run.folder)  # before anything is mended, as where nothing can be written
        assert seen.last in (2, 3)
        assert weight(run) == seen.last
        mend_checkpoints(run.folder)
        assert read_index(run.folder).last == seen.last
        assert weight(run) == seen.last
        assert not [name for name in on_disk(run) if not name.isdecimal()]


def test_a_kill_after_going_back_does_not_go_forward_again(run, killed_everywhere):
    for step in (2, 5, 7):
        save(run, step, best=step == 2)

    for _ in killed_everywhere(lambda: save(run, 3)):
        told = json.loads((run.folder / "checkpoints.json").read_text())["last"]
        assert told != 3 or read_index(run.folder).last == 3
    assert on_disk(run) == ["2", "3"]


def test_the_folder_that_was_set_aside_is_used_where_its_step_is_missing(run):
    save(run, 2)
    folder = run.checkpoint_folder(2)
    folder.rename(set_aside_name(folder))

    assert run.checkpoint_step("last") == 2
    assert weight(run) == 2
    mend_checkpoints(run.folder)
    assert on_disk(run) == ["2"]


def test_what_kills_left_behind_is_swept(run):
    save(run, 2)
    folder = run.checkpoint_folder(2)
    shutil.copytree(folder, set_aside_name(folder))
    shutil.copytree(folder, temporary_name(folder.with_name("3")))

    mend_checkpoints(run.folder)

    assert on_disk(run) == ["2"]


@pytest.mark.parametrize("index", INDICES)
def test_an_index_that_is_missing_or_wrong_is_made_of_what_is_there(run, index):
    save(run, 1)
    save(run, 2, best=True)
    save_checkpoint(run, snapshot(3, best_step=2), best=False, keep=3, reading=None)
    path = run.folder / "checkpoints.json"
    path.unlink() if index is None else path.write_text(index)

    assert read_index(run.folder) == CheckpointIndex((1, 2, 3), 3, 2)
    mend_checkpoints(run.folder)
    assert json.loads(path.read_text()) == {"steps": [1, 2, 3], "last": 3, "best": 2}


def test_a_folder_that_is_not_whole_and_that_no_index_names_is_no_checkpoint(run):
    save(run, 1)
    shutil.copytree(run.checkpoint_folder(1), run.folder / "checkpoints" / "2")
    (run.folder / "checkpoints" / "2" / "optimiser.safetensors").unlink()

    assert run.checkpoints() == CheckpointIndex((1,), 1, 1)


def test_a_checkpoint_that_was_lost_is_not_the_last(run):
    save(run, 1)
    save(run, 2, best=True)
    shutil.rmtree(run.checkpoint_folder(2))

    assert run.checkpoints() == CheckpointIndex((1,), 1, 1)


def test_after_going_back_later_ones_go_with_the_next_but_the_best_stays():
    index = CheckpointIndex((10, 20, 30, 40), 40, 30)

    assert index.with_saved(12, best=False, keep=2) == CheckpointIndex((10, 12, 30), 12, 30)
    assert index.with_saved(12, best=True, keep=1) == CheckpointIndex((12,), 12, 12)


def test_the_first_checkpoint_is_the_best_there_is_and_so_is_one_after_the_best_was_lost():
    first = CheckpointIndex((5,), 5, 5)

    assert CheckpointIndex().with_saved(5, best=False, keep=2) == first
    assert replace(first, best=3).with_saved(9, best=False, keep=1) == CheckpointIndex((9,), 9, 9)


def test_before_the_first_validation_the_newest_is_the_best(run):
    for step in (135, 153):
        save_checkpoint(run, unmeasured(step), best=False, keep=3, reading=None)
        assert run.checkpoints().best == step
        assert not is_best_measured(run.folder, step)

    save_checkpoint(run, unmeasured(135), best=False, keep=3, reading=None)  # it went back
    assert run.checkpoints() == CheckpointIndex((135,), 135, 135)

    for step in (153, 200, 210):
        save(run, step, best=step == 200)
    assert run.checkpoints() == CheckpointIndex((153, 200, 210), 210, 200)
    assert is_best_measured(run.folder, 200)

    # back to before the first validation: what was measured stays
    save_checkpoint(run, unmeasured(160), best=False, keep=3, reading=None)
    assert run.checkpoints() == CheckpointIndex((153, 160, 200), 160, 200)


def test_of_an_index_that_was_not_written_before_the_first_validation_the_newest_is_the_best(run):
    for step in (135, 153):
        save_checkpoint(run, unmeasured(step), best=False, keep=3, reading=None)
    write_index(run.folder, CheckpointIndex((135,), 135, 135))

    assert run.checkpoints() == CheckpointIndex((135, 153), 153, 153)


def unmeasured(step):
    whole = snapshot(step)
    return replace(whole, state=replace(whole.state, best_value=None))


def test_the_best_from_before_going_back_is_not_what_training_goes_on_from(run):
    for step in (2, 5, 7):
        save(run, step, best=step == 7)
    save(run, 3)

    assert run.checkpoints() == CheckpointIndex((2, 3, 7), 3, 7)
    assert load_to_go_on(run, None)[0].step == 3
    shutil.rmtree(run.checkpoint_folder(2))
    assert run.checkpoints() == CheckpointIndex((3, 7), 3, 7)
    spoil(run.checkpoint_folder(3) / "state.json")
    usable, _ = load_to_go_on(run, None)
    assert usable.step == 7
    assert "Checkpoint 3 cannot be used, so checkpoint 7 is" in usable.notice.message


def test_a_number_that_was_changed_in_the_state_is_not_gone_on_with(run):
    save(run, 3)
    path = run.checkpoint_folder(3) / "state.json"
    text = path.read_text()
    path.write_text(text.replace('"target_tokens": 0', '"target_tokens": 9'))

    assert path.read_text() != text
    with pytest.raises(ProjectError, match=r"state\.json has another content"):
        load_to_go_on(run, None)


def test_a_disk_that_refuses_leaves_the_checkpoints_as_they_were(run):
    resource = pytest.importorskip("resource")
    save(run, 1)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(StorageError, match=r"checkpoints/2 could not be written: File too"):
            save(run, 2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert on_disk(run) == ["1"]
    assert run.checkpoints() == CheckpointIndex((1,), 1, 1)


@pytest.fixture
def trained(project, new_run):
    """A run with checkpoints 2, 4 and 6, and its project opened anew."""
    run = new_run(project, training={"validate_every": 2, "keep_checkpoints": 5})
    go_on(project, run, 6)
    assert set(run.checkpoints().steps) >= {2, 4, 6}
    return Project.open(project.folder)


def go_on(project, run, steps, **options):
    events = []
    train(project, run, emit=events.append, stop=StopToken(),
          limits=LimitsConfig(max_steps=steps), **options)  # fmt: skip
    return events


def spoil(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_damaged_last_checkpoint_falls_back_to_the_newest_whole_one_and_says_so(trained):
    run = trained.run()
    spoil(run.checkpoint_folder("last") / "optimiser.safetensors")

    events = go_on(trained, run, 8)

    started = next(event for event in events if isinstance(event, Started))
    assert started.resumed_from == 4
    [said] = [e.message for e in events if isinstance(e, Notice) and "cannot be used" in e.message]
    assert said.startswith("Checkpoint 6 cannot be used, so checkpoint 4 is: The checkpoint in ")
    assert "optimiser.safetensors has another content" in said
    assert run.checkpoints().last == 8
    assert [s.step for s in run.history().steps] == list(range(1, 9))


def test_weights_that_cannot_be_opened_are_said_but_a_lack_of_memory_is_no_damage(
    trained, monkeypatch
):
    folder = trained.run().checkpoint_folder("last")

    def refuse(_):
        raise RuntimeError(reasons.pop())

    monkeypatch.setattr(checkpoint, "load_file", refuse)
    reasons = ["unable to open file <x> in read-only mode: Too many open files (24)"]
    with pytest.raises(ProjectError, match="Too many open files"):
        load_snapshot(folder)
    reasons = ["DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes."]
    with pytest.raises(RuntimeError, match="DefaultCPUAllocator"):
        load_snapshot(folder)


def test_a_damaged_best_checkpoint_falls_back_for_translating_too(trained):
    run = trained.run()
    best = run.checkpoint_step("best")
    spoil(run.checkpoint_folder("best") / "model.safetensors")

    loaded = load_run(trained, run)

    assert loaded.step == max(step for step in run.checkpoints().steps if step != best)
    assert f"Checkpoint {best} cannot be used" in loaded.notice.message
    with pytest.raises(ProjectError, match=r"is damaged: model\.safetensors has another content"):
        load_run(trained, run, checkpoint=best)


@pytest.mark.parametrize("which", ["best", "last"])
def test_a_checkpoint_that_is_missing_is_told_where_another_takes_its_place(trained, which):
    run = trained.run()
    missing = run.checkpoint_step(which)
    shutil.rmtree(run.checkpoint_folder(which))

    loaded = load_run(trained, run, checkpoint=which)

    instead = loaded.step
    assert instead in run.checkpoints().steps
    assert loaded.notice.message == (
        f"Checkpoint {missing} cannot be used, so checkpoint {instead} is: It is missing."
    )
    assert load_run(trained, run, checkpoint=instead).notice is None


def test_going_on_without_the_last_checkpoint_says_so_once(trained):
    run = trained.run()
    shutil.rmtree(run.checkpoint_folder("last"))

    said = [e.message for e in go_on(trained, run, 8) if isinstance(e, Notice)]
    assert "Checkpoint 6 cannot be used, so checkpoint 4 is: It is missing." in said

    assert not [e for e in go_on(trained, run, 10) if isinstance(e, Notice)]


def test_going_on_without_the_best_checkpoint_says_so(trained):
    run = trained.run()
    index = run.checkpoints()
    write_index(run.folder, replace(index, best=2))
    shutil.rmtree(run.checkpoint_folder(2))

    said = [e.message for e in go_on(trained, run, 8) if isinstance(e, Notice)]

    assert "Checkpoint 2, the best one so far, is missing." in said


def test_beginning_anew_because_all_checkpoints_are_gone_is_told(trained):
    run = trained.run()
    shutil.rmtree(run.folder / "checkpoints")

    said = [e.message for e in go_on(trained, run, 2) if isinstance(e, Notice)]

    assert "Checkpoint 6 is missing, so training begins anew." in said


def test_training_goes_on_from_the_checkpoint_that_is_named(trained):
    run = trained.run()
    events = go_on(trained, run, 5, from_checkpoint=2)

    assert next(e for e in events if isinstance(e, Started)).resumed_from == 2
    assert [e.step for e in events if isinstance(e, Step)] == [3, 4, 5]
    assert run.checkpoints().last == 5
    assert any("Later checkpoints go once" in e.message for e in events if isinstance(e, Notice))
    with pytest.raises(ProjectError, match=r"has no checkpoint 3\. There are: best, last, 2"):
        go_on(trained, run, 9, from_checkpoint=3)


def test_weights_that_are_not_finite_are_refused_with_the_last_good_one(trained):
    run = trained.run()
    write_index(run.folder, CheckpointIndex(run.checkpoints().steps, 6, 6))
    path = run.checkpoint_folder(6) / "model.safetensors"
    save_file({name: t.fill_(math.nan) for name, t in load_file(path).items()}, path)
    (path.parent / "manifest.json").unlink()

    with pytest.raises(ProjectError, match="Checkpoint 6 of run r holds weights that are not fin"):
        load_run(trained, run)
    with pytest.raises(ProjectError, match="Use checkpoint 4, the newest good one"):
        load_run(trained, run, checkpoint=6)
    events = go_on(trained, run, 8)
    assert next(e for e in events if isinstance(e, Started)).resumed_from == 4


@pytest.mark.parametrize("name", ["model.safetensors", "trained.safetensors"])
def test_neither_averaged_nor_trained_weights_may_be_no_numbers(run, name):
    whole = replace(snapshot(1), trained={"w": torch.ones(4)})
    save_checkpoint(run, whole, best=False, keep=3, reading=None)
    folder = run.checkpoint_folder(1)
    assert load_snapshot(folder).trained["w"].tolist() == [1.0] * 4
    save_file({"w": torch.full((4,), math.nan)}, folder / name)
    (folder / "manifest.json").unlink()

    with pytest.raises(ProjectError, match="weights that are not finite"):
        load_snapshot(folder)


def test_checkpoints_of_an_older_version_have_no_seal_and_are_read(trained):
    run = trained.run()
    for path in run.folder.glob("checkpoints/*/manifest.json"):
        path.unlink()

    assert load_run(trained, run).notice is None
    assert next(e for e in go_on(trained, run, 7) if isinstance(e, Started)).resumed_from == 6


def test_checkpoints_that_nobody_may_list_are_not_said_to_be_none(trained):
    run = trained.run()
    folder = run.folder / "checkpoints"
    folder.rename(run.folder / "elsewhere")
    folder.write_text("")

    with pytest.raises(StorageError, match=r"checkpoints could not be read: Not a directory\."):
        run.checkpoint_step("best")


def test_the_checkpoint_that_aligns_best_is_kept_beside_the_best_and_found_by_its_name(run):
    save(run, 1, best=True)
    save(run, 2, aligned=ChosenBy.TEXT)
    for step in (3, 4, 5, 6):
        save(run, step)

    assert run.checkpoints() == CheckpointIndex((1, 2, 4, 5, 6), 6, 1, 2, ChosenBy.TEXT)
    assert read_index(run.folder) == run.checkpoints()
    assert run.checkpoint_step("aligned") == 2
    shutil.rmtree(run.checkpoint_folder(4))
    assert read_index(run.folder).aligned_by is ChosenBy.TEXT
    shutil.rmtree(run.checkpoint_folder(2))
    assert run.checkpoints().aligned is None


def test_a_run_that_never_measured_alignment_has_no_checkpoint_of_that_name(run):
    save(run, 1, best=True)

    with pytest.raises(ProjectError) as refused:
        run.checkpoint_step("aligned")
    assert refused.value.hint == "There are: best, last, 1."
