"""What is asked of a damaged run is answered in words, and sound ones are not held up."""

import pytest
from events import SCORES, make_started, make_step, make_validation
from finding import find
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QTableWidget, QTabWidget

from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.gui.training.difference_table import DifferenceTable
from attnstudio.gui.training.page import TrainingPage
from attnstudio.gui.training.run_list import RunList
from attnstudio.gui.training.run_progress import RunProgress
from attnstudio.gui.training.run_table import RunTable
from attnstudio.gui.training.trouble_box import WayOn
from attnstudio.gui.training.watch_timeline import WatchTimeline
from attnstudio.training.event_json import to_json
from attnstudio.training.events import Failed, Finished
from attnstudio.training.stop import StopReason


def log_of(*, ending):
    events = [make_started()]
    events += [
        make_step(
            step=n,
            elapsed_s=0.5 * n,
            epoch=n / 9,
            loss=5 / n,
            learning_rate=0.1,
            target_tokens=9 * n,
        )
        for n in range(1, 8)
    ]
    events.append(
        make_validation(
            step=7, elapsed_s=4.0, epoch=0.8, scores=SCORES | {"bleu": 10.0, "chrf": 30.0}
        )
    )
    return "".join(to_json(event) + "\n" for event in (*events, ending))


STOPPED = Finished(step=7, elapsed_s=4.0, reason=StopReason.STEP_LIMIT, best_step=7)


@pytest.fixture
def said(studio):
    said = []
    studio.notifier.posted.connect(said.append)
    return said


@pytest.fixture
def page(qtbot, studio, project):
    studio.open_project(project.folder)
    page = TrainingPage(studio, ActionRegistry())
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    return page


@pytest.fixture
def runs(small_run):
    """A damaged one between two sound ones."""
    # what a probe of the machine finds may differ from run to run
    runs = [small_run(training={"seed": seed, "precision": "fp32"}) for seed in (1, 2, 3)]
    for run in runs:
        run.events_path.write_text(log_of(ending=STOPPED), "utf-8")
    return runs


def settings_damaged(run):
    (run.folder / "config.toml").write_text("[config\nlearning", "utf-8")


def settings_of_another_kind(run):
    path = run.folder / "config.toml"
    path.write_text(path.read_text("utf-8").replace('kind = "transformer"', 'kind = "nosuch"'))


def log_torn(run):
    content = run.events_path.read_bytes()
    run.events_path.write_bytes(content[: len(content) - 20])


def log_of_another_thing(run):
    lines = run.events_path.read_text("utf-8").splitlines()
    lines[4] = '{"event": "step", "step": "many"'
    run.events_path.write_text("\n".join(lines), "utf-8")


def log_no_file(run):
    run.events_path.unlink()
    run.events_path.mkdir()


DAMAGES = [settings_damaged, settings_of_another_kind, log_torn, log_of_another_thing, log_no_file]
SETTINGS = DAMAGES[:2]


def settled(qtbot, studio, page):
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)
    qtbot.waitUntil(lambda: page.board.is_settled, timeout=120_000)


def words_of(page):
    """By name."""
    texts = [find(page, RunList).item(row).text() for row in range(find(page, RunList).count())]
    return dict(text.split("\n") for text in texts)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_run_is_listed_and_the_others_are_drawn(qtbot, studio, page, runs, said, damage):
    damage(runs[1])
    studio.select_run(runs[1])
    studio.runs_were_changed()
    page.findChild(QTabWidget).setCurrentWidget(find(page, RunTable))
    settled(qtbot, studio, page)

    words = words_of(page)
    assert words[runs[0].name] == words[runs[2].name] == "■ at its limit · BLEU 10.0"
    assert "reading" not in words[runs[1].name]
    assert (words[runs[1].name] == "⚠ damaged") is (damage in (*SETTINGS, log_no_file))
    assert {runs[0].name, runs[2].name} <= set(page.board.runs)
    assert find(page, RunTable).model().rowCount() == 3
    page.findChild(QTabWidget).setCurrentWidget(find(page, WatchTimeline))
    find(page, QLineEdit, "Filter runs").setText("limit")
    find(page, QLineEdit, "Filter runs").clear()
    settled(qtbot, studio, page)
    assert [notice.text for notice in said if "fault of the program" in notice.hint] == []


@pytest.mark.parametrize("damage", SETTINGS)
def test_a_damaged_run_is_not_compared_and_named(qtbot, studio, page, runs, said, damage):
    damage(runs[1])
    studio.runs_were_changed()
    settled(qtbot, studio, page)

    find(page, RunList).differences_asked.emit([run.name for run in runs])

    assert runs[1].name in said[-1].text
    assert page.findChild(DifferenceTable) is None
    find(page, RunList).differences_asked.emit([runs[0].name, runs[2].name])
    table = page.findChild(DifferenceTable).findChild(QTableWidget)
    rows = {table.item(row, 0).text() for row in range(table.rowCount())}
    assert rows == {"Seed"}


