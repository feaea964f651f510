"""What an import dropped can be read again, and an import that is stopped leaves nothing."""

import pytest

from attnstudio.corpus.import_plan import plan_import
from attnstudio.corpus.import_report import Reason
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.project.importing import PlannedItem, import_files, import_items
from attnstudio.project.project import Project
from attnstudio.project.reports import report_of


@pytest.fixture
def empty(tmp_path):
    return Project.create(tmp_path / "project", "en", "de")


def write(folder, name, lines):
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_report_of_each_import_is_kept(empty, tmp_path):
    first = import_files(
        empty, [write(tmp_path, "a.en", ["x", "", "z"]), write(tmp_path, "a.de", ["u", "v", "w"])]
    )
    import_files(empty, [write(tmp_path, "b.en", ["p"]), write(tmp_path, "b.de", ["q"])])

    again = Project.open(empty.folder)
    reports = [report_of(again, imported) for imported in again.file.imports]

    assert reports[0] == first
    assert reports[0].dropped == {Reason.EMPTY: 1}
    assert (reports[0].problems[0].file, reports[0].problems[0].line) == ("a.en", 2)
    assert reports[1].pairs == 1


def test_the_report_can_be_read_as_text(empty, tmp_path):
    source = write(tmp_path, "a.en", ["x\u00a0y", "", "z"])
    import_files(empty, [source, write(tmp_path, "a.de", ["u", "v", "w"])])

    assert (empty.folder / "reports" / "0001.txt").read_text("utf-8").splitlines() == [
        "Imported 2 pairs: 2 pairs for train.",
        "  source: a.en",
        "  target: a.de",
        "  dropped 1: empty",
        "    a.en:2 v",
        "  mended 1: no-break",
        "    a.en:1 x y",
    ]


def test_a_damaged_report_is_as_good_as_none(empty, tmp_path):
    import_files(empty, [write(tmp_path, "a.en", ["x"]), write(tmp_path, "a.de", ["u"])])
    (empty.folder / "reports" / "0001.json").write_text("{", encoding="utf-8")

    assert report_of(empty, empty.file.imports[0]) is None


def test_several_splits_come_in_one_import(empty, tmp_path):
    for name in ("train", "dev", "test"):
        write(tmp_path, f"{name}.en", [f"{name} one", f"{name} two"])
        write(tmp_path, f"{name}.de", [f"{name} eins", f"{name} zwei"])
    plan = plan_import(sorted(tmp_path.glob("*.??")))

    report = import_items(empty, [PlannedItem(files.item, files.split) for files in plan.files])

    assert report.pairs == 6
    assert empty.corpus().counts() == {Split.TRAIN: 2, Split.VALID: 2, Split.TEST: 2}
    assert len(list(empty.corpora.iterdir())) == 1


def test_a_stopped_import_leaves_the_project_as_it_was(empty, tmp_path):
    import_files(empty, [write(tmp_path, "a.en", ["x"]), write(tmp_path, "a.de", ["u"])])
    before = {path: path.read_bytes() for path in empty.folder.rglob("*") if path.is_file()}
    many = [str(number) for number in range(30_000)]
    plan = plan_import([write(tmp_path, "b.en", many), write(tmp_path, "b.de", many)])
    asked = []

    def should_stop():
        asked.append(1)
        return len(asked) == 3

    items = [PlannedItem(files.item, files.split) for files in plan.files]
    report = import_items(empty, items, should_stop=should_stop)

    assert report is None
    assert len(asked) == 3
    after = {path: path.read_bytes() for path in empty.folder.rglob("*") if path.is_file()}
    assert after == before
