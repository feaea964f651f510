"""``findings``: doubtful pairs and words, said, as a table and as JSON."""

import pytest
from made_links import corpus_of, made_pairs

from attnstudio.project.project import Project


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    """A project with one pair of strangers."""
    project = Project.create(tmp_path_factory.mktemp("spoilt") / "project", "en", "de")
    pairs = made_pairs()
    pairs[5] = (pairs[5][0], "Gans gewinnt Gans gewinnt", "")
    corpus_of(project, pairs)
    return project.folder


def test_links_are_found_and_what_they_say_is_listed(attnstudio, spoilt, tmp_path):
    reply = attnstudio("findings", spoilt, "--json", "-o", tmp_path / "table.tsv")

    assert reply.code == 0, reply.err
    assert reply.json["counts"].keys() == {"not_translated", "weak", "unlinked", "unusual"}
    [finding] = [one for one in reply.json["findings"] if one["pair"] == 6]
    assert finding["kind"] == "not_translated"
    assert finding["source"] == "the dog drinks."
    lines = (tmp_path / "table.tsv").read_text("utf-8").splitlines()
    assert len(lines) == 1 + len(reply.json["findings"])

    lines = attnstudio("findings", spoilt, "--examples", "1").lines
    assert lines[0].split(maxsplit=1) == ["1", "perhaps not a translation of each other"]
    assert lines[1].strip().startswith("6: the dog drinks. | Gans gewinnt Gans gewinnt")


def test_a_project_without_pairs_is_told_so(attnstudio, tmp_path):
    attnstudio("new", tmp_path / "project", "--source", "en", "--target", "de")

    reply = attnstudio("findings", tmp_path / "project", "--json")

    assert reply.code == 2
    assert "corpus" in reply.json["error"]["message"]
