"""What torchrun starts once more goes on with the run that it began."""

import os

import psutil
import pytest

from attnstudio.project.checkpoint_index import write_index
from attnstudio.project.launch import Launch, find_relaunched, launch_told, remember_launch
from attnstudio.project.project import Project
from attnstudio.project.run import Run

LAUNCH = Launch(name="none", host="here", agent_pid=7, agent_created_at=5.0)


@pytest.fixture
def project(tmp_path):
    return Project.create(tmp_path / "project", "en", "de")


def new_run(project, name):
    folder = project.runs_folder / name
    folder.mkdir(parents=True)
    (folder / "config.toml").touch()
    return Run(folder)


def save(run, step):
    (run.folder / "checkpoints" / str(step)).mkdir(parents=True)
    index = run.checkpoints().with_saved(step, best=True, aligned=None, keep=3)
    write_index(run.folder, index)


def test_a_program_that_torchrun_did_not_start_has_no_launch():
    assert launch_told({}) is None


def test_a_launch_is_known_by_the_process_that_starts_and_outlives_the_others():
    launch, restarts = launch_told(
        {"TORCHELASTIC_RUN_ID": "none", "TORCHELASTIC_RESTART_COUNT": "2"}
    )
    assert (launch.agent_pid, restarts) == (os.getppid(), 2)
    assert launch.agent_created_at == psutil.Process(os.getppid()).create_time()


def test_a_launch_finds_the_run_that_it_began_and_none_of_others(project):
    run, other = new_run(project, "mine"), new_run(project, "other")
    new_run(project, "by hand")
    remember_launch(run, LAUNCH)
    remember_launch(other, LAUNCH.model_copy(update={"agent_created_at": 6.0}))

    assert find_relaunched(project, LAUNCH).run.name == "mine"
    assert find_relaunched(project, LAUNCH.model_copy(update={"agent_pid": 8})) is None


def test_a_launch_with_a_name_is_the_same_on_another_machine(project):
    named = LAUNCH.model_copy(update={"name": "night"})
    remember_launch(new_run(project, "mine"), named)

    elsewhere = named.model_copy(update={"host": "there", "agent_pid": 1})
    assert find_relaunched(project, elsewhere).run.name == "mine"
    assert find_relaunched(project, LAUNCH) is None


def test_whether_a_checkpoint_was_kept_since_is_told(project):
    run = new_run(project, "mine")
    save(run, 10)
    remember_launch(run, LAUNCH)
    assert not find_relaunched(project, LAUNCH).has_saved

    save(run, 20)
    assert find_relaunched(project, LAUNCH).has_saved
    remember_launch(run, LAUNCH)  # of the second life: the first one counts
    assert find_relaunched(project, LAUNCH).has_saved


def test_a_damaged_file_is_no_launch(project):
    run = new_run(project, "mine")
    (run.folder / "launch.json").write_text("{")
    assert find_relaunched(project, LAUNCH) is None
    remember_launch(run, LAUNCH)
    assert find_relaunched(project, LAUNCH).run.name == "mine"
