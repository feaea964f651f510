"""Files that are damaged, in the way, or made to do harm: a sentence, and nothing is changed."""

import bz2
import gzip
import io
import json
import lzma
import os
import random
import runpy
import struct
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from attnstudio.corpus import gathering, recognise, unpacking
from attnstudio.corpus.import_plan import plan_import
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import AttentionStudioError, CorpusError, StorageError
from attnstudio.project import import_meter, importing
from attnstudio.project.importing import PlannedItem, import_files, import_items
from attnstudio.project.project import Project

PACKINGS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + random.Random(1).randbytes(5_000)
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + random.Random(2).randbytes(5_000)


@pytest.fixture
def empty(tmp_path):
    return Project.create(tmp_path / "project", "en", "de")


@pytest.fixture
def write(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()

    def write(name, content):
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def refusal_of(empty, tmp_path):
    """What is said of files that cannot be imported; all else stays as it was."""

    def refusal_of(*paths, error=CorpusError):
        before = tree_of(tmp_path)
        with pytest.raises(error) as refusal:
            import_files(empty, paths)
        assert tree_of(tmp_path) == before
        assert refusal.value.hint
        return refusal.value.message

    return refusal_of


def tree_of(folder):
    return {path: path.is_file() and path.read_bytes() for path in folder.rglob("*")}


def zipped(members, packing=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.fixture
def small_bombs(monkeypatch):
    monkeypatch.setattr(unpacking, "_BOMB_BYTES", 1 << 20)


@pytest.mark.usefixtures("small_bombs")
@pytest.mark.parametrize(
    "packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=str
)
def test_a_member_that_unpacks_to_too_much_is_refused(write, refusal_of, packing):
    path = write("b.zip", zipped({"a.en": b"a\n" * 1_000_000, "a.de": b"b\n"}, packing))

    assert refusal_of(path) == "b.zip unpacks to more than 200 times its size: that is no text."


@pytest.mark.usefixtures("small_bombs")
def test_a_bomb_within_a_bomb_is_refused(write, refusal_of):
    packed = gzip.compress(gzip.compress(b"a\n" * 8_000_000))
    path = write("b.zip", zipped({"a.en": packed, "a.de": packed}, zipfile.ZIP_STORED))

    assert "unpacks to more than 200 times its size" in refusal_of(path)


@pytest.mark.usefixtures("small_bombs")
def test_a_member_that_lies_about_its_size_is_cut_or_refused(write, refusal_of):
    content = b"a\n" * 4_000_000
    packed = zipped({"a.en": content, "a.de": content})
    path = write("b.zip", packed.replace(struct.pack("<L", len(content)), struct.pack("<L", 9)))

    assert "b.zip:a.en could not be read: Bad CRC-32" in refusal_of(path)


def test_members_that_lie_on_top_of_each_other_are_refused(write, refusal_of):
    packed = zipped({"a.en": random.Random(1).randbytes(10_000), "b.de": b"x\n"})
    start = packed.index(b"PK\x01\x02")
    end = packed.index(b"PK\x01\x02", start + 4)
    directory = packed[start:end] * 50
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 50, 50, len(directory), start, 0)
    path = write("b.zip", packed[:start] + directory + tail)

    assert "lie on top of each other" in refusal_of(path)


def test_an_archive_in_an_archive_is_not_opened(write, refusal_of):
    path = write("b.zip", zipped({"inner.zip": zipped({"a.en": "a\n"})}))

    assert refusal_of(path) == "b.zip:inner.zip is an archive inside an archive."


@pytest.mark.parametrize(
    "folder", ["../../../", "/etc/", "C:\\windows\\", "x\\..\\..\\", "\x1b[2J"]
)
def test_the_names_in_an_archive_lead_nowhere(empty, write, tmp_path, folder):
    path = write("a.zip", zipped({f"{folder}a.en": "one\n", f"{folder}a.de": "eins\n"}))
    before = tree_of(tmp_path)

    report = import_files(empty, [path])

    assert report.pairs == 1
    assert all(name.isprintable() for name in (*report.source, *report.target))
    assert all(empty.folder in path.parents for path in set(tree_of(tmp_path)) - set(before))


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_links_in_a_folder_lead_into_no_circle(empty, write):
    write("a.en", "one\n")
    folder = write("a.de", "eins\n").parent
    (folder / "around").symlink_to(folder)
    (folder / "itself.en").symlink_to(folder / "itself.en")
    (folder / "nowhere.de").symlink_to(folder / "nothing")

    assert import_files(empty, [folder]).pairs == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
@pytest.mark.parametrize("name", ["a.en", "a.zip", "a.tmx"])
def test_a_pipe_or_a_device_is_not_waited_for(empty, write, name):
    partner = write("b.de", "eins\n")
    pipe = partner.with_name(name)
    os.mkfifo(pipe)
    message = f"{pipe} is a device or a pipe."

    assert message_of(import_files, empty, [pipe, partner]) == message
    assert message_of(plan_import, [pipe]) == message
    assert "There is nothing in files" in message_of(import_files, empty, [partner.parent])


def message_of(function, *arguments):
    with pytest.raises(AttentionStudioError) as refusal:
        function(*arguments)
    return refusal.value.message


BOMB = "".join(f'<!ENTITY e{n} "{"&e" + str(n - 1) + ";" if n else "ha"}">' for n in range(20))
OUTSIDE = '<!ENTITY e19 SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("declared", [BOMB, OUTSIDE], ids=["bomb", "outside"])
@pytest.mark.parametrize(
    ("name", "root", "content"),
    [
        ("a.tmx", "tmx", "<tmx><body>&e19;</body></tmx>"),
        ("a.xlf", "xliff", "<xliff><file><body>&e19;</body></file></xliff>"),
        ("a.xml", "dataset", "<dataset><doc>&e19;</doc></dataset>"),
    ],
)
def test_entities_are_refused_in_every_xml(write, refusal_of, declared, name, root, content):
    path = write(name, f'<?xml version="1.0"?><!DOCTYPE {root} [{declared}]>{content}')

    assert f"{name} is refused: its entity" in refusal_of(path)


def workbook(rows, head=""):
    """A minimal .xlsx with inline strings."""
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in row) + "</row>"
        for row in rows
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{types}"><Override PartName="/xl/workbook.xml" '
            f'ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
            f'ContentType="{kind}.worksheet+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
            f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{main}"><sheetData>{cells}'
            "</sheetData></worksheet>",
        }
    )


