"""Times of the day and dates in words for people."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale


def moment(seconds: float) -> str:
    """When something was: ``today at 14:02``, ``yesterday at 14:02``, ``on 3/11/26 at 14:02``."""
    then = QDateTime.fromSecsSinceEpoch(round(seconds))
    locale, short = QLocale(), QLocale.FormatType.ShortFormat
    days = then.date().daysTo(QDateTime.currentDateTime().date())
    words = {0: _tr("today at {time}"), 1: _tr("yesterday at {time}")}
    return words.get(days, _tr("on {date} at {time}")).format(
        date=locale.toString(then.date(), short), time=locale.toString(then.time(), short)
    )


def since(seconds: float) -> str:
    """Since when something is so: ``since 14:02``, ``since yesterday at 14:02``."""
    then = QDateTime.fromSecsSinceEpoch(round(seconds))
    if then.date() == QDateTime.currentDateTime().date():
        time = QLocale().toString(then.time(), QLocale.FormatType.ShortFormat)
        return _tr("since {time}").format(time=time)
    return _tr("since {moment}").format(moment=moment(seconds).removeprefix(_tr("on ")))


def _tr(text: str) -> str:
    return QCoreApplication.translate("moments", text)
