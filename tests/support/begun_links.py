"""An alignment that somebody stopped."""

from unittest import mock

from attnstudio.project.begun_links import BegunLinks
from attnstudio.project.link_finding import find_corpus_links


class Killed(BaseException):
    """What ends a program at once."""


def stop_after(stages, project, *, killed=False):
    """Align the corpus of a project, and stop, or kill, it after so many cuts were kept."""
    kept = []
    keep_cuts = BegunLinks.keep_cuts

    def keep(self, done, block):
        keep_cuts(self, done, block)
        kept.append(done)
        if killed and len(kept) == stages:
            raise Killed

    with mock.patch.object(BegunLinks, "keep_cuts", keep):
        found = find_corpus_links(
            project, project.corpus(), should_stop=lambda: len(kept) >= stages
        )
    assert found is None
