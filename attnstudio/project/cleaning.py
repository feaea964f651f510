"""Cleanings of the project's corpus: looked at, applied, remembered, repeated and taken back."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from attnstudio.config import CleaningConfig, Likeness
from attnstudio.corpus.cleaning import Unclean, find_unclean
from attnstudio.corpus.cleaning_report import CleaningReport, report_cleaning
from attnstudio.corpus.gold_changes import add_with_gold
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.errors import OutdatedError, ProjectError
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.project import Project
from attnstudio.project.project_file import AppliedCleaning
from attnstudio.project.standing_links import StandingLinks
from attnstudio.project.translation_scores import translation_scores

EXAMPLES = 5
_SCORING_PASSES = 2  # over all pairs, of `translation_scores`
_SAMPLE_SEED = 1


def preview_cleaning(
    project: Project,
    corpus: ParallelCorpus,
    config: CleaningConfig,
    *,
    examples: int = EXAMPLES,
    seed: int = _SAMPLE_SEED,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> CleaningReport | None:
    """What a cleaning would drop; nothing is changed.

    Args:
        project: whose word links are read where the config asks for them.
        corpus: what would be cleaned, one of the project's.
        config: what would be dropped.
        examples: how many pairs are shown for each rule.
        seed: of the samples.
        progress: told now and then how many pairs of how many were read.
        should_stop: asked now and then.

    Returns:
        None when it was stopped.

    Raises:
        ProjectError: the config asks for word links, and the corpus has none.
    """
    meter = _Meter(_reads(corpus, config), progress, should_stop)
    try:
        scores = _scores_of(project, corpus, config, meter)
        unclean = find_unclean(corpus, config, meter.count, scores)
    except _StoppedError:
        return None
    return report_cleaning(corpus, config, unclean, examples=examples, seed=seed)


def clean(
    project: Project,
    config: CleaningConfig,
    *,
    examples: int = EXAMPLES,
    seed: int = _SAMPLE_SEED,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> CleaningReport | None:
    """Drop training pairs from the project's corpus, and remember how.

    The corpus before stays on the disk: runs may name it, and `undo_cleaning` goes back to it.

    Args:
        project: whose corpus.
        config: what is dropped.
        examples: how many pairs are shown for each rule.
        seed: of the samples.
        progress: told now and then how many pairs of how many were read or written.
        should_stop: asked now and then; True leaves the project as it was.

    Returns:
        What was dropped; None when it was stopped.

    Raises:
        ProjectError: there is no corpus, nothing of it would be left, it lacks word links that the
            config asks for, or it cannot be changed now.
    """
    with project.changing():
        corpus = project.corpus()
        corpus.check()  # what is counted as clean must be what was imported
        meter = _Meter(_reads(corpus, config) + len(corpus), progress, should_stop)
        try:
            scores = _scores_of(project, corpus, config, meter)
            unclean = find_unclean(corpus, config, meter.count, scores)
            report = report_cleaning(corpus, config, unclean, examples=examples, seed=seed)
            if unclean.dropped:
                folder = _without(project, corpus, unclean, meter)
                done = AppliedCleaning(
                    config=config,
                    before=corpus.hash,
                    after=folder.name,
                    dropped=unclean.dropped,
                )
                project.set_cleaned_corpus(folder, [*project.file.cleanings, done])
        except _StoppedError:
            return None
    return report


def repeat_cleanings(
    project: Project,
    *,
    examples: int = EXAMPLES,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[CleaningReport]:
    """Clean once more as it was done before, for pairs that were imported since.

    Args:
        project: whose corpus.
        examples: how many pairs are shown for each rule.
        dry_run: change nothing; each report is then about the corpus as it is.
        progress: told now and then how many pairs of how many were read or written.

    Returns:
        A report for each different config that was used before.

    Raises:
        ProjectError: nothing was cleaned yet, or it cannot be changed now.
    """
    configs = dict.fromkeys(done.config for done in Project.open(project.folder).file.cleanings)
    if not configs:
        raise _nothing_cleaned(project)
    reports = [
        preview_cleaning(project, project.corpus(), config, examples=examples, progress=progress)
        if dry_run
        else clean(project, config, examples=examples, progress=progress)
        for config in configs
    ]
    return [report for report in reports if report is not None]


def undo_cleaning(project: Project, expected: AppliedCleaning | None = None) -> AppliedCleaning:
    """Bring back what the last cleaning dropped; pairs that were imported since stay.

    Args:
        project: whose corpus.
        expected: the cleaning that must be the last one; None for any.

    Returns:
        The cleaning that was taken back.

    Raises:
        OutdatedError: the corpus is no longer what came of it, or another cleaning is the last.
        ProjectError: nothing was cleaned.
    """
    with project.changing():
        if expected is not None and project.file.cleanings[-1:] != (expected,):
            raise OutdatedError(
                "The corpus was changed again since, so it stays as it is.",
                hint="Its former texts are in {folder}.",
                folder=project.corpora / expected.before,
            )
        if not project.file.cleanings:
            raise _nothing_cleaned(project)
        *earlier, last = project.file.cleanings
        folder = project.corpora / last.before
        if project.file.corpus != last.after:
            folder = _rebuilt(project, last)
        project.corpus(folder.name)  # it can be read
        project.set_cleaned_corpus(folder, earlier)
    return last


def _nothing_cleaned(project: Project) -> ProjectError:
    return ProjectError(
        "Nothing was cleaned in {folder} yet.",
        hint="Count what could be dropped first.",
        command_hint="See what could be: attnstudio clean {folder} --dry-run",
        folder=project.folder,
    )


def _reads(corpus: ParallelCorpus, config: CleaningConfig) -> int:
    """How many pairs `find_unclean` counts."""
    passes = 1 if config.leaks is Likeness.NONE else 2
    return len(corpus) * (passes + (_SCORING_PASSES if config.min_translation else 0))


def _scores_of(
    project: Project, corpus: ParallelCorpus, config: CleaningConfig, meter: _Meter
) -> NDArray[np.float32] | None:
    """How far the sides of each pair translate each other, if the config asks for that.

    Raises:
        ProjectError: nobody aligned the corpus.
    """
    if not config.min_translation:
        return None
    links = CorpusLinks.open(project, corpus.hash)
    if links is None:
        raise ProjectError(
            "The corpus has no word links, by which pairs that are no translations are found.",
            hint="Align it first, on the page of word links.",
            command_hint="Align it first: attnstudio align {folder} --best",
            folder=project.folder,
        )
    done = 0

    def count(pairs: int, _: int) -> None:
        nonlocal done
        meter.count(pairs - done)
        done = pairs

    standing = StandingLinks.read(project, corpus, links)
    return translation_scores(corpus, standing, progress=count)


def _without(project: Project, corpus: ParallelCorpus, unclean: Unclean, meter: _Meter) -> Path:
    if unclean.dropped == unclean.train:
        raise ProjectError(
            "Every one of the {n} training pairs would be dropped.",
            hint="Ask for less: counting shows which rule drops them.",
            command_hint="Ask for less: 'attnstudio clean {folder} --dry-run' shows which rule "
            "drops them.",
            n=unclean.train,
            folder=project.folder,
        )
    kept = np.flatnonzero(unclean.marks == 0)
    with project.corpus_writer() as writer:
        writer.add_pairs(corpus, kept, corpus.split_codes()[kept], meter.count)
        return writer.finish()


def _rebuilt(project: Project, last: AppliedCleaning) -> Path:
    """The corpus before a cleaning, with the splits, the links and the further pairs of today's."""
    before, after, today = (project.corpus(name) for name in (last.before, last.after, ""))
    kept = _kept(before, after)
    if kept is None or not _begins_with(today, after):
        raise OutdatedError(
            "The corpus is no longer what came of the last cleaning.",
            hint="It was {before} before; its texts are in {folder}.",
            before=last.before,
            folder=project.corpora / last.before,
        )
    codes = np.array(before.split_codes())
    codes[kept] = today.split_codes()[: len(after)]
    further = np.arange(len(after), len(today))
    corrected = _other_links(after, today)
    with project.corpus_writer() as writer:
        if corrected:
            gold = {int(kept[pair]): today.gold(pair) for pair in corrected}
            add_with_gold(writer, before, gold, codes)
        else:
            writer.add_corpus(before, codes)
        writer.add_pairs(today, further, today.split_codes()[further])
        return writer.finish()