@pytest.mark.parametrize("declared", [BOMB, OUTSIDE], ids=["bomb", "outside"])
def test_entities_in_a_workbook_bring_nothing_in(empty, write, declared):
    content = workbook([["&e19;", "eins"], ["two", "zwei"]], f"<!DOCTYPE x [{declared}]>")
    path = write("a.xlsx", content)

    with suppress(CorpusError):  # as it is without a library that knows better
        import_files(empty, [path])
    stored = [pair.source for pair in empty.corpus()] if empty.file.corpus else []
    assert max(map(len, stored), default=0) < 10


def test_a_workbook_is_read_as_it_is(empty, write):
    path = write("a.xlsx", workbook([["one", "eins"], ["two", "zwei"]]))

    assert import_files(empty, [path]).pairs == 2


FILES = {
    "a.tsv": "".join(f"the house {n}\tdas Haus {n}\n" for n in range(200)),
    "a.csv": 'en,de\n"the, house","das ""Haus"""\n' * 50,
    "a.jsonl": '{"translation": {"en": "one", "de": "größer"}}\n' * 50,
    "a.json": json.dumps([{"en": f"one {n}", "de": f"eins {n}"} for n in range(50)]),
    "a.tmx": '<?xml version="1.0"?><tmx version="1.4"><header/><body>'
    + '<tu><tuv xml:lang="en"><seg>one <ph>x</ph></seg></tuv>'
    '<tuv xml:lang="de"><seg>größer</seg></tuv></tu>' * 50 + "</body></tmx>",
    "a.xlf": '<xliff version="1.2"><file source-language="en" target-language="de"><body>'
    + "<trans-unit><source>one</source><target>größer</target></trans-unit>" * 50
    + "</body></file></xliff>",
    "a.po": 'msgid ""\nmsgstr "Language: de\\n"\n\n'
    + "".join(f'msgid "one {n}"\nmsgstr "größer {n}"\n\n' for n in range(50)),
}
CONTENTS = {
    **{name: content.encode() for name, content in FILES.items()},
    "a.xlsx": workbook([[f"one {n}", f"eins {n}"] for n in range(50)]),
    "wide.tsv": FILES["a.tsv"].encode("utf-16"),
    "a.zip": zipped({"x/a.en": "one\ntwo\n" * 50, "x/a.de": "eins\nzwei\n" * 50, "README": "x"}),
}


