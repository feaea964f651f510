"""What the person chose about the table of runs, kept from one start to the next."""

from __future__ import annotations

from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.training.run_table import RunTablePreferences
from attnstudio.gui.training.run_table_model import NAME

_SORTED_BY, _DESCENDING, _HIDDEN = "runs/sorted_by", "runs/descending", "runs/hidden"


def load_table_preferences(settings: Settings) -> RunTablePreferences:
    """As they were left; what is not known has its default."""
    hidden = settings.value(_HIDDEN, "").split()
    return RunTablePreferences(
        settings.value(_SORTED_BY, NAME),
        settings.value(_DESCENDING, False),
        frozenset(hidden) - {NAME},
    )


def save_table_preferences(settings: Settings, preferences: RunTablePreferences) -> None:
    """Keep them; the keys of columns have no spaces."""
    settings.set_value(_SORTED_BY, preferences.sorted_by)
    settings.set_value(_DESCENDING, preferences.descending)
    settings.set_value(_HIDDEN, " ".join(sorted(preferences.hidden)))
