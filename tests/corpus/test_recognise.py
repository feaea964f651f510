import gzip
import tarfile
import zipfile

import pytest

from attnstudio.corpus.delimited import DelimitedText
from attnstudio.corpus.line_aligned import LineAlignedFiles
from attnstudio.corpus.recognise import recognise
from attnstudio.corpus.side_names import side_of
from attnstudio.corpus.table import TableFile
from attnstudio.corpus.text_source import TextSource
from attnstudio.errors import CorpusError

EN_DE = ("en", "de")


@pytest.fixture
def make(tmp_path):
    """Files by name, each with one word in it, in a folder with a name of many kinds."""
    folder = tmp_path / "meine Texte 语料 🙂"
    folder.mkdir()

    def make(*names, content=b"word\n"):
        paths = [folder / name for name in names]
        for path in paths:
            path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
        return paths

    return make


def zip_of(path, *names):
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "word\n")
    return path


def sides_of(paths, languages=EN_DE):
    """Names of the source and target texts of every pair that is recognised."""
    return [(item.source.name, item.target.name) for item in recognise(paths, *languages).items]


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("train.en", 0),
        ("train.de", 1),
        ("en.txt", 0),
        ("x.EN", 0),
        ("a_de", 1),
        ("news-de.txt", 1),
        ("corpus.en-de.de", 1),
        ("corpus.en-de.en", 0),
        ("train.tags.en-de.de.txt", 1),
        ("train.de_AT", 1),
        ("train.en-GB.txt", 0),
        ("source.txt", 0),
        ("train.tgt", 1),
        ("source.de", 1),
        ("train.txt", None),
        ("garden.txt", None),
        ("enden", None),
    ],
)
def test_the_last_language_in_a_name_is_its_side(name, side):
    assert side == side_of(name, EN_DE)


@pytest.mark.parametrize(
    ("name", "languages", "side"),
    [
        ("train.zh-CN", ("en", "zh"), 1),
        ("train.zh_cn", ("en", "zh-CN"), 1),
        ("train.zh", ("en", "zh-CN"), 1),
        ("x.pt_BR", ("pt-BR", "en"), 0),
        ("x.pt-BR.txt", ("pt_PT", "pt_BR"), 1),
        ("x.zh-TW", ("zh-CN", "zh-TW"), 1),
        ("x.zh", ("zh-CN", "zh-TW"), None),
        ("x.zh", ("zh", "zh-TW"), 0),
        ("x.es-419", ("es", "en"), 0),
    ],
)
def test_a_region_is_part_of_the_language(name, languages, side):
    assert side == side_of(name, languages)


@pytest.mark.parametrize(
    "names",
    [
        ("train.en", "train.de"),
        ("train.en.gz", "train.de.gz"),
        ("en.txt", "de.txt"),
        ("x.EN", "x.DE"),
        ("a_en.gz", "b_de"),
        ("corpus.en-de.en", "corpus.en-de.de"),
        ("first.en", "second.txt"),
        ("first.txt", "second.de"),
        ("mein Text.en", "语料 🙂.de"),
        ("one.txt", "two.txt"),
    ],
)
def test_two_files_are_a_pair(make, names):
    assert [names] == sides_of(make(*names))


@pytest.mark.parametrize(
    "names",
    [
        ("train.de", "train.en"),
        ("de.txt", "x.txt"),
        ("x.txt", "train.en"),
        ("target.txt", "source.txt"),
    ],
)
def test_the_order_of_files_does_not_matter_where_names_say_the_language(make, names):
    assert [names[::-1]] == sides_of(make(*names))


def test_files_of_several_pairs_find_their_partners(make):
    paths = make("train.en", "valid.en", "valid.de", "train.de", "x.txt", "y.txt")

    assert sides_of(paths) == [
        ("train.en", "train.de"),
        ("valid.en", "valid.de"),
        ("x.txt", "y.txt"),
    ]


