"""The parts by their names, and what they share."""

from __future__ import annotations

import gc
from pathlib import Path

from endurance.commands import AGAIN, CLEAN, IMPORT, READING, RESTORE, TRAIN, UNDO
from endurance.company import run_company
from endurance.faults import run_faults
from endurance.full_disk import run_full_disk
from endurance.kills import run_kills
from endurance.mutations import run_mutations
from endurance.places import Templates
from endurance.running import PartResult, Workload
from endurance.signals import run_signals
from endurance.victims import keep_command_line, load_engine, load_what_is_loaded, run_here
from endurance.windows import run_cycles, run_soak, run_starts


def run_part(name: str, templates: Templates, wish: Workload) -> PartResult:
    """Run one part."""
    match name:
        case "kills":
            return run_kills(templates, wish)
        case "faults":
            return run_faults(templates, wish)
        case "full-disk":
            return run_full_disk(templates, wish)
        case "mutations":
            return run_mutations(templates, wish)
        case "signals":
            return run_signals(templates, wish)
        case "two-processes":
            return run_company(templates, wish)
        case "starts":
            return run_starts(wish)
        case "cycles":
            return run_cycles(templates, wish)
        case "soak":
            return run_soak(templates, wish)
    raise ValueError(name)


def prepare(folder: Path) -> Templates:
    """Projects to copy; what commands need is loaded with them."""
    templates = Templates(folder / "templates")
    load_engine()
    warm = folder / "warm"
    for command in (*READING, TRAIN, RESTORE):
        place = templates.copy(command.template, warm)
        load_what_is_loaded(place, command.work(place))
    keep_command_line()
    for command in (*READING, CLEAN, AGAIN, UNDO, IMPORT):
        place = templates.copy(command.template, warm)
        run_here(command.work(place))
    gc.collect()
    gc.freeze()  # children then copy less
    return templates
