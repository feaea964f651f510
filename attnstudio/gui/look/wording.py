"""Numbers, times, languages and errors in words for people.

What goes into files is written elsewhere, in the C locale.
"""

from __future__ import annotations

import math
import traceback
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from attnstudio.allocator import memory_shortage
from attnstudio.corpus.language_codes import names_of, primary_language
from attnstudio.errors import AttentionStudioError

if TYPE_CHECKING:  # numpy takes a while to load: the window answers before
    from attnstudio.corpus.import_report import Problem
    from attnstudio.corpus.parallel_corpus import Split

_MINUTE_S = 60.0
_HOUR_S = 3600.0
_UNREADABLE = 1e9
_LEAST_SHARE = 0.0005  # less would be rounded to 0.0 %
# Where Qt knows no name, or that of a part or a whole of the language.
_NAMES = {
    **{"chi": "Chinese", "cmn": "Chinese", "yue": "Cantonese", "no": "Norwegian", "tl": "Tagalog"},
    **{"sh": "Serbo-Croatian"},
}
_OWN_NAMES = {
    **{"en": "English", "es": "español", "zh": "中文", "no": "norsk", "tl": "Tagalog"},
    **{"sh": "srpskohrvatski"},
    "dv": "",  # to draw Thaana, Qt asks every font there is, and complains of each
}
_NO_LANGUAGES = (QLocale.Language.AnyLanguage, QLocale.Language.C)


def count(number: int) -> str:
    """A whole number with the locale's group marks: ``12,345``."""
    return _locale().toString(number)


def decimals(value: float | None, places: int) -> str:
    """A number with so many decimals, a dash where there is none.

    One that nobody could read is told by its power of ten: ``1.2e+43``.
    """
    if value is None or not math.isfinite(value):
        return "–"
    if abs(value) >= _UNREADABLE:
        return _locale().toString(value, "e", 1)
    return _locale().toString(value, "f", places)


def percent(share: float) -> str:
    """A share from 0 to 1 with one decimal; one too small for that is no zero: ``< 0.1 %``."""
    if 0.0 < share < _LEAST_SHARE:
        return f"< {decimals(0.1, 1)} %"
    return f"{decimals(100 * share, 1)} %"


def duration(seconds: float) -> str:
    """A time that has passed: ``35 s``, ``4 min``, ``1 h 20 min``."""
    if seconds < _MINUTE_S:
        return _tr("{n} s").format(n=round(seconds))
    if seconds < _HOUR_S:
        return _tr("{n} min").format(n=round(seconds / _MINUTE_S))
    hours, minutes = divmod(round(seconds / _MINUTE_S), 60)
    return _tr("{hours} h {minutes} min").format(hours=hours, minutes=minutes)


def time_left(seconds: float) -> str:
    """A time to come, no more exact than it can be known: ``about 4 min left``."""
    if seconds < _MINUTE_S:
        return _tr("less than a minute left")
    return _tr("about {duration} left").format(duration=duration(seconds))


def moment(seconds_since_epoch: float) -> str:
    """A day and a time of day as the locale writes them, in short."""
    time = QDateTime.fromSecsSinceEpoch(round(seconds_since_epoch))
    return QLocale().toString(time, QLocale.FormatType.ShortFormat)


def language_name(code: str) -> str:
    """A language in words, its code where it has no name: ``de`` is German."""
    primary, _, region = code.replace("_", "-").partition("-")
    language = QLocale.codeToLanguage(primary.lower())
    name = _NAMES.get(primary.lower(), "")
    if not name and language in _NO_LANGUAGES:
        name = next((known.title() for known in names_of(primary_language(primary))), "")
        if not name:
            return code
    name = name or QLocale.languageToString(language)
    return f"{name} ({region})" if region else name


def own_language_name(code: str) -> str:
    """What those who speak it call a language: ``Deutsch``; empty where that is not known."""
    primary = primary_language(code)
    language = QLocale.codeToLanguage(primary)
    if primary in _OWN_NAMES or language in _NO_LANGUAGES:
        return _OWN_NAMES.get(primary, "")
    return QLocale(language).nativeLanguageName()


def split_name(split: Split) -> str:
    """A split in words: ``valid`` is validation."""
    names = {"train": _tr("training"), "valid": _tr("validation"), "test": _tr("test")}
    return names[split.value]


def no_pairs_words() -> str:
    """Why nothing can be done with a project's corpus yet."""
    return _tr("This project has no sentence pairs yet.")


def problem_place(problem: Problem) -> str:
    """Where a record stands: ``x.en, line 3``, or ``x.tmx, unit 3``."""
    words = {
        "line": _tr("{file}, line {n}"),
        "row": _tr("{file}, row {n}"),
        "record": _tr("{file}, record {n}"),
        "unit": _tr("{file}, unit {n}"),
        "entry": _tr("{file}, entry {n}"),
    }
    return words[problem.counted.value].format(file=problem.file, n=count(problem.line))


def error_text(error: BaseException) -> tuple[str, str]:
    """An error as a sentence and a hint; a bug as its kind and text."""
    error = memory_shortage(error) or error
    if isinstance(error, AttentionStudioError):
        return error.message, error.hint
    return _tr("Something went wrong: {error}").format(
        error=f"{type(error).__name__}: {error}".rstrip(": ")
    ), _tr("This is a fault of the program. The details help to mend it.")


def error_details(error: BaseException) -> str:
    """The traceback of an error."""
    return "".join(traceback.format_exception(error))


def _locale() -> QLocale:
    """The person's; English where the system names none, because its "C" has no group marks."""
    locale = QLocale()
    return QLocale(QLocale.Language.English) if locale.language() == QLocale.Language.C else locale


def _tr(text: str) -> str:
    return QCoreApplication.translate("wording", text)