@pytest.mark.parametrize("ending", [*PACKINGS, ".zip", ".xlsx"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.99])
def test_an_archive_that_is_cut_off_is_refused(write, refusal_of, ending, share):
    match ending:
        case ".zip":
            content = CONTENTS["a.zip"]
        case ".xlsx":
            content = CONTENTS["a.xlsx"]
        case _:
            content = PACKINGS[ending](random.Random(3).randbytes(3_000).hex().encode())
    path = write(f"a.tsv{ending}", content[: int(share * len(content))])

    assert refusal_of(path).startswith(("a.tsv", "There is no text in a.tsv"))


@pytest.mark.parametrize("content", [PNG, EXE], ids=["picture", "program"])
@pytest.mark.parametrize("name", ["a.tmx", "a.tsv", "a.json", "a.po", "a.xlf", "a.csv.gz"])
def test_what_is_no_text_is_refused_whatever_its_name(write, refusal_of, content, name):
    assert refusal_of(write(name, content)).startswith(name)


def test_two_pictures_are_no_pair(write, refusal_of):
    message = refusal_of(write("a.en", PNG), write("a.de", PNG))

    assert message.startswith("a.en is no text: its bytes are those of a program, a picture")


def test_a_folder_of_very_many_files_is_read_in_bounded_time(empty, tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(500):
        (folder / f"{number}.en").write_text(f"one {number}\n")
        (folder / f"{number}.de").write_text(f"eins {number}\n")

    assert import_files(empty, [folder]).pairs == 500


def test_a_folder_of_too_many_files_is_refused(write, refusal_of, monkeypatch):
    monkeypatch.setattr(gathering, "_MOST_FILES", 2)
    for name in ("a.en", "a.de", "b.en"):
        folder = write(name, "x\n").parent

    assert refusal_of(folder) == "files holds more than 2 files."


def test_a_folder_of_more_texts_than_a_project_should_list_is_refused(
    write, refusal_of, monkeypatch
):
    monkeypatch.setattr(gathering, "_MOST_READ", 3)
    for name in ("a.en", "a.de", "b.en", "b.de"):
        folder = write(name, "x\n").parent

    assert refusal_of(folder) == "files holds 4 files to import, more than 3."


@pytest.fixture
def closed():
    """A folder with a text and a folder that may not be read; the superuser is someone else."""
    if not hasattr(os, "geteuid"):
        pytest.skip("rights are different here")
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "files")
        (folder / "closed").mkdir(parents=True)
        for path in (folder / "a.en", folder / "a.de", folder / "closed" / "b.en"):
            path.write_text("a\n")
        (folder / "a.en").chmod(0)
        (folder / "closed").chmod(0)
        folder.parent.chmod(0o755)
        if user == 0:
            os.seteuid(65_534)
        yield folder
        os.seteuid(user)
        (folder / "closed").chmod(0o755)


def test_what_may_not_be_read_is_named(closed):
    def said(*paths):
        with pytest.raises(CorpusError) as refusal:
            recognise.recognise(paths, "en", "de")
        return str(refusal.value)

    hint = "you may not read it. Ask its owner, or copy it to a folder of yours."
    assert said(closed / "a.en", closed / "a.de") == f"a.en could not be read: {hint}"
    assert said(closed / "closed" / "b.en") == f"b.en could not be read: {hint}"
    assert said(closed) == f"closed could not be read: {hint}"


@pytest.mark.parametrize("change", ["appended", "gone", "cut"])
def test_a_file_that_changes_while_it_is_read_is_refused(empty, write, monkeypatch, change):
    monkeypatch.setattr(import_meter, "_TOLD_EVERY_S", 0.0)
    paths = [write("a.en", "one\n" * 200_000), write("a.de", "eins\n" * 200_000)]
    before = tree_of(empty.folder)

    def interfere(done, total):
        if total is None or done <= 0.5 * total:
            return
        if change == "appended":
            paths[0].write_text("one\n" * 200_001)
        elif change == "cut":
            paths[0].write_text("one\n")
        else:
            paths[0].unlink(missing_ok=True)

    with pytest.raises(CorpusError) as refusal:
        import_files(empty, paths, progress=interfere)

    assert "a.en" in refusal.value.message
    assert tree_of(empty.folder) == before


