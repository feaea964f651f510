"""Which file is taken for which side: by any name of its language, and never swapped in silence."""

import json
import zipfile

import pytest

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.recognise import recognise
from attnstudio.errors import CorpusError
from attnstudio.project.importing import import_files
from attnstudio.project.project import Project

EN_DE = ("en", "de")
ENGLISH = "This is not the house.\nHe is in the garden with the cat.\nWe are on the way.\n"
GERMAN = "Das ist nicht das Haus.\nEr ist mit der Katze im Garten.\nWir sind auf dem Weg.\n"
FIRST = ("This is not the house.", "Das ist nicht das Haus.")


@pytest.fixture
def write(tmp_path):
    """Write texts by name; names may have folders in them."""

    def write(texts):
        paths = []
        for name, text in texts.items():
            path = tmp_path / "given" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            paths.append(path)
        return paths

    return write


@pytest.fixture
def project(tmp_path):
    return Project.create(tmp_path / "project", *EN_DE)


def first_pair(project):
    pair = project.corpus()[0]
    return pair.source, pair.target


NAMES = [
    ("x.deu", "x.eng"),
    ("deu_Latn.dev", "eng_Latn.dev"),
    ("Deutsch.txt", "English.txt"),
    ("corpus allemand.txt", "corpus anglais.txt"),
    ("ger/x.txt", "eng/x.txt"),
    ("Deutsch/x.txt", "Englisch/x.txt"),
]


@pytest.mark.parametrize("names", NAMES)
def test_files_given_in_the_other_order_find_their_sides(write, project, names):
    report = import_files(project, write(dict(zip(names, (GERMAN, ENGLISH), strict=True))))

    assert first_pair(project) == FIRST
    assert report.source == (names[1].rpartition("/")[2],)


@pytest.mark.parametrize("names", NAMES)
def test_a_folder_of_such_files_finds_them_too(write, project, tmp_path, names):
    write(dict(zip(names, (GERMAN, ENGLISH), strict=True)))

    import_files(project, [tmp_path / "given"])

    assert first_pair(project) == FIRST


@pytest.mark.parametrize("names", NAMES)
def test_an_archive_of_such_files_finds_them_too(project, tmp_path, names):
    path = tmp_path / "corpus.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in zip(names, (GERMAN, ENGLISH), strict=True):
            archive.writestr(name, text)

    import_files(project, [path])

    assert first_pair(project) == FIRST


def test_texts_that_look_swapped_are_refused_where_only_their_order_says_the_side(write, project):
    paths = write({"a1.txt": GERMAN, "a2.txt": ENGLISH})

    with pytest.raises(CorpusError, match=r"a1\.txt would be the en side .* the opposite") as error:
        import_files(project, paths)

    assert "--source-file" in error.value.command_hint
    assert "--" not in error.value.hint
    assert import_files(project, paths[::-1]).pairs == 3
    assert first_pair(project) == FIRST


@pytest.mark.parametrize(("chosen", "first"), [(1, FIRST), (0, FIRST[::-1])])
def test_a_person_may_say_which_file_is_the_source(write, project, chosen, first):
    paths = write({"a1.txt": GERMAN, "a2.txt": ENGLISH})

    import_files(project, paths, source_file=paths[chosen])

    assert first_pair(project) == first


def test_the_source_file_is_one_of_those_given(write, project):
    paths = write({"a1.txt": GERMAN, "a2.txt": ENGLISH, "b.txt": ENGLISH})

    with pytest.raises(CorpusError, match=r"b\.txt is not one of two text files"):
        import_files(project, paths[:2], source_file=paths[2])


def test_names_are_followed_though_the_texts_look_swapped_and_it_is_said(write, project):
    report = import_files(project, write({"x.en": GERMAN, "x.de": ENGLISH}))

    assert first_pair(project) == FIRST[::-1]
    assert report.notices == (
        "x.en was taken as en and x.de as de, as they are named, but the texts look like the "
        "opposite.",
    )


def test_columns_that_look_swapped_are_refused_unless_a_person_names_them(write, project):
    rows = zip(GERMAN.splitlines(), ENGLISH.splitlines(), strict=True)
    [path] = write({"x.tsv": "".join(f"{a}\t{b}\n" for a, b in rows)})
    norwegian = (
        "Det er ikke bare mye.\tIt is not only the\nHva var det, og noe fra\tbe with this and to\n"
    )
    [other] = write({"y.tsv": norwegian})

    import_files(project, [path])  # their words tell which column is which
    assert first_pair(project) == FIRST
    with pytest.raises(CorpusError, match=r"Column 1 of y\.tsv would be the en side") as error:
        recognise([other], "en", "da")
    assert "--source-column" in error.value.command_hint
    assert recognise([other], "en", "da", columns=("1", "2")).items


def test_an_archive_with_splits_brings_each_to_its_own(project, tmp_path):
    path = tmp_path / "corpus.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for split in ("train", "val", "test"):
            archive.writestr(f"{split}.deu", GERMAN)
            archive.writestr(f"{split}.eng", ENGLISH)

    report = import_files(project, [path])

    assert report.splits == {"train": 3, "valid": 3, "test": 3}
    assert all(len(project.corpus().indices(split)) == 3 for split in Split)


def test_a_split_that_a_person_names_counts_more_than_names(write, project):
    report = import_files(project, write({"dev.de": GERMAN, "dev.en": ENGLISH}), split=Split.TRAIN)

    assert report.splits == {"train": 3}


def test_a_folder_of_texts_by_keys_is_a_pair(write, project, tmp_path):
    write(
        {
            "de.json": json.dumps({"a": {"x": "Hallo Welt"}, "only": "Nur hier"}),
            "en.json": json.dumps({"b": "Left alone", "a": {"x": "Hello world"}}),
        }
    )

    report = import_files(project, [tmp_path / "given"])

    assert first_pair(project) == ("Hello world", "Hallo Welt")
    assert report.pairs == 1
    assert dict(report.dropped) == {"unpaired": 2}


def test_a_file_that_says_the_language_of_each_text_is_believed(write, project):
    units = "".join(
        f'<tu><tuv xml:lang="en"><seg>{german}</seg></tuv>'
        f'<tuv xml:lang="de"><seg>{english}</seg></tuv></tu>'
        for german, english in zip(GERMAN.splitlines(), ENGLISH.splitlines(), strict=True)
    )

    report = import_files(project, write({"x.tmx": f"<tmx><body>{units}</body></tmx>"}))

    assert (report.pairs, report.notices) == (3, ())
