import bz2
import codecs
import errno
import gzip
import lzma
import os
import random
import time
import zipfile

import pytest

from attnstudio.corpus import text_source, unpacking
from attnstudio.corpus.archives import text_sources
from attnstudio.corpus.encoding import Encoding
from attnstudio.corpus.text_source import (
    TextSource,
    encoding_of,
    is_text,
    open_bytes,
    open_lines,
    readable,
    size_of,
)
from attnstudio.errors import CorpusError

TEXT = b"one\ntwo\nthree\n"


def lines_of(path, member=None):
    with open_lines(TextSource(path, member)) as lines:
        return list(lines)


def write_zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def written(tmp_path):
    def write(content, name="text.en"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_the_ends_of_all_systems_end_a_line(written, end):
    assert lines_of(written(end.join([b"a", b"", b"b", b""]))) == ["a", "", "b"]


@pytest.mark.parametrize("inside", ["\u2028", "\u2029", "\u0085", "\f", "\v", "\x1c", "\x1e", "\0"])
def test_nothing_else_ends_a_line(written, inside):
    content = f"a{inside}b\nc\n".encode()

    assert [f"a{inside}b", "c"] == lines_of(written(content))


def test_the_last_line_needs_no_end(written):
    assert lines_of(written(b"a\nb")) == ["a", "b"]


def test_an_empty_file_has_no_lines(written):
    assert lines_of(written(b"")) == []


def test_a_byte_order_mark_is_no_text(written):
    assert lines_of(written("\ufeffä\nb\n".encode())) == ["ä", "b"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_by_its_mark(written, encoding):
    content = "\ufeff你好\r\nsmile 😀\u2028x\n\u0a0a\u0d0d\n".encode(encoding)

    assert lines_of(written(content)) == ["你好", "smile 😀\u2028x", "\u0a0a\u0d0d"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("block", [1, 2, 3, 5])
def test_where_a_block_ends_changes_nothing(written, end, block, monkeypatch):
    path = written(end.join([b"a\xc3\xa4", b"", b"b", b"", b"c"]))
    monkeypatch.setattr(text_source, "_BLOCK", block)

    assert lines_of(path) == ["aä", "", "b", "", "c"]


def test_a_line_longer_than_any_sentence_is_refused(written, monkeypatch):
    monkeypatch.setattr(text_source, "_LONGEST_LINE", 1 << 20)
    path = written(b"one\n" + b"a" * (1 << 21))

    with pytest.raises(CorpusError, match=r"^text\.en:2 is longer than 1 MB: that is no sentence"):
        lines_of(path)


def test_a_line_that_is_not_text_keeps_its_place_and_what_can_be_read_of_it(written):
    lines = lines_of(written(b"one\nf\xfcr\nthree \xc3\xa9\n"))

    assert [is_text(line) for line in lines] == [True, False, True]
    assert readable(lines[1]) == "f\ufffdr"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_half_a_character_in_utf_16_spoils_its_line_only(written, encoding):
    content = "\ufeffone\nt\ud800wo\nth\udc00\nfour\n".encode(encoding, "surrogatepass")

    lines = lines_of(written(content))

    assert [readable(line) for line in lines] == ["one", "t\ufffdwo", "th\ufffd", "four"]
    assert [is_text(line) for line in lines] == [True, False, False, True]


def test_utf_16_that_ends_in_half_a_unit_is_refused(written):
    path = written("\ufeffone\n".encode("utf-16-le") + b"x")

    with pytest.raises(CorpusError, match=r"^text\.en could not be read: truncated data\. "):
        lines_of(path)


@pytest.mark.parametrize(
    ("ending", "pack"),
    [
        (".gz", gzip.compress),
        (".GZ", gzip.compress),
        (".bz2", bz2.compress),
        (".xz", lzma.compress),
        ("", bytes),
    ],
)
def test_packed_texts_are_unpacked(written, ending, pack):
    path = written(pack(TEXT), "train.en" + ending)

    assert lines_of(path) == ["one", "two", "three"]
    assert TextSource(path).inner_name == "train.en"


def test_members_of_archives_are_texts_packed_or_not(tmp_path):
    path = write_zip(
        tmp_path / "both.zip", {"data/train.en": TEXT, "data/train.de.gz": gzip.compress(TEXT)}
    )

    sources = text_sources(path)

    assert [s.name for s in sources] == ["both.zip:data/train.en", "both.zip:data/train.de.gz"]
    assert [source.inner_name for source in sources] == ["train.en", "train.de"]
    assert [lines_of(s.path, s.member) for s in sources] == [["one", "two", "three"]] * 2


def test_what_finder_adds_to_archives_is_not_seen(tmp_path):
    members = {"a.en": TEXT, "__MACOSX/._a.en": b"junk", "d/.DS_Store": b"junk", "folder/": b""}
    path = write_zip(tmp_path / "mac.zip", members)

    assert [TextSource(path, "a.en")] == text_sources(path)


@pytest.mark.parametrize("name", ["train.en.gz", "train.en.bz2", "train.en.xz"])
def test_a_text_that_only_its_name_calls_packed_is_read_as_it_is(written, name):
    assert lines_of(written(TEXT, name)) == ["one", "two", "three"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_text_is_unpacked_whatever_its_name(written, pack):
    assert lines_of(written(pack(TEXT), "train.en")) == ["one", "two", "three"]
    assert lines_of(written(pack(gzip.compress(TEXT)), "train.en.gz")) == ["one", "two", "three"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_what_unpacks_a_thousandfold_is_refused(written, pack, monkeypatch):
    monkeypatch.setattr(unpacking, "_BOMB_BYTES", 1 << 20)
    path = written(pack(b"a\n" * (1 << 23)), "bomb.en")
    with pytest.raises(CorpusError, match=r"^bomb\.en unpacks to more than 200 times its size"):
        lines_of(path)


def test_a_link_in_an_archive_is_not_followed(tmp_path):
    path = tmp_path / "links.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.en", TEXT)
        link = zipfile.ZipInfo("a.de")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert text_sources(path) == [TextSource(path, "a.en")]


def test_what_is_read_from_the_disk_is_told(written):
    content = gzip.compress(random.Random(1).randbytes(1 << 20))
    path, told = written(content, "train.en.gz"), []
    with open_bytes(TextSource(path), told.append) as file:
        file.read()
    assert sum(told) == len(content) == size_of(TextSource(path))
    assert max(told) < len(content) / 4


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("damage", ["cut", "spoilt"])
def test_damaged_packing_names_the_file(written, pack, damage):
    endings = {gzip.compress: ".gz", bz2.compress: ".bz2", lzma.compress: ".xz"}
    packed = pack(bytes(range(256)) * 50)
    middle = len(packed) // 2
    content = {
        "cut": packed[:-12],
        "spoilt": packed[:middle] + b"\x00\xff\x00\xff" * 3 + packed[middle + 12 :],
    }[damage]
    name = "train.en" + endings[pack]

    with pytest.raises(CorpusError, match=rf"^{name} could not be read: .+\. The file may be"):
        lines_of(written(content, name))


def test_an_archive_that_is_none_is_refused(written):
    with pytest.raises(CorpusError, match=r"^x\.zip could not be read: File is not a zip file\. "):
        text_sources(written(b"PK no zip", "x.zip"))


def test_a_spoilt_member_names_the_member(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("train.en", TEXT)
    path.write_bytes(path.read_bytes().replace(b"three", b"THREE", 1))

    with pytest.raises(CorpusError, match=r"^x\.zip:train\.en could not be read: Bad CRC"):
        lines_of(path, "train.en")


def test_an_archive_with_a_password_is_refused(tmp_path):
    path = write_zip(tmp_path / "x.zip", {"train.en": TEXT})
    content = bytearray(path.read_bytes())
    content[6] |= 1  # "encrypted", in the member's own header and in the table of contents
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)

    with pytest.raises(CorpusError, match=r"^x\.zip:train\.en could not be read: .*encrypted"):
        lines_of(path, "train.en")


def test_an_empty_archive_is_refused(tmp_path):
    path = write_zip(tmp_path / "x.zip", {})

    with pytest.raises(CorpusError, match=r"^x\.zip has no files in it\. "):
        text_sources(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_is_not_opened(tmp_path):
    pipe = tmp_path / "a.en"
    os.mkfifo(pipe)

    with pytest.raises(CorpusError, match=r"a\.en is a device or a pipe\. Save what it gives"):
        lines_of(pipe)


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(CorpusError, match=r"is a folder\. Name the files in it\.$"):
        text_sources(tmp_path)
    with pytest.raises(CorpusError, match=r"^There is no file .*nothing\.en\. Check the name"):
        text_sources(tmp_path / "nothing.en")


@pytest.mark.parametrize("name", ["my corpus.en", "语料库.en", "🙂 ö.en", "a;b'$(x).en"])
def test_file_names_of_all_kinds_are_read(written, name):
    path = written(TEXT, name)

    assert lines_of(path) == ["one", "two", "three"]
    assert [name] == [source.name for source in text_sources(path)]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_an_encoding_shows_at_the_first_letter_beyond_ascii_however_late(tmp_path, pack):
    path = tmp_path / "x.txt"
    late = "Voilà l'été, où la forêt était très près de la mer.\n" * 20
    path.write_bytes(pack(b"plain line\n" * 60_000 + late.encode("cp1252")))

    assert encoding_of(TextSource(path)).name == "cp1252"
    with open_lines(TextSource(path)) as lines:
        assert all(map(is_text, lines))


def test_a_file_is_looked_at_once_for_its_encoding_and_again_when_it_changed(written, monkeypatch):
    opened = []
    monkeypatch.setattr(
        text_source, "open_bytes", lambda source: opened.append(source) or open_bytes(source)
    )
    source = TextSource(written("Grüße\n".encode()))
    long_ago = time.time() - 60
    os.utime(source.path, (long_ago, long_ago))

    assert encoding_of(source) == encoding_of(source) == Encoding("utf-8-sig")
    assert len(opened) == 1

    source.path.write_bytes(codecs.BOM_UTF16_LE + "ab".encode("utf-16-le"))
    assert encoding_of(source).name == "utf-16"


def test_a_file_that_may_change_unseen_is_looked_at_each_time(written):
    source = TextSource(written(b"\xef\xbb\xbfabc"))
    now = time.time()
    os.utime(source.path, (now, now))
    assert encoding_of(source).name == "utf-8-sig"

    source.path.write_bytes(b"\xff\xfea\0b\0")
    os.utime(source.path, (now, now))

    assert encoding_of(source).name == "utf-16"


def test_what_is_refused_of_one_of_two_files_names_that_one(written):
    first, second = written(b"a", "text.en"), written(b"b", "text.de")

    with (
        pytest.raises(CorpusError, match=r"^text\.en could not be read: you may not read it"),
        open_bytes(TextSource(first)),
        open_bytes(TextSource(second)),
    ):
        raise PermissionError(errno.EACCES, "Permission denied", str(first))


def test_a_file_in_an_archive_keeps_its_own_name(tmp_path):
    path = write_zip(tmp_path / "pairs.zip", {"a.en": "one"})
    [source] = text_sources(path)

    with pytest.raises(CorpusError, match="Input/output error") as refused, open_bytes(source):
        raise OSError(errno.EIO, "Input/output error", str(path))
    assert source.name in refused.value.message
