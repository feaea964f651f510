import gzip
import os
import zipfile

import pytest
from word_spans import space_spans

from attnstudio.corpus.alignment import Alignment, GoldLinks
from attnstudio.corpus.import_report import ImportReport, Problem, Reason
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.samples.store import SampleCorpus
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import AlignmentError, CorpusError, StorageError
from attnstudio.project import import_meter
from attnstudio.project.importing import import_files, import_sample
from attnstudio.project.project import Project


@pytest.fixture
def empty(tmp_path):
    return Project.create(tmp_path / "project", "en", "de")


@pytest.fixture
def make(tmp_path):
    """Files with these lines."""
    folder = tmp_path / "files"
    folder.mkdir()

    def make(**lines_by_name):
        paths = []
        for name, lines in lines_by_name.items():
            path = folder / name.replace("_", ".")
            content = "".join(f"{line}\n" for line in lines).encode()
            path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
            paths.append(path)
        return paths

    return make


def tree_of(folder):
    """Every file and folder with its content."""
    return {path: path.is_file() and path.read_bytes() for path in folder.rglob("*")}


def sources_of(project):
    return [pair.source for pair in project.corpus()]


def test_pairs_arrive_in_their_split_and_the_report_says_so(empty, make):
    files = make(a_de_gz=["eins", "", "drei"], a_en=["one", "two", "three"])

    report = import_files(empty, files, split=Split.VALID)

    assert report == ImportReport(
        pairs=2,
        dropped={Reason.EMPTY: 1},
        problems=(Problem("a.de.gz", 2, Reason.EMPTY, "two"),),
        source=("a.en",),
        target=("a.de.gz",),
        splits={"valid": 2},
    )
    assert list(empty.corpus().pairs(Split.VALID)) == [
        SentencePair("one", "eins"),
        SentencePair("three", "drei"),
    ]


def test_the_project_remembers_each_pair_of_files_and_each_table(empty, make):
    import_files(
        empty, make(a_en=["1"], a_de=["eins"], b_tsv=["two\tzwei", "bad", "drei\t"], c_tsv=["x\ty"])
    )

    assert [(i.files, i.pairs, i.dropped) for i in Project.open(empty.folder).file.imports] == [
        (("b.tsv",), 1, 2),
        (("c.tsv",), 1, 0),
        (("a.en", "a.de"), 1, 0),
    ]


def test_a_second_import_appends(empty, make):
    import_files(empty, make(a_en=["one"], a_de=["eins"]), split=Split.TEST)
    import_files(empty, make(b_en=["two"], b_de=["zwei"]))

    assert sources_of(empty) == ["one", "two"]
    assert empty.corpus().split_codes().tolist() == [2, 0]


def test_the_same_files_again_are_a_notice_and_add_nothing(empty, make):
    files = make(a_en=["one"], a_de=["eins"])
    import_files(empty, files)
    before = tree_of(empty.folder)

    report = import_files(empty, files[::-1])

    assert (report.pairs, report.dropped, report.problems) == (0, {}, ())
    assert report.notices == ("In the corpus already, so nothing was added: a.en, a.de.",)
    assert tree_of(empty.folder) == before


def test_of_several_files_only_the_new_ones_are_added(empty, make):
    old = make(a_en=["one"], a_de=["eins"])
    import_files(empty, old)

    report = import_files(empty, [*old, *make(b_tsv=["two\tzwei"])])

    assert (report.pairs, report.source) == (1, ("b.tsv, column 1",))
    assert report.notices == ("In the corpus already, so nothing was added: a.en, a.de.",)
    assert sources_of(empty) == ["one", "two"]


def test_the_same_files_can_serve_another_split(empty, make):
    files = make(a_en=["one"], a_de=["eins"])
    import_files(empty, files)
    import_files(empty, files, split=Split.TEST)

    assert empty.corpus().counts() == {Split.TRAIN: 1, Split.VALID: 0, Split.TEST: 1}


def test_changed_files_of_the_same_name_are_new(empty, make):
    import_files(empty, make(a_en=["one"], a_de=["eins"]))
    import_files(empty, make(a_en=["two"], a_de=["zwei"]))

    assert sources_of(empty) == ["one", "two"]