def test_partners_need_not_share_a_region(make):
    paths = make("train.en", "dev.en", "train.zh-CN", "dev.zh-CN")

    assert sides_of(paths, ("en", "zh")) == [("train.en", "train.zh-CN"), ("dev.en", "dev.zh-CN")]


def test_two_files_of_one_language_are_refused(make):
    with pytest.raises(
        CorpusError, match=r"^a\.en and b\.en both look like en\. A pair needs one file of each"
    ):
        recognise(make("a.en", "b.en"), *EN_DE)


def test_a_text_alone_has_no_partner(make):
    with pytest.raises(CorpusError, match=r"^a\.en has no partner\. Give two line-aligned"):
        recognise(make("a.en"), *EN_DE)


def test_an_odd_number_of_texts_is_refused(make):
    with pytest.raises(CorpusError, match=r"^3 text files make no pairs: a\.en, a\.de, b\.en\. "):
        recognise(make("a.en", "a.de", "b.en"), *EN_DE)


def test_a_file_given_twice_is_refused(make):
    first, _ = make("a.txt", "b.txt")
    other_way = first.parent / ".." / first.parent.name / first.name

    with pytest.raises(CorpusError, match=r"^a\.txt was given twice\. Name each file once\.$"):
        recognise([first, other_way], *EN_DE)


@pytest.mark.parametrize("name", ["pairs.tsv", "pairs.TSV", "pairs.tab", "pairs.tsv.gz"])
def test_a_table_is_known_by_its_name(make, name):
    (path,) = make(name)

    assert [TableFile(DelimitedText(TextSource(path)))] == recognise([path], *EN_DE).items


def test_a_text_alone_with_tabs_in_its_lines_is_a_table(make):
    (path,) = make("en-de.txt", content=b"one\teins\n\ntwo\tzwei\n")

    assert [TableFile(DelimitedText(TextSource(path)))] == recognise([path], *EN_DE).items


@pytest.mark.parametrize("header", ["DE\tid\ten", "target\tid\tsource", "\ufeffde\tid\ten \r"])
def test_a_header_says_which_column_is_which(make, header):
    (path,) = make("x.tsv", content=f"{header}\neins\t1\tone\n".encode())

    assert [TableFile(DelimitedText(TextSource(path)), 2, 0, has_header=True)] == recognise(
        [path], *EN_DE
    ).items


def test_a_header_knows_regions(make):
    (path,) = make("x.tsv", content=b"zh_CN\ten\nx\ty\n")

    assert [TableFile(DelimitedText(TextSource(path)), 1, 0, has_header=True)] == recognise(
        [path], "en", "zh-CN"
    ).items


def test_tables_and_pairs_can_come_together(make):
    items = recognise(make("a.tsv", "x.en", "b.tsv", "x.de"), *EN_DE).items

    assert [type(i).__name__ for i in items] == ["TableFile"] * 2 + ["LineAlignedFiles"]


def tree(folder, **files):
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def test_folders_may_have_the_names_of_the_languages(tmp_path):
    files = dict.fromkeys(
        ["de__a_txt", "de__b_txt", "en__a_txt", "en__b_txt", "fr__a_txt"], "word\n"
    )
    found = recognise([tree(tmp_path, **files)], *EN_DE)

    pairs = [[side.path.relative_to(tmp_path).as_posix() for side in i.sides] for i in found.items]
    assert pairs == [["en/a.txt", "de/a.txt"], ["en/b.txt", "de/b.txt"]]
    assert [text.path.parent.name for text in found.left_out] == ["fr"]


def test_of_a_folder_json_and_xml_are_read_where_they_hold_pairs(tmp_path):
    folder = tree(
        tmp_path,
        a_tsv="one\teins\n",
        train_json='[{"de": "zwei", "en": "two"}]',
        info_json='{"features": {"en": "string", "of": "string"}}',
        package_json='{"name": "x", "version": "1"}',
        links_xml="<?xml version='1.0'?><cesAlign/>",
        test_xml="<dataset><doc><src lang='en'><seg id='1'>a</seg></src></doc></dataset>",
    )
    found = recognise([folder], *EN_DE)

    assert [item.texts[0].name for item in found.items] == ["a.tsv", "test.xml", "train.json"]
    left_out = [text.name for text in found.left_out]
    assert left_out == ["info.json", "links.xml", "package.json"]