def _kept(before: ParallelCorpus, after: ParallelCorpus) -> NDArray[np.int64] | None:
    """Where the pairs of a cleaned corpus stand in the one before; None where they do not."""
    kept = []
    left = _sentences(after)
    wanted = next(left, None)
    for index, pair in enumerate(_sentences(before)):
        if pair == wanted:
            kept.append(index)
            wanted = next(left, None)
    return np.array(kept, dtype=np.int64) if wanted is None else None


def _other_links(after: ParallelCorpus, today: ParallelCorpus) -> list[int]:
    """The pairs of a cleaned corpus whose gold links were changed since."""
    pairs = np.arange(len(after))
    lines = zip(after.link_lines(pairs), today.link_lines(pairs), strict=True)
    return [pair for pair, (line, other) in enumerate(lines) if line != other]


def _begins_with(corpus: ParallelCorpus, beginning: ParallelCorpus) -> bool:
    return len(corpus) >= len(beginning) and all(
        pair == other
        for pair, other in zip(_sentences(beginning), _sentences(corpus), strict=False)
    )


def _sentences(corpus: ParallelCorpus) -> chain[tuple[str, str]]:
    blocks = corpus.blocks(np.arange(len(corpus)))
    return chain.from_iterable(zip(b.sources, b.targets, strict=True) for b in blocks)


class _StoppedError(Exception):
    """The cleaning is not wanted any more."""


class _Meter:
    """How far a cleaning is, and whether it is still wanted."""

    def __init__(
        self, total: int, progress: Callable[[int, int], None], should_stop: Callable[[], bool]
    ) -> None:
        self._total, self._progress, self._should_stop = total, progress, should_stop
        self._done = 0

    def count(self, pairs: int) -> None:
        """So many more pairs were read or written."""
        if self._should_stop():
            raise _StoppedError
        self._done += pairs
        self._progress(min(self._done, self._total), self._total)