def test_sides_given_in_the_wrong_order_can_be_given_again(empty, make):
    english, german = make(x_txt=["one"], y_txt=["eins"])
    import_files(empty, [german, english])
    import_files(empty, [english, german])

    assert sources_of(empty) == ["eins", "one"]


@pytest.mark.parametrize("has_corpus", [False, True], ids=["empty project", "filled project"])
@pytest.mark.parametrize(
    ("contents", "error", "message"),
    [
        (
            {"x_en": ["a"] * 20_000, "x_de": ["b"] * 19_999},
            CorpusError,
            "x.en has 20000 lines, x.de has 19999; they seem to come apart at line ",
        ),
        ({"x_en": ["a", "b"], "x_de": ["c", "d"], "x_gold": ["0-0"]}, AlignmentError, "x.gold has"),
        ({"x_en": ["", " "], "x_de": ["b", "c"]}, CorpusError, "There is no usable pair in x.en, "),
        ({"x_en": [], "x_de": []}, CorpusError, "There is no text in x.en, x.de"),
        ({"x_en": ["a"]}, CorpusError, "x.en has no partner."),
        ({"y_tsv": ["good\tgut"], "x_en": ["a"], "x_de": []}, CorpusError, "x.en has 1 lines, x."),
    ],
    ids=["counts", "links", "nothing usable", "empty files", "alone", "second of two"],
)
def test_a_refused_import_leaves_the_project_as_it_was(
    empty, make, has_corpus, contents, error, message
):
    if has_corpus:
        import_files(empty, make(first_en=["one"], first_de=["eins"]))
    before = tree_of(empty.folder)
    files = make(**contents)
    links = files.pop() if "x_gold" in contents else None

    with pytest.raises(error) as refusal:
        import_files(empty, files, links=links)

    assert refusal.value.message.startswith(message)
    assert refusal.value.exit_code == 2
    assert refusal.value.hint
    assert tree_of(empty.folder) == before


def test_a_damaged_file_leaves_the_project_as_it_was(empty, make):
    files = make(a_en_gz=["one"] * 5_000, a_de=["eins"] * 5_000)
    files[0].write_bytes(files[0].read_bytes()[:-9])
    before = tree_of(empty.folder)

    with pytest.raises(CorpusError, match=r"^a\.en\.gz could not be read: "):
        import_files(empty, files)
    assert tree_of(empty.folder) == before


def test_what_a_killed_import_left_is_in_nobodys_way(empty, make):
    left = empty.corpora / ".killed.new"
    left.mkdir(parents=True)
    (left / "en.txt").write_text("half a li")
    (empty.folder / ".project.toml.new").write_text("format =")

    import_files(empty, make(a_en=["one"], a_de=["eins"]))

    assert sources_of(empty) == ["one"]
    assert [path.name for path in empty.corpora.iterdir()] == [empty.file.corpus]


