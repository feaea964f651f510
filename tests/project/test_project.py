import errno
from pathlib import Path

import pytest

from attnstudio.config import RunConfig
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import ProjectError, StorageError
from attnstudio.project.project import Project
from attnstudio.run_definition import RunDefinition, TextSide

DEFINITION = RunDefinition(
    corpus="0" * 16,
    preset="tiny",
    sources={"source": TextSide(language="en", tokenizer="1" * 16)},
    target=TextSide(language="de", tokenizer="1" * 16),
    config=RunConfig(),
)


def numbered(count):
    return [f"s{i}|t{i}" for i in range(count)]


def sources_of(corpus):
    return {split: [pair.source for pair in corpus.pairs(split)] for split in Split}


def test_a_project_is_what_it_was_when_it_is_opened_again(empty, fill):
    fill(empty, train=numbered(3))

    assert Project.open(empty.folder).file == empty.file


def test_an_empty_folder_can_become_a_project(tmp_path):
    Project.create(tmp_path, "pt-BR", "zh_Hant")

    assert Project.open(tmp_path).file.target_language == "zh_Hant"


@pytest.mark.parametrize("name", ["x.txt", ".hidden"])
def test_a_folder_with_something_in_it_is_left_alone(tmp_path, name):
    (tmp_path / name).write_text("mine")

    with pytest.raises(ProjectError, match=r"is not an empty folder\. Choose a new name"):
        Project.create(tmp_path, "en", "de")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_what_was_killed_while_it_made_a_project_can_be_made_again(tmp_path):
    for name in ("project.lock", ".project.toml.new"):
        (tmp_path / name).write_text("half")

    Project.create(tmp_path, "en", "de")

    assert Project.open(tmp_path).file.target_language == "de"
    assert not (tmp_path / ".project.toml.new").exists()


def test_what_killed_programs_left_goes_with_the_next_change(empty):
    left = [empty.folder / name for name in (".project.toml.1.new", "reports/.0001.txt.new")]
    left.append(empty.folder / "runs" / ".r.new" / "config.toml")
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half")

    with empty.changing():
        pass

    assert not any(path.exists() for path in left)
    assert not (empty.folder / "runs" / ".r.new").exists()


def test_a_run_that_cannot_be_written_leaves_nothing(empty, monkeypatch):
    def refuse(path, _):
        raise StorageError("{path} could not be written.", path=path)

    monkeypatch.setattr("attnstudio.project.project.write_text", refuse)

    with pytest.raises(StorageError):
        empty.new_run("r", DEFINITION)

    assert list(empty.runs_folder.iterdir()) == []


def test_a_file_cannot_become_a_project(tmp_path):
    path = tmp_path / "file"
    path.write_text("mine")

    with pytest.raises(ProjectError, match=r"file is not an empty folder\. "):
        Project.create(path, "en", "de")
    with pytest.raises(StorageError, match=r"^The project could not be made in .*Not a directory"):
        Project.create(path / "below", "en", "de")


@pytest.mark.parametrize("language", ["", "e", "../en", "en de", "中文", "en/", "x" * 61])
def test_a_language_that_is_no_code_is_refused(tmp_path, language):
    with pytest.raises(ProjectError, match=r"is not a language code\. Use codes like en, de"):
        Project.create(tmp_path / "new", "en", language)
    assert not (tmp_path / "new").exists()


def test_two_languages_are_needed(tmp_path):
    with pytest.raises(ProjectError, match=r"^Source and target are both en\. Give two"):
        Project.create(tmp_path / "new", "en", "EN")


def test_a_folder_that_is_no_project_is_refused_with_the_way_to_make_one(tmp_path):
    with pytest.raises(ProjectError, match=r"is not a project\. Choose the folder with"):
        Project.open(tmp_path)


def test_a_project_of_a_newer_program_is_refused(empty):
    path = empty.folder / "project.toml"
    path.write_text(path.read_text().replace("format = 1", 'format = 2\nnew_thing = "x"'))

    with pytest.raises(
        ProjectError, match=r"was made by a newer Attention Studio \(format 2\)\. Update"
    ):
        Project.open(empty.folder)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"format = ", "Invalid value"),
        (b"\xff\xfe\x00", "codec can't decode"),
        (b'format = "2"', "format: "),
        (b"", "source_language: Field required"),
        (b'source_language = "en"\ntarget_language = "de"\nextra = 1', "extra: "),
        (b'source_language = "en"\ntarget_language = "de"\nsplit_seed = -1', "split_seed: "),
    ],
)
def test_a_damaged_project_file_is_refused_with_the_place(empty, content, reason):
    (empty.folder / "project.toml").write_bytes(content)

    with pytest.raises(ProjectError, match=r"project\.toml is damaged: ") as refusal:
        Project.open(empty.folder)
    assert reason in refusal.value.message
    assert "Mend it in a text editor" in refusal.value.hint


def test_a_project_file_saved_by_notepad_is_read(empty):
    path = empty.folder / "project.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert Project.open(empty.folder).file == empty.file


