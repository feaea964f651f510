"""``sweep`` on the command line: look, move, bring back, delete for good."""

import pytest

from attnstudio.project.project import Project


@pytest.fixture
def folder(attnstudio, tmp_path):
    """A project after two imports."""
    folder = tmp_path / "project"
    attnstudio("new", folder, "--source", "en", "--target", "de")
    for number in (1, 2):
        for language in ("en", "de"):
            (tmp_path / f"{number}.{language}").write_text(f"{language} {number}\n" * number)
        attnstudio("import", folder, tmp_path / f"{number}.en", tmp_path / f"{number}.de")
    return folder


def corpora(folder):
    return {path.name for path in (folder / "corpus").iterdir()}


def test_looking_moves_nothing(attnstudio, folder):
    before = corpora(folder)

    reply = attnstudio("sweep", folder, "--dry-run")

    assert reply.lines[0].startswith("Would move 1 thing to the trash: ")
    assert reply.lines[1].endswith(", 1 pairs")
    assert corpora(folder) == before


def test_a_sweep_and_its_way_back(attnstudio, folder):
    before = corpora(folder)
    swept = attnstudio("sweep", folder, "--json").json
    assert [thing["kind"] for thing in swept["things"]] == ["corpus"]
    assert swept["bytes"] == swept["things"][0]["bytes"] > 0
    assert corpora(folder) == {Project.open(folder).file.corpus}
    assert attnstudio("sweep", folder).lines == ["There is nothing that nobody needs."]

    assert attnstudio("sweep", folder, "--undo").code == 0

    assert corpora(folder) == before
    assert attnstudio("sweep", folder, "--undo").code == 2


def test_the_trash_is_emptied_only_when_that_is_meant(attnstudio, folder):
    attnstudio("sweep", folder)
    refused = attnstudio("sweep", folder, "--empty-trash")
    assert refused.code == 2
    assert "would be deleted for good. " in refused.err.replace("\n", " ")
    assert list((folder / "trash").iterdir()) != []

    reply = attnstudio("sweep", folder, "--empty-trash", "--yes", "--json")

    assert reply.json["bytes"] > 0
    assert list((folder / "trash").iterdir()) == []


def test_two_wishes_at_once_are_refused(attnstudio, folder):
    reply = attnstudio("sweep", folder, "--dry-run", "--undo", "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"].startswith("Only one of --dry-run")


def test_info_says_what_a_project_weighs(attnstudio, folder):
    sizes = attnstudio("info", folder, "--json").json["bytes"]
    assert sizes["corpus"] > 0
    assert sizes["trash"] == 0

    last = attnstudio("info", folder).lines[-1]

    assert last.startswith("On the disk: ")
    assert "corpora " in last
