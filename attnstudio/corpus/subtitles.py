"""Two subtitle files (.srt, .vtt) whose cues are partners where their times agree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from itertools import islice
from typing import NamedTuple

from attnstudio.corpus.batches import PairBatch, RawPairs
from attnstudio.corpus.import_report import Problem, Reason
from attnstudio.corpus.text_source import TextSource, ignore_bytes, open_lines
from attnstudio.errors import CorpusError

_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s|$)")
_MARKUP = re.compile(r"</?[A-Za-z][^>]*>|<\d[\d:.]*>|\{\\[^}]*\}")
_LOOKED_AT_LINES = 200
_TIMINGS = 0.1  # of the lines
_MOST_CUES = 200_000
_MOST_TOGETHER = 3  # cues of one side that are one sentence on the other
_LEAST_SHARED = 0.5  # of the shorter of two cues
_LEAST_ALIGNED = 0.5  # of the cues of the shorter file


class Cue(NamedTuple):
    """A text and when it is shown.

    Attributes:
        line: where its time stands.
        start_ms: when it comes.
        end_ms: when it goes.
        text: what is shown, as one line.
    """

    line: int
    start_ms: int
    end_ms: int
    text: str


class SubtitleFiles(NamedTuple):
    """Which subtitles are which side."""

    source: TextSource
    target: TextSource

    @property
    def texts(self) -> tuple[TextSource, ...]:
        """All that is read."""
        return self.sides

    @property
    def sides(self) -> tuple[TextSource, TextSource]:
        """Where source and target are read."""
        return self.source, self.target

    def swapped(self) -> SubtitleFiles:
        """The same subtitles with their sides exchanged."""
        return SubtitleFiles(self.target, self.source)

    def batches(
        self, languages: tuple[str, str], count_bytes: Callable[[int], None] = ignore_bytes
    ) -> Iterator[PairBatch]:
        """See `read_subtitles`; the times know no languages."""
        del languages
        return read_subtitles(self, count_bytes)


def is_subtitles(text: TextSource) -> bool:
    """Whether many of the first lines of a text are the times of cues."""
    with open_lines(text) as lines:
        looked_at = [line for line in islice(lines, _LOOKED_AT_LINES) if line.strip()]
    timings = sum(1 for line in looked_at if _TIMING.match(line))
    return timings > 0 and timings >= _TIMINGS * len(looked_at)


def read_subtitles(
    files: SubtitleFiles, count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[PairBatch]:
    """The pairs of cues that are shown together; a problem for a cue without partner.

    Raises:
        CorpusError: a file cannot be read, or the times of the two do not agree.
    """
    sources, targets = (list(read_cues(text, count_bytes)) for text in files.sides)
    raw = RawPairs(files.source.name, files.target.name)
    paired = 0
    for some_sources, some_targets in _aligned(sources, targets):
        if some_sources and some_targets:
            paired += min(len(some_sources), len(some_targets))
            raw.add(some_sources[0].line, _joined(some_sources), _joined(some_targets))
        else:
            name = files.source.name if some_sources else files.target.name
            for cue in (*some_sources, *some_targets):
                raw.drop(Problem(name, cue.line, Reason.UNPAIRED, cue.text))
        if raw.is_full:
            yield raw.take()
    yield raw.take()
    if paired < _LEAST_ALIGNED * min(len(sources), len(targets)):
        raise CorpusError(
            "The times of {source} and {target} do not agree: {n} of {m} subtitles are shown "
            "together.",
            hint="Take two files for the same cut of the film.",
            source=files.source.name,
            target=files.target.name,
            n=paired,
            m=min(len(sources), len(targets)),
        )


def read_cues(text: TextSource, count_bytes: Callable[[int], None] = ignore_bytes) -> Iterator[Cue]:
    """The cues of a subtitle file in the order of their times.

    Raises:
        CorpusError: the file cannot be read, or has more cues than any film.
    """
    cues: list[Cue] = []
    is_open = False
    with open_lines(text, count_bytes) as lines:
        for number, line in enumerate(lines, start=1):
            timing = _TIMING.match(line)
            if timing:
                if is_open and cues[-1].text.rpartition("\n")[2].strip().isdecimal():
                    # The number of this cue, without an empty line above it.
                    cues[-1] = cues[-1]._replace(text=cues[-1].text.rpartition("\n")[0])
                times = timing.groups(default="0")
                cues.append(Cue(number, _milliseconds(times[:4]), _milliseconds(times[4:]), ""))
                is_open = True
            elif is_open and line.strip():
                cues[-1] = cues[-1]._replace(text=f"{cues[-1].text}\n{line}")
            else:
                is_open = False
            if len(cues) > _MOST_CUES:
                raise CorpusError(
                    "{name} has more than {most} subtitles.",
                    hint="Import its parts by themselves.",
                    name=text.name,
                    most=_MOST_CUES,
                )
    shown = (cue._replace(text=_plain(cue.text)) for cue in cues)
    yield from sorted((cue for cue in shown if cue.text), key=lambda cue: cue.start_ms)


def _aligned(
    sources: Sequence[Cue], targets: Sequence[Cue]
) -> Iterator[tuple[Sequence[Cue], Sequence[Cue]]]:
    """Cues that are shown together, few on each side; or some of one side alone."""
    i = j = 0
    while i < len(sources) and j < len(targets):
        if not _together(sources[i], targets[j]):
            if sources[i].end_ms <= targets[j].end_ms:
                yield sources[i : i + 1], ()
                i += 1
            else:
                yield (), targets[j : j + 1]
                j += 1
            continue
        last_i, last_j = i, j
        while True:
            if last_j + 1 < len(targets) and _together(sources[last_i], targets[last_j + 1]):
                last_j += 1
            elif last_i + 1 < len(sources) and _together(sources[last_i + 1], targets[last_j]):
                last_i += 1
            else:
                break
        some_sources, some_targets = sources[i : last_i + 1], targets[j : last_j + 1]
        if max(len(some_sources), len(some_targets)) > _MOST_TOGETHER:
            yield some_sources, ()
            yield (), some_targets
        else:
            yield some_sources, some_targets
        i, j = last_i + 1, last_j + 1
    yield sources[i:], ()
    yield (), targets[j:]


def _together(one: Cue, other: Cue) -> bool:
    shared = min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms)
    shorter = min(one.end_ms - one.start_ms, other.end_ms - other.start_ms)
    return shared > 0 and shared >= _LEAST_SHARED * shorter


def _joined(cues: Sequence[Cue]) -> str:
    return " ".join(cue.text for cue in cues)


def _plain(text: str) -> str:
    """Without the marks of colour, place and voice, on one line."""
    return " ".join(unescape(_MARKUP.sub("", text)).split())


def _milliseconds(parts: Sequence[str]) -> int:
    hours, minutes, seconds, fraction = parts
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1_000 + int(fraction.ljust(3, "0"))
