"""Files of one program or another, known before anybody looks for a delimiter."""

import zipfile

import pytest
from batch_records import records_in

from attnstudio.corpus.import_plan import plan_import
from attnstudio.corpus.import_report import Problem, Reason
from attnstudio.corpus.recognise import recognise
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import CorpusError

EN_DE = ("en", "de")
ONE_TWO = [("one", "eins"), ("two", "zwei")]


@pytest.fixture
def write(tmp_path):
    def write(**contents):
        paths = []
        for name, content in contents.items():
            path = tmp_path / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            paths.append(path)
        return paths

    return write


def read(paths, languages=EN_DE):
    [item] = recognise(paths, *languages).items
    return list(records_in(item.batches(languages)))


def pairs(records):
    return [(r.source, r.target) for r in records if isinstance(r, SentencePair)]


def dropped(records):
    return [(r.reason, r.text) for r in records if isinstance(r, Problem)]


def cue(number, start, end, *lines):
    times = " --> ".join(f"00:00:{at:06.3f}".replace(".", ",") for at in (start, end))
    return "\n".join((str(number), times, *lines, "", ""))


def test_subtitles_are_joined_by_their_times(write):
    english = (
        cue(1, 0, 1, "<i>one</i>")
        + cue(2, 2, 3, "a song")
        + cue(3, 4, 6, "{\\an8}- two", "- three")
    )
    german = cue(1, 0.1, 1.2, "eins") + cue(2, 4, 5, "zwei") + cue(3, 5, 6, "drei")

    found = read(write(film_de_srt=german, film_en_srt=english))

    assert pairs(found) == [("one", "eins"), ("- two - three", "zwei drei")]
    assert dropped(found) == [(Reason.UNPAIRED, "a song")]


def test_subtitles_of_the_web_without_hours_and_with_notes(write):
    head = "WEBVTT\n\nNOTE of nobody\n\n"
    english = head + "00:01.000 --> 00:02.000 align:start\n<v Ann>Q&amp;A\n"
    german = head + "first\n00:01.000 --> 00:02.000\nFragen\n"

    assert pairs(read(write(a_en_vtt=english, a_de_vtt=german))) == [("Q&A", "Fragen")]


def test_subtitles_of_another_cut_are_refused(write):
    english = "".join(cue(n, n, n + 0.5, f"line {n}") for n in range(9))
    german = "".join(cue(n, n + 30, n + 30.5, f"Zeile {n}") for n in range(9))

    with pytest.raises(
        CorpusError, match=r"times of x\.en\.srt and x\.de\.srt do not agree: 0 of 9"
    ):
        read(write(x_en_srt=english, x_de_srt=german))


def test_a_number_right_below_a_text_is_that_of_the_next_subtitle(write):
    both = "1\n00:00:00,000 --> 00:00:01,000\none\n2\n00:00:02,000 --> 00:00:03,000\ntwo\n"

    assert pairs(read(write(x_en_srt=both, x_de_srt=both))) == [("one", "one"), ("two", "two")]


def test_subtitles_and_a_text_are_no_partners(write):
    with pytest.raises(CorpusError, match="files of different kinds"):
        read(write(x_en_srt=cue(1, 0, 1, "one"), x_de_txt="eins\n"))


def android(*items):
    return f'<?xml version="1.0"?><resources>{"".join(items)}</resources>'


def test_the_strings_of_android_with_the_default_folder_as_the_source(write, tmp_path):
    english = android(
        '<string name="b">It\\\'s <b>new</b>\\nand &lt;good&gt;</string>',
        '<string name="a">"one"</string>',
        '<string name="app" translatable="false">App</string>',
        '<plurals name="n"><item quantity="one">%d cat</item><item quantity="other">%d cats</item>'
        "</plurals>",
        '<string-array name="l"><item>red<br/>cat</item></string-array>',
    )
    german = android(
        '<string name="a">eins</string><string name="b">Es ist neu und gut</string>',
        '<plurals name="n"><item quantity="other">%d Katzen</item></plurals>',
        '<string-array name="l"><item>rot</item></string-array>',
    )
    write(res__values__strings_xml=english, **{"res__values-de__strings_xml": german})

    found = read([tmp_path / "res"])

    assert pairs(found) == [
        ("It's new and <good>", "Es ist neu und gut"),
        ("one", "eins"),
        ("%d cats", "%d Katzen"),
        ("red cat", "rot"),
    ]
    assert dropped(found) == [(Reason.UNPAIRED, "n[one]: %d cat")]


def test_json_with_keys_in_folders_by_language(write, tmp_path):
    write(
        locales__en__common_json='{"menu": {"open": "Open"}, "list": ["a", "b"], "@m": {"x": "y"}}',
        locales__de__common_json='{"list": ["A", "B"], "menu": {"open": "Öffnen"}}',
    )

    assert pairs(read([tmp_path / "locales"])) == [("Open", "Öffnen"), ("a", "A"), ("b", "B")]