def test_a_run_with_a_torn_log_is_compared_as_any(qtbot, studio, page, runs, said):
    log_torn(runs[1])
    studio.runs_were_changed()
    settled(qtbot, studio, page)

    find(page, RunList).differences_asked.emit([run.name for run in runs])

    assert said == []
    assert page.findChild(DifferenceTable) is not None


@pytest.mark.parametrize("way", [WayOn.NEW_WITH_HALF_THE_RATE, WayOn.NEW_WITH_HALF_THE_BATCH])
@pytest.mark.parametrize("damage", SETTINGS)
def test_a_run_whose_settings_are_damaged_is_not_set_up_anew(
    qtbot, studio, page, runs, said, damage, way
):
    damage(runs[1])
    studio.select_run(runs[1])
    settled(qtbot, studio, page)
    drafts = []
    studio.setup_requested.connect(drafts.append)

    find(page, RunProgress).way_on_chosen.emit(way)

    assert "config.toml" in said[-1].text
    assert drafts == []


@pytest.mark.parametrize("damage", [log_torn, log_of_another_thing])
def test_a_run_with_a_damaged_log_is_set_up_anew(qtbot, studio, page, runs, damage):
    runs[1].events_path.write_text(
        log_of(
            ending=Failed(
                step=7,
                elapsed_s=4.0,
                template="DivergedError",
                hint_template="The losses rise.",
                cause="",
            )
        ),
        "utf-8",
    )
    damage(runs[1])
    studio.select_run(runs[1])
    settled(qtbot, studio, page)
    drafts = []
    studio.setup_requested.connect(drafts.append)
    before = runs[1].definition().config.training

    find(page, RunProgress).way_on_chosen.emit(WayOn.NEW_WITH_HALF_THE_RATE)
    find(page, RunProgress).way_on_chosen.emit(WayOn.NEW_WITH_HALF_THE_BATCH)

    assert drafts[0].config.training.learning_rate == before.learning_rate / 2
    assert drafts[1].config.training.batch_tokens == max(16, before.batch_tokens // 2)
    assert {draft.config.training.seed for draft in drafts} == {2}


@pytest.mark.parametrize("way", [WayOn.TRAIN_AGAIN, WayOn.HALF_THE_RATE])
@pytest.mark.parametrize("damage", [*SETTINGS, log_no_file])
def test_a_damaged_run_that_is_to_go_on_says_why_it_cannot(
    qtbot, studio, page, runs, said, damage, way
):
    damage(runs[1])
    studio.select_run(runs[1])
    settled(qtbot, studio, page)
    before = len(said)

    find(page, RunProgress).way_on_chosen.emit(way)
    find(page, RunProgress).go_on_asked.emit(1.0)
    find(page, RunProgress).go_back_asked.emit(7, 1.0)
    settled(qtbot, studio, page)

    qtbot.waitUntil(lambda: studio.session.state is SessionState.IDLE, timeout=120_000)
    assert len(said) > before
    assert all("fault of the program" not in notice.hint for notice in said)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_run_can_be_noted_and_deleted(qtbot, studio, page, project, runs, damage):
    damage(runs[1])
    studio.runs_were_changed()
    settled(qtbot, studio, page)

    find(page, RunList).deletion_asked.emit(runs[1].name)
    settled(qtbot, studio, page)

    assert [run.name for run in project.runs()] == [runs[0].name, runs[2].name]
    names = [find(page, RunList).item(row).data(Qt.ItemDataRole.UserRole) for row in range(2)]
    assert set(names) == {runs[0].name, runs[2].name}


def test_a_run_that_is_gone_is_told_whatever_is_asked_of_it(
    qtbot, studio, page, project, runs, said, monkeypatch
):
    opened = []
    monkeypatch.setattr(
        "attnstudio.gui.training.run_list_actions.QDesktopServices.openUrl", opened.append
    )
    studio.runs_were_changed()
    settled(qtbot, studio, page)
    runs[1].folder.rename(project.folder / "elsewhere")

    listed = find(page, RunList)
    for ask in (listed.deletion_asked, listed.folder_asked, listed.note_asked):
        before = len(said)
        ask.emit(runs[1].name)
        assert len(said) == before + 1
        assert runs[1].name in said[-1].text
    find(page, RunList).differences_asked.emit([run.name for run in runs])
    assert runs[1].name in said[-1].text
    assert opened == []