def test_a_stop_right_after_the_project_names_the_new_corpus_keeps_it(empty, make, monkeypatch):
    """Ctrl-C may come between any two operations."""
    plain = Project.set_corpus

    def stopped(project, *arguments):
        plain(project, *arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(Project, "set_corpus", stopped)
    with pytest.raises(KeyboardInterrupt):
        import_files(empty, make(a_en=["one"], a_de=["eins"]))

    assert sources_of(Project.open(empty.folder)) == ["one"]


def test_it_goes_also_where_there_is_nothing_to_import(empty, make):
    files = make(a_en=["one"], a_de=["eins"])
    import_files(empty, files)
    (empty.corpora / ".killed.new").mkdir()

    import_files(empty, files)

    assert [path.name for path in empty.corpora.iterdir()] == [empty.file.corpus]


def test_a_kill_between_corpus_and_project_file_is_no_loss(empty, make):
    files = make(a_en=["one"], a_de=["eins"])
    before = (empty.folder / "project.toml").read_bytes()
    import_files(empty, files)
    (empty.folder / "project.toml").write_bytes(before)

    assert import_files(empty, files).pairs == 1
    assert sources_of(empty) == ["one"]


def test_gold_links_come_with_their_file_and_stay(empty, make):
    source, target, links = make(
        a_en=["the house", "a"], a_de=["das Haus", "b"], a_gold=["0-0 1p1", ""]
    )
    import_files(empty, [source, target], links=links)
    import_files(empty, make(b_en=["two"], b_de=["zwei"]))

    spans = space_spans("the house"), space_spans("das Haus")
    gold = GoldLinks(*spans, Alignment.from_pharaoh("0-0 1p1"))
    assert [pair.gold for pair in empty.corpus()] == [gold, None, None]
    assert empty.file.imports[0].files == ("a.en", "a.de", "a.gold")


def test_progress_counts_the_pairs_of_this_import(empty, make, monkeypatch):
    monkeypatch.setattr(import_meter, "_TOLD_EVERY_S", 0.0)
    import_files(empty, make(a_en=["one"] * 10, a_de=["eins"] * 10))
    told = []

    files = make(b_en=["x"] * 30_005, b_de=["y"] * 30_005)
    import_files(empty, files, progress=lambda done, total: told.append((done, total)))

    assert told[0] == (0, None)
    assert told[-1] == (30_005, pytest.approx(30_005, rel=0.01))
    pairs, shares = zip(*[(done, done / total) for done, total in told if total], strict=True)
    assert (sorted(pairs), sorted(shares)) == ([*pairs], [*shares])
    assert len(set(pairs)) > 5


def test_problems_are_counted_in_full_and_listed_in_part(empty, make):
    report = import_files(empty, make(a_en=["", *[""] * 1_999, "x"], a_de=["y"] * 2_001))

    assert report.dropped == {Reason.EMPTY: 2_000}
    assert len(report.problems) == 100


def test_members_of_an_archive_that_were_left_out_are_named(empty, tmp_path):
    path = tmp_path / "opus.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {"README": "x\n", "a.de": "eins\n", "a.en": "one\n"}.items():
            archive.writestr(name, text)

    report = import_files(empty, [path])

    assert report.notices == ("Left out, as no side and no table: opus.zip:README.",)
    assert report.pairs == 1


@pytest.mark.skipif(os.name == "nt", reason="file names are text on Windows")
def test_a_file_name_that_is_no_text_can_be_imported(empty, make, tmp_path):
    (english, german) = make(a_en=["one"], a_de=["eins"])
    odd = english.rename(tmp_path / os.fsdecode(b"f\xfcr.en"))

    report = import_files(empty, [odd, german])

    assert report.pairs == 1
    assert Project.open(empty.folder).file.imports[0].files == ("f?r.en", "a.de")


def test_a_folder_that_cannot_be_written_is_an_error_in_words(empty, make):
    files = make(a_en=["one"], a_de=["eins"])
    empty.corpora.write_text("a file where a folder should be")

    with pytest.raises(StorageError, match=r"could not be changed: File exists\. Check that you"):
        import_files(empty, files)


def test_a_sample_fills_all_splits(empty):
    train, valid, test = (SentencePair(f"s{i}", f"t{i}") for i in range(3))

    import_sample(empty, SampleCorpus("en-de", "en", "de", (train,), (valid,), (test,)))

    assert [list(empty.corpus().pairs(split)) for split in Split] == [[train], [valid], [test]]
    assert {done.files for done in empty.file.imports} == {("sample en-de",)}
    assert [(done.split, done.pairs) for done in empty.file.imports] == [
        (split, 1) for split in Split
    ]


def test_sentences_with_no_break_spaces_are_all_counted_and_some_listed(empty, make):
    count = 250
    report = import_files(empty, make(a_en=["one\xa0two"] * count, a_de=["eins"] * count))

    assert report.mended == {Reason.NO_BREAK: count}
    assert [problem.line for problem in report.problems] == list(range(1, 101))
    assert {source for source in sources_of(empty)} == {"one two"}


def test_what_its_name_tells_to_be_no_text_is_not_looked_into(empty, tmp_path):
    (tmp_path / "train.en").write_text("one\n", "utf-8")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")

    with pytest.raises(CorpusError, match=r"^photo\.png is a picture\."):
        import_files(empty, [tmp_path / "train.en", tmp_path / "photo.png"])

    assert empty.file.imports == ()
