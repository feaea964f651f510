"""Measurements stay with the machine: one for each preset, in the person's folder of data."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_path

from attnstudio.files import write_text
from attnstudio.lab.report import LabReport
from attnstudio.plain_values import read_json
from attnstudio.storage_errors import storing

FOLDER_VARIABLE = "ATTNSTUDIO_LAB_FOLDER"


def lab_folder() -> Path:
    """Where they lie: the place of this system, or what ``ATTNSTUDIO_LAB_FOLDER`` says."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen) if chosen else user_data_path("attnstudio", appauthor=False) / "lab"


def keep_report(report: LabReport, folder: Path | None = None) -> Path:
    """Write it in the place of the one before.

    Args:
        report: of a preset.
        folder: another one than `lab_folder`.

    Returns:
        The file.

    Raises:
        StorageError: the disk would not take it.
    """
    path = (folder or lab_folder()) / f"{report.preset}.json"
    with storing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps(report.to_mapping(), indent=1) + "\n")
    return path


def kept_report(preset: str, folder: Path | None = None) -> LabReport | None:
    """What was measured last with a preset's sizes; None where nothing was, or it is damaged."""
    path = (folder or lab_folder()) / f"{preset}.json"
    with suppress(OSError, ValueError):
        return LabReport.from_mapping(read_json(path.read_bytes()))
    return None