def test_of_a_folder_copies_and_open_files_of_office_do_no_harm(make):
    *_, lock = make("x.en", "x.de.gz", "x.en.gz", "x.de", "~$x.xlsx")

    found = recognise([lock.parent], *EN_DE)

    assert sides_of([lock.parent]) == [("x.en", "x.de")]
    assert [text.name for text in found.left_out] == ["x.de.gz", "x.en.gz"]


def test_a_table_with_columns_of_spaces_is_refused_with_a_way_out(make):
    (path,) = make("x.txt", content=b"Name      Wert     Rest\none       eins     1\n")

    with pytest.raises(CorpusError, match=r"columns are filled up with spaces\. .*save it as CSV"):
        recognise([path], *EN_DE)


def test_a_tar_archive_is_refused_by_its_name(tmp_path):
    text = tmp_path / "x.en"
    text.write_text("word\n" * 10_000, encoding="utf-8")
    for name in ("x.en.tar.gz", "x.de.tar.gz"):
        with tarfile.open(tmp_path / name, "w:gz") as archive:
            archive.add(text, "x.en")

    with pytest.raises(CorpusError, match=r"x\.en\.tar\.gz is a tar archive\. Unpack it"):
        recognise([tmp_path / "x.en.tar.gz", tmp_path / "x.de.tar.gz"], *EN_DE)


def test_an_archive_may_hold_the_pair(tmp_path):
    path = zip_of(tmp_path / "data.zip", "d/train.de", "d/train.en")

    assert sides_of([path]) == [("data.zip:d/train.en", "data.zip:d/train.de")]


def test_two_archives_may_hold_a_side_each(tmp_path):
    paths = [zip_of(tmp_path / name, "data.txt") for name in ("x.de.zip", "x.en.zip")]

    assert sides_of(paths) == [("x.en.zip:data.txt", "x.de.zip:data.txt")]


def test_an_archive_of_opus_gives_its_texts_and_leaves_the_rest(tmp_path):
    names = ("README", "LICENSE", "Tatoeba.de-en.de", "Tatoeba.de-en.en", "Tatoeba.de-en.xml")
    path = zip_of(tmp_path / "de-en.txt.zip", *names)

    found = recognise([path], *EN_DE)

    assert sides_of([path]) == [
        ("de-en.txt.zip:Tatoeba.de-en.en", "de-en.txt.zip:Tatoeba.de-en.de")
    ]
    assert [text.member for text in found.left_out] == ["README", "LICENSE", "Tatoeba.de-en.xml"]


def test_an_archive_with_a_table_and_a_note_gives_the_table(tmp_path):
    path = tmp_path / "deu-eng.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("deu.txt", "Hi.\tHallo.\tCC-BY\n")
        archive.writestr("_about.txt", "About these sentences\n")

    found = recognise([path], *EN_DE)

    assert [TableFile(DelimitedText(TextSource(path, "deu.txt")))] == found.items
    assert [TextSource(path, "_about.txt")] == found.left_out


def test_links_join_the_one_pair(make):
    source, target, links = make("a.en", "a.de", "a.gold")

    assert [
        LineAlignedFiles(TextSource(source), TextSource(target), TextSource(links))
    ] == recognise([target, source], *EN_DE, links).items


@pytest.mark.parametrize(
    ("names", "counts"),
    [
        (("a.en", "a.de", "b.en", "b.de"), "2 pairs and 0 tables"),
        (("a.tsv",), "0 pairs and 1 tables"),
        (("a.tsv", "a.en", "a.de"), "1 pairs and 1 tables"),
    ],
)
def test_links_of_anything_but_one_pair_are_refused(make, names, counts):
    with pytest.raises(CorpusError, match=rf"^x\.gold belongs to one pair .* but {counts} were"):
        recognise(make(*names), *EN_DE, *make("x.gold"))