def test_json_with_the_language_around_all_keys(write):
    paths = write(x_de_json='{"de": {"a": "eins"}}', x_en_json='{"en": {"a": "one"}}')

    assert pairs(read(paths)) == [("one", "eins")]


def test_json_with_both_languages_is_still_a_table(write):
    assert pairs(read(write(x_json='{"en": ["one"], "de": ["eins"]}'))) == [("one", "eins")]


WORDFAST = (
    "%20240101~101500\t%User ID,X\t%TU=2\t%EN-US\t%Wordfast TM v.5\t%DE-DE\t%---\t.\n"
    "20240101~101500\tX\t0\tEN-US\tone&tA;\tDE-DE\teins\t\n"
    "\n"
    "20240101~101500\tX\t0\tEN-US\ttwo &'26; a\tDE-DE\tzwei\n"
    "torn ~ line\n"
)


@pytest.mark.parametrize("name", ["x.txt", "x.csv", "memory"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_memory_of_wordfast(tmp_path, name, encoding):
    path = tmp_path / name
    path.write_bytes(WORDFAST.encode(encoding))

    found = read([path])

    assert pairs(found) == [("one", "eins"), ("two & a", "zwei")]
    assert dropped(found) == [(Reason.MALFORMED, "torn ~ line")]
    assert pairs(read([path], ("de", "en"))) == [("eins", "one"), ("zwei", "two & a")]


def test_notes_of_anki(write):
    content = (
        "#separator:tab\n#html:true\n#notetype column:1\n#tags column:4\n"
        'Basic\tone<br>more [sound:a.mp3]\teins &amp; mehr\ttag\n'
        'Basic\t"say ""a"""\t{{c1::zwei::hint}}\t\n'
    )  # fmt: skip

    assert pairs(read(write(notes_txt=content))) == [
        ("one more", "eins & mehr"),
        ('say "a"', "zwei"),
    ]


def test_notes_of_anki_that_name_their_fields(write):
    content = "#separator:Semicolon\n#html:false\n#columns:Deutsch;English\neins;a <b> c\n"

    assert pairs(read(write(notes_txt=content))) == [("a <b> c", "eins")]


PHRASES = "English,German,one,eins\nGerman,English,zwei,two\nEnglish,French,three,trois\n"


def test_rows_that_say_their_languages_may_go_both_ways(write):
    found = read(write(saved_csv=PHRASES))

    assert pairs(found) == ONE_TWO
    assert dropped(found) == [(Reason.LANGUAGE, "three")]


def test_such_rows_below_a_header_and_in_an_archive(tmp_path):
    head = "source_lang,target_lang,source,target\n"
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("saved.csv", head + "en,de,one,eins\n" * 9 + "de,en,zwei,two\n")

    assert set(pairs(read([path]))) == set(ONE_TWO)


def test_a_plan_knows_the_languages_of_such_files(write):
    assert plan_import(write(saved_csv=PHRASES)).languages == ("en", "de")
    assert plan_import(write(memory_txt=WORDFAST)).languages == ("en", "de")


@pytest.mark.parametrize(
    "content",
    [
        "context;target\nmenu.open;Öffnen\nmenu.close;Schließen\n",
        "English;Kommentar\none;gut\ntwo;schlecht\n",
        "key;value\ntimeout;30 seconds\n",
        '[{"context": "a b", "target": "eins"}, {"context": "c", "target": "zwei"}]',
        "menu.open;Öffnen\nmenu.close;Schließen\nmenu.new;Neu\n",
    ],
)
def test_one_known_column_is_not_two(write, content):
    name = "x_json" if content.startswith("[") else "x_csv"

    with pytest.raises(CorpusError, match=r"may not hold both en and de: its columns are") as error:
        read(write(**{name: content}))

    assert "--source-column" in error.value.command_hint


@pytest.mark.parametrize(
    "content",
    [
        "English;Text\nThis is the house and it is old.;Das ist das Haus und es ist alt.\n",
        "en;translation\none;eins\n",
        "one;eins\ntwo;zwei\n",
        "English;Englisch\ndog;Hund\n",
    ],
)
def test_two_columns_that_are_known_or_say_nothing_are_taken(write, content):
    assert pairs(read(write(x_csv=content)))


def test_subtitles_that_only_touch_are_no_partners(write):
    english = cue(1, 0, 2, "one") + cue(2, 2, 4, "two")
    german = cue(1, 0, 2.1, "eins") + cue(2, 2.1, 4, "zwei")

    assert pairs(read(write(x_en_srt=english, x_de_srt=german))) == ONE_TWO
