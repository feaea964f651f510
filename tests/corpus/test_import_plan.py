"""What files seem to be before anything is written."""

import gzip
import zipfile

import pytest

from attnstudio.corpus.alignment import GoldLinks
from attnstudio.corpus.import_plan import (
    plan_import,
    project_among,
)
from attnstudio.corpus.language_codes import is_language_code
from attnstudio.corpus.language_guess import guess_language
from attnstudio.corpus.line_aligned import LineAlignedFiles
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.side_names import languages_by_name
from attnstudio.corpus.table import TableFile
from attnstudio.errors import CorpusError
from attnstudio.project.project import Project

ENGLISH = "the dog sees the cat\nthis is not the house of the man\nit was in the garden\n"
GERMAN = "der Hund sieht die Katze\ndas ist nicht das Haus\nes war in dem Garten\n"


@pytest.fixture
def write(tmp_path):
    def write(**texts):
        paths = []
        for name, text in texts.items():
            path = tmp_path / name.replace("__", "-").replace("_", ".")
            path.write_text(text, encoding="utf-8")
            paths.append(path)
        return paths

    return write


@pytest.mark.parametrize(
    ("names", "languages"),
    [
        (["train.en", "train.de"], ("en", "de")),
        (["train.de", "train.en"], ("en", "de")),
        (["x.de-en.de", "x.de-en.en"], ("de", "en")),
        (["a.fr.gz", "a.es.gz"], ("fr", "es")),
        (["news.zh-en.tsv"], ("zh", "en")),
        (["Notes 语料.zh.txt", "Notes 语料.en.txt"], ("en", "zh")),
        (["x.zh_CN", "x.pt-BR"], ("zh", "pt")),
        (["deu_Latn.dev", "eng_Latn.dev"], ("eng", "deu")),
        (["corpus.txt", "other.txt"], None),
        (["train.en", "train2.en"], None),
    ],
)
def test_languages_are_read_from_names(tmp_path, names, languages):
    assert languages == languages_by_name([tmp_path / name for name in names])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"), (GERMAN, "de"), ("我喜欢这本书", "zh"), ("これは本です", "ja"),
        ("나는 책을 읽는다", "ko"), ("هذا كتاب جديد", "ar"), ("это новая книга", "ru"),
        ("el perro no es de la casa y que los", "es"), ("12345 67", None), ("", None),
        ("xyzzy plugh", None),
    ],
)  # fmt: skip
def test_a_language_is_guessed_from_text(text, language):
    assert language == guess_language(text)


def test_codes_are_told_from_other_parts_of_names():
    assert is_language_code("DE")
    assert is_language_code("zho")
    assert not is_language_code("train")
    assert not is_language_code("v1")


def test_two_files_are_a_pair_with_a_preview_and_nothing_is_written(write, tmp_path):
    paths = write(train_en=ENGLISH, train_de=GERMAN)
    before = sorted(tmp_path.iterdir())

    plan = plan_import(paths)

    [files] = plan.files
    assert plan.languages == ("en", "de")
    assert isinstance(files.item, LineAlignedFiles)
    assert files.split is Split.TRAIN
    assert files.preview[0] == SentencePair("the dog sees the cat", "der Hund sieht die Katze")
    assert len(files.preview) == 3
    assert sorted(tmp_path.iterdir()) == before


def test_names_tell_the_splits(write):
    plan = plan_import(
        write(
            train_en=ENGLISH, train_de=GERMAN, dev_en=ENGLISH, dev_de=GERMAN,
            test2016_en=ENGLISH, test2016_de=GERMAN, val__1_en=ENGLISH, val__1_de=GERMAN,
        )
    )  # fmt: skip

    splits = {files.item.source.name: files.split for files in plan.files}
    assert splits == {
        "train.en": Split.TRAIN,
        "dev.en": Split.VALID,
        "val-1.en": Split.VALID,
        "test2016.en": Split.TRAIN,  # no part of this name says test
    }


def test_names_without_codes_are_guessed_from_what_is_in_them(write):
    plan = plan_import(write(left_txt=GERMAN, right_txt=ENGLISH))

    assert plan.languages == ("de", "en")
    assert plan.files[0].item.source.name == "left.txt"


def test_what_cannot_be_guessed_is_left_to_the_person(write):
    plan = plan_import(write(left_txt="xq zz\n", right_txt="ww qq\n"))

    assert plan.languages == ("", "")
    assert plan.files[0].preview == (SentencePair("xq zz", "ww qq"),)


def test_a_table_is_one_item(write):
    rows = "\n".join(map("\t".join, zip(ENGLISH.split("\n"), GERMAN.split("\n"), strict=True)))
    plan = plan_import(write(pairs_tsv=rows))

    assert plan.languages == ("en", "de")
    assert isinstance(plan.files[0].item, TableFile)
    assert plan.files[0].preview[1].target == "das ist nicht das Haus"