def test_a_file_that_is_gone_since_it_was_planned_is_refused(empty, write):
    path = write("a.tsv", FILES["a.tsv"])
    items = [PlannedItem(planned.item, Split.TRAIN) for planned in plan_import([path]).files]
    path.unlink()

    assert "a.tsv could not be read: No such file" in message_of(import_items, empty, items)


@pytest.fixture
def disk():
    """A disk that is full once a program has written so much to one file."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", [1, 300, 2_000, 10_000, 100_000])
@pytest.mark.parametrize("has_corpus", [False, True], ids=["empty project", "filled project"])
def test_a_full_disk_leaves_the_project_as_it_was(empty, write, disk, room, has_corpus):
    if has_corpus:
        import_files(empty, [write("first.tsv", "\n".join(f"a {n}\tb" for n in range(200)))])
    paths = [write("a.en", "".join(f"a line of text {n}\n" for n in range(9_000)))]
    paths += [write("a.de", "".join(f"eine Zeile Text {n}\n" for n in range(9_000)))]
    before = tree_of(empty.folder)

    disk(room)
    with pytest.raises(StorageError) as refusal:
        import_files(empty, paths)
    disk(-1)

    assert "could not be changed: File too large." in refusal.value.message
    assert "raise the limit or choose another disk" in refusal.value.hint
    assert tree_of(empty.folder) == before


@pytest.mark.parametrize("failing", ["project.toml", "0001.json"])
def test_a_disk_that_is_full_at_the_very_end_leaves_the_project_as_it_was(
    empty, write, monkeypatch, failing
):
    path = write("a.tsv", FILES["a.tsv"])
    before = tree_of(empty.folder)
    replace = Path.replace

    def fail(self, target):
        if Path(target).name == failing:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    assert "No space left on device" in message_of(import_files, empty, [path])
    assert tree_of(empty.folder) == before


def test_a_line_without_end_is_refused(write, refusal_of):
    path, partner = write("a.en", b"a" * (20 << 20)), write("a.de", "eins\n")

    assert refusal_of(path, partner) == "a.en:1 is longer than 16 MB: that is no sentence."
    assert refusal_of(path.rename(path.with_name("a.tsv"))).startswith("a.tsv:1 is longer than")


def test_a_row_of_a_million_cells_is_read_soon(empty, write):
    wide = "\t" * 10_000_000
    path = write("a.tsv", f"one\teins\n{wide}\ntwo\tzwei{wide}\nthree\tdrei\n")

    assert import_files(empty, [path]).pairs == 3


def test_a_great_many_blank_lines_are_refused_soon(write, refusal_of, monkeypatch):
    monkeypatch.setattr(importing, "_MOST_EMPTY", 20_000)
    blank = gzip.compress(b"\n" * 10_000_000)

    message = refusal_of(write("a.en", blank), write("a.de", blank))
    assert message.startswith("There is no usable pair in a.en, a.de; ")


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        '[{"en": ' + "[" * 100_000,
        '{"en": ' + "[" * 100_000 + "\n" + '{"en": "a"}\n',
        f'[{{"en": "a", "de": {"9" * 10_000}}}]',
        '{"en": "\\ud800", "de": "\\udc00"}\n' * 3,
    ],
    ids=["arrays", "objects", "value", "line", "digits", "half characters"],
)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.txt"])
def test_json_made_to_break_a_parser_is_refused(write, refusal_of, name, content):
    assert "a." in refusal_of(write(name, content))


@pytest.mark.parametrize("seed", range(4))
def test_spoilt_files_end_in_pairs_or_in_a_sentence(tmp_path, seed):
    benchmark = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "importing.py"))
    chance = random.Random(seed)
    outcomes = set()
    for number in range(75):
        name = chance.choice(list(CONTENTS))
        spoilt = benchmark["mutated"](CONTENTS[name], CONTENTS, chance)
        content, packing = benchmark["repacked"](spoilt, chance)
        path = tmp_path / f"{number}{name}{packing}"
        path.write_bytes(content)
        outcome, details = benchmark["outcome_of"](path)
        assert outcome != "failed", f"{path}: {details}"
        outcomes.add(outcome)
    assert {"pairs", "refused"} <= outcomes
