"""Fills the table of runs: their settings are read behind the window, as there may be many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject

from attnstudio.errors import AttentionStudioError
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.gui.training.run_table import RunTable
from attnstudio.gui.training.run_table_model import RunRow
from attnstudio.project.comparison import differences
from attnstudio.project.run import Run

_FOLLOWING = {"sources.source.tokenizer", "target.tokenizer"}  # hashes of what other settings say

Settings = Mapping[str, Mapping[str, str]]
"""By the names of runs, and of settings."""


class RunComparing(QObject):
    """Shows in a table how runs differ and what came of them.

    Args:
        studio: does the reading.
        table: is filled.
        parent: owns it.
    """

    def __init__(self, studio: Studio, table: RunTable, parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._table = studio, table
        self._runs: list[Run] = []
        self._rows: list[RunRow] = []
        self._settings: Settings = {}

    def show(self, runs: Sequence[Run], rows: Sequence[RunRow]) -> None:
        """Fill the table now, and with the settings of new runs when they are read.

        Args:
            runs: all that are to be compared.
            rows: what is known of each but its settings.
        """
        self._rows = list(rows)
        folders = [run.folder for run in runs]
        if folders == [run.folder for run in self._runs]:
            self._fill()
            return
        self._runs, self._settings = list(runs), {}
        self._fill()
        self._studio.tasks.run(
            self.tr("Comparing runs"),
            partial(_read, list(runs)),
            on_done=self._take,
            quiet=True,
        )

    def _take(self, settings: Settings) -> None:
        if settings.keys() <= {run.name for run in self._runs}:  # else others came meanwhile
            self._settings = settings
            self._fill()

    def _fill(self) -> None:
        self._table.show_rows(
            [replace(row, settings=self._settings.get(row.name, {})) for row in self._rows]
        )


def _read(runs: Sequence[Run], control: TaskControl) -> Settings | None:
    """The settings that differ; a run that cannot be read has none."""
    definitions = {}
    for run in runs:
        if control.should_stop():
            return None
        try:
            definitions[run.name] = run.definition()
        except AttentionStudioError:  # it says why where it is looked at
            continue
    found = differences(list(definitions.values()))
    rows = [row for row in found if row.key not in _FOLLOWING]
    return {
        name: {row.key: row.values[place] for row in rows} for place, name in enumerate(definitions)
    }