def test_a_folder_stands_for_its_files_and_hidden_ones_do_not_count(write, tmp_path):
    write(train_en=ENGLISH, train_de=GERMAN)
    (tmp_path / ".hidden.en").write_text("x", encoding="utf-8")
    with gzip.open(tmp_path / "test.en.gz", "wt", encoding="utf-8") as file:
        file.write(ENGLISH)
    with gzip.open(tmp_path / "test.de.gz", "wt", encoding="utf-8") as file:
        file.write(GERMAN)

    plan = plan_import([tmp_path])

    assert [path.name for path in plan.paths] == [
        "test.de.gz",
        "test.en.gz",
        "train.de",
        "train.en",
    ]
    assert {files.split for files in plan.files} == {Split.TRAIN, Split.TEST}


def test_the_names_in_an_archive_tell_languages_and_splits(tmp_path):
    path = tmp_path / "corpus.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("README", "x.ids", "train/x.de", "train/x.en", "dev/x.de", "dev/x.en"):
            archive.writestr(name, "1\t2\n" if name == "x.ids" else f"{name}\n")

    plan = plan_import([path])

    assert plan.languages == ("en", "de")
    assert [files.split for files in plan.files] == [Split.TRAIN, Split.VALID]
    assert plan.files[0].preview == (SentencePair("train/x.en", "train/x.de"),)
    assert plan.left_out == ("corpus.zip:README", "corpus.zip:x.ids")


def test_folders_tell_splits_and_languages(tmp_path):
    for split in ("test", "train", "validation"):
        for language in ("de", "en"):
            folder = tmp_path / "test" / "corpus" / split / language
            folder.mkdir(parents=True)
            (folder / "x.txt").write_text(f"{split} {language}\n", encoding="utf-8")

    plan = plan_import([tmp_path / "test" / "corpus"])

    assert plan.languages == ("en", "de")
    assert [files.split for files in plan.files] == [Split.TEST, Split.TRAIN, Split.VALID]


def test_the_first_file_that_names_languages_is_asked(write, tmp_path):
    write(about_txt="hello", info_json='{"a": 1}')
    (tmp_path / "words.csv").write_text("id,de,en\n1,eins,one\n", encoding="utf-8")

    plan = plan_import([tmp_path])

    assert plan.languages == ("de", "en")
    assert plan.files[0].preview == (SentencePair("eins", "one"),)


def test_of_many_columns_the_longest_are_previewed(tmp_path):
    path = tmp_path / "x.tsv"
    sides = zip(ENGLISH.strip().split("\n"), GERMAN.strip().split("\n"), strict=True)
    rows = [f"1.{n}\thttp://example.com/{n}\t{a}\t{b}\ten-{n}\n" for n, (a, b) in enumerate(sides)]
    path.write_text("".join(rows), encoding="utf-8")

    plan = plan_import([path])

    assert plan.languages == ("en", "de")
    assert plan.files[0].preview[0] == SentencePair(
        "the dog sees the cat", "der Hund sieht die Katze"
    )


def test_known_languages_are_not_guessed(write):
    plan = plan_import(write(a_de=GERMAN, a_en=ENGLISH), ("de", "en"))

    assert plan.languages == ("de", "en")
    assert plan.files[0].item.source.name == "a.de"


@pytest.mark.parametrize(
    ("likely", "found"),
    [
        (("en", "fr"), ("en", "de")),  # the names say others
        (("deu", "eng"), ("deu", "eng")),  # they say the same
        (None, ("en", "de")),
    ],
)
def test_languages_that_are_only_likely_give_way_to_those_of_names(write, likely, found):
    paths = write(a_en=ENGLISH, a_de=GERMAN)

    assert plan_import(paths, likely, may_be_others=True).languages == found
    assert plan_import(paths, likely).languages == (likely or found)


def test_sides_can_be_swapped_for_files_and_tables(write):
    [pair] = plan_import(write(a_en=ENGLISH, a_de=GERMAN)).files
    assert pair.item.swapped().source == pair.item.target
    assert pair.item.swapped().swapped() == pair.item

    [table] = plan_import(write(t_tsv="a b\tc d\n")).files
    assert (table.item.swapped().source_column, table.item.swapped().target_column) == (1, 0)


def test_nothing_to_import_is_said(tmp_path, write):
    (tmp_path / "empty").mkdir()

    with pytest.raises(CorpusError, match="no file to import in empty"):
        plan_import([tmp_path / "empty"])
    with pytest.raises(CorpusError, match="has no partner"):
        plan_import(write(alone_en=ENGLISH))


def test_a_project_is_known_by_its_folder_or_its_file(tmp_path):
    project = Project.create(tmp_path / "project", "en", "de")

    assert project_among([project.folder]) == project.folder
    assert project_among([project.folder / "project.toml"]) == project.folder
    assert project_among([tmp_path]) is None
    assert project_among([project.folder, tmp_path]) is None


def test_gold_links_stay_out_of_a_preview(write):
    [files] = plan_import(write(a_en=ENGLISH, a_de=GERMAN)).files

    assert not any(isinstance(pair.gold, GoldLinks) for pair in files.preview)
