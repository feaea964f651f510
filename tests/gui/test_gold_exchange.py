"""A file of gold links that seems to be written in another way can be read that way."""

import re

from PySide6.QtWidgets import QWidget

from attnstudio.gui.links.gold_exchange import GoldExchange
from attnstudio.project.project import Project

WAIT_MS = 60_000


def test_a_file_that_counts_from_1_is_read_so_when_the_person_says_so(
    qtbot, studio, project, tmp_path
):
    corpus = project.corpus()
    gold = tmp_path / "from_1.gold"
    gold.write_text("1-1 2p2\n" * len(corpus), "utf-8")
    window = QWidget()
    qtbot.addWidget(window)
    studio.open_project(project.folder)
    told = []
    studio.notifier.posted.connect(told.append)

    GoldExchange(studio, window, lambda *_: "", lambda *_: [gold]).import_links()
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    assert re.match(r"No link in from_1\.gold names word 0", told[0].text)
    assert Project.open(project.folder).file.corpus == corpus.hash
    told[0].action()

    qtbot.waitUntil(
        lambda: Project.open(project.folder).file.corpus != corpus.hash, timeout=WAIT_MS
    )
    after = Project.open(project.folder).corpus()
    assert {after.gold(pair).alignment.to_pharaoh() for pair in range(len(after))} == {"0-0 1p1"}
    qtbot.waitUntil(lambda: not studio.changes.is_busy, timeout=WAIT_MS)
