"""A project that may not be written is opened, looked at, translated with and evaluated."""

import json
import time

import pytest

from attnstudio.cli.app import run as attnstudio
from attnstudio.errors import ProjectError, StorageError
from attnstudio.project.copying import copy_project
from attnstudio.project.marker import Marker
from attnstudio.project.pipeline import train
from attnstudio.project.program import WorkPlace, this_program
from attnstudio.project.project import Project
from attnstudio.project.run_creation import create_run
from attnstudio.project.trash import move_to_trash
from attnstudio.training.stop import StopToken


@pytest.fixture
def trained(project, small_config):
    run = create_run(project, small_config(limits={"max_steps": 8}), preset="tiny")
    train(project, run, emit=lambda _: None, stop=StopToken())
    return run


def contents(folder):
    return {
        path.relative_to(folder): (path.stat().st_mtime_ns, path.stat().st_size)
        for path in sorted(folder.rglob("*"))
    }


@pytest.mark.usefixtures("trained")
def test_commands_that_only_look_work_and_write_nothing(project, write_protect, capsys, tmp_path):
    before = contents(project.folder)
    write_protect(project.folder)
    text = tmp_path / "text"
    text.write_text("the dog sees a bird today\n")

    assert attnstudio(["info", str(project.folder), "--json"]) == 0
    [run] = json.loads(capsys.readouterr().out)["runs"]
    assert run["state"] == "stopped"
    assert attnstudio(["translate", str(project.folder), str(text)]) == 0
    assert attnstudio(["evaluate", str(project.folder), "--beam", "1"]) == 0
    assert contents(project.folder) == before


@pytest.mark.usefixtures("trained")
def test_commands_that_would_write_say_why_they_cannot(project, write_protect, capsys):
    write_protect(project.folder)

    assert attnstudio(["train", str(project.folder), "--json"]) != 0
    assert "Permission denied" in json.loads(capsys.readouterr().out)["error"]["message"]
    assert attnstudio(["sweep", str(project.folder), "--json"]) != 0
    assert "Permission denied" in json.loads(capsys.readouterr().out)["error"]["message"]


def test_a_run_there_does_not_go_on_and_says_why(project, trained, write_protect):
    write_protect(project.folder)

    with pytest.raises(StorageError, match=r"could not be written: Permission denied\. Choose a"):
        train(project, trained, emit=lambda _: None, stop=StopToken())


def test_a_training_that_was_killed_there_is_told_from_one_that_runs(
    project, trained, write_protect
):
    for created_at, state in ((0.0, "interrupted"), (None, "running")):
        program = this_program(WorkPlace.WINDOW)
        if created_at is not None:
            program = program.model_copy(update={"created_at": created_at})
        marker = Marker(program=program, since=time.time())
        (trained.folder / "running.json").write_text(marker.model_dump_json())
        write_protect(project.folder)
        assert trained.state(trained.outline()) == state
        (trained.folder).chmod(0o755)
        (trained.folder / "running.json").chmod(0o644)


def test_a_copy_is_whole_but_for_the_trash_and_the_moment(project, trained, tmp_path):
    move_to_trash(project, create_run(project, trained.definition().config, preset="tiny"))
    (trained.folder / "running.json").write_text("{}")
    told = []

    copy = copy_project(project.folder, tmp_path / "copy", progress=lambda *n: told.append(n))

    there = {path for path in contents(project.folder) if (project.folder / path).is_file()}
    expected = {
        path
        for path in there
        if path.parts[0] in ("project.toml", "corpus", "tokenizers", "datasets", "runs")
        and path.suffix != ".lock"
        and path.name != "running.json"
    }
    assert {path for path in contents(copy) if (copy / path).is_file()} == expected
    assert Project.open(copy).run().outline().step == 8
    assert told[-1][0] == told[-1][1] > 0


def test_a_copy_that_is_stopped_leaves_nothing(project, tmp_path):
    asked = []

    def stop():
        asked.append(1)
        return len(asked) > 2

    assert copy_project(project.folder, tmp_path / "copy", should_stop=stop) is None
    assert [path.name for path in tmp_path.iterdir()] == [project.folder.name]


def test_a_copy_is_not_written_over_something(project, tmp_path):
    with pytest.raises(ProjectError, match=r"^There is something at .* already\."):
        copy_project(project.folder, tmp_path)