def test_a_project_without_a_corpus_says_how_to_import_one(empty):
    with pytest.raises(
        ProjectError, match=r"has no corpus yet\. Import text files or a table first"
    ):
        empty.corpus()


def test_only_one_program_at_a_time_changes_a_project(empty):
    other = Project.open(empty.folder)

    with (
        empty.changing(),
        pytest.raises(ProjectError, match=r"^Another program is changing .*\. Wait until"),
        other.changing(wait_s=0.0),
    ):
        pass


def test_changing_sees_what_another_program_did_meanwhile(empty, fill):
    other = Project.open(empty.folder)
    fill(other, train=numbered(1))

    with empty.changing():
        assert empty.file == other.file


def test_an_older_corpus_is_still_there_after_a_new_one(empty, fill):
    first = fill(empty, train=numbered(1))
    fill(empty, train=["more|mehr"])

    assert list(empty.corpus(first.hash)) == list(first)
    assert len(empty.corpus()) == 2


def test_splits_nobody_gave_are_cut_once_and_stay(empty, fill):
    fill(empty, train=numbered(100))

    frozen = sources_of(empty.freeze_splits())
    again = sources_of(empty.freeze_splits())
    fill(empty, train=[f"new{i}|neu{i}" for i in range(100)])
    later = sources_of(empty.freeze_splits())

    assert [len(sources) for sources in frozen.values()] == [90, 5, 5]
    assert again == frozen
    assert [later[split] for split in (Split.VALID, Split.TEST)] == [
        frozen[split] for split in (Split.VALID, Split.TEST)
    ]
    assert len(later[Split.TRAIN]) == 190


def test_freezing_twice_makes_no_second_corpus(empty, fill):
    fill(empty, train=numbered(100))

    assert empty.freeze_splits().hash == empty.freeze_splits().hash
    assert len(list(empty.corpora.iterdir())) == 2  # before and after the cut


def test_a_run_gets_a_free_name_or_the_one_it_is_given(empty):
    names = [
        empty.new_run(name, DEFINITION).name for name in (None, "tiny-3", None, "Ünser 跑 1", None)
    ]

    assert names == ["tiny-1", "tiny-3", "tiny-2", "Ünser 跑 1", "tiny-4"]
    assert sorted(names) == sorted(run.name for run in empty.runs())
    assert empty.run("tiny-2").definition() == DEFINITION


def test_a_name_that_is_taken_is_refused(empty):
    empty.new_run("mine", DEFINITION)

    with pytest.raises(
        ProjectError,
        match=r"^There is a run mine already\. Choose another name, or go on with that run\.$",
    ):
        empty.new_run("mine", DEFINITION)


@pytest.mark.parametrize(
    "name",
    ["../x", "a/b", "a\\b", ".x", " x", "x ", "x.", "a:b", "a\nb", "a\0b", "a\udcff", "ä" * 101],
)
def test_a_name_that_no_folder_can_have_everywhere_is_refused(empty, name):
    with pytest.raises(ProjectError, match=r"cannot be the name of a run\. Use letters"):
        empty.new_run(name, DEFINITION)
    assert empty.runs() == []


def test_the_last_run_is_meant_when_none_is_named(empty):
    empty.new_run("first", DEFINITION)
    empty.set_last_run(empty.new_run("second", DEFINITION))

    assert Project.open(empty.folder).run().name == "second"


def test_a_run_that_is_not_there_is_refused_with_those_that_are(empty):
    with pytest.raises(ProjectError, match=r"has no run yet\. Set one up and train it first"):
        empty.run()
    empty.new_run("one", DEFINITION)
    empty.new_run("two", DEFINITION)
    with pytest.raises(ProjectError, match=r"^There is no run three\. There are: one, two\.$"):
        empty.run("three")


def test_a_run_whose_settings_cannot_be_written_leaves_nothing(empty, monkeypatch):
    def refuse(path, _):
        raise StorageError("{path} could not be written.", path=path)

    monkeypatch.setattr("attnstudio.project.project.write_text", refuse)

    with pytest.raises(StorageError):
        empty.new_run("mine", DEFINITION)

    assert not list(empty.runs_folder.iterdir())


def test_runs_that_cannot_be_listed_are_told_of(empty, monkeypatch):
    empty.runs_folder.mkdir(exist_ok=True)

    def refuse(path):
        raise OSError(errno.EMFILE, "Too many open files", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)

    with pytest.raises(StorageError, match=r"runs could not be read: Too many open files\."):
        empty.runs()


def test_a_project_that_is_gone_is_not_called_another_folder(tmp_path):
    with pytest.raises(ProjectError, match=r"gone is not there\. It was moved"):
        Project.open(tmp_path / "gone")


def test_a_project_file_that_nobody_may_look_for_is_told_of(empty, monkeypatch):
    plain = Path.stat

    def refuse(path, **options):
        if path.name == "project.toml":
            raise OSError(errno.EIO, "Input/output error", str(path))
        return plain(path, **options)

    monkeypatch.setattr(Path, "stat", refuse)

    with pytest.raises(StorageError, match=r"project\.toml could not be read: Input/output error"):
        Project.open(empty.folder)
