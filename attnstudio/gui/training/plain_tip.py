"""A tool tip that shows a text as it is: Qt would read marks in it as those of a web page."""

from __future__ import annotations

import html

from attnstudio.interpretation.lettering import isolate

_LONGEST = 1_000  # characters: a larger box covers what is pointed at


def plain_tip(text: str) -> str:
    """The text for a tool tip, its lines kept; empty where there is none."""
    if not text:
        return ""
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"
    lines = "<br>".join(html.escape(isolate(line)) for line in shown.split("\n"))
    return f"<p style='margin:0'>{lines}</p>"
