"""Texts inside tags are translated too, and stay inside their tags."""

import pytest

from attnstudio.documents.document import Filled
from attnstudio.documents.reading import read_document

TMX = """<tmx version="1.4"><header srclang="en"/><body>
<tu><tuv xml:lang="en"><seg>{}</seg></tuv>{}</tu>
</body></tmx>"""
XLIFF = """<xliff version="1.2"><file source-language="en" target-language="de" original="x"><body>
<trans-unit id="1"><source>{}</source>{}</trans-unit></body></file></xliff>"""
LINK = (
    'see <bpt i="1">&lt;a title="<sub>the &amp; <hi>red</hi> cat</sub>"&gt;</bpt>here'
    '<ept i="1">&lt;/a&gt;</ept> or <ph>[<sub type="note">a note</sub>]</ph>'
)


@pytest.fixture
def read(tmp_path):
    def read(content, name):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return read_document(path, ("en", "de"))

    return read


def filled(document, *texts):
    fills = [None if text is None else Filled(text) for text in texts]
    return document.content.filled(fills).decode()


@pytest.mark.parametrize(("form", "name"), [(TMX, "a.tmx"), (XLIFF, "a.xlf")])
def test_they_are_segments_beside_the_one_that_they_are_in(read, form, name):
    document = read(form.format(LINK, ""), name)

    assert [(each.source, each.place, each.needs_links) for each in document.segments] == [
        ("see here or", "unit 1", True),
        ("the & red cat", "unit 1, inside tag 1", True),
        ("a note", "unit 1, inside tag 2", False),
    ]


@pytest.mark.parametrize(("form", "name"), [(TMX, "a.tmx"), (XLIFF, "a.xlf")])
def test_they_come_into_the_tags_of_the_target_and_the_source_stays(read, form, name):
    content = form.format(LINK, "")

    new = filled(read(content, name), "SEE HERE OR", "DIE & ROTE KATZE", "<NOTIZ>")

    target = (
        'SEE <bpt i="1">&lt;a title="<sub>DIE &amp; <hi>ROTE</hi> KATZE</sub>"&gt;</bpt>HERE'
        '<ept i="1">&lt;/a&gt;</ept> OR <ph>[<sub type="note">&lt;NOTIZ&gt;</sub>]</ph>'
    )
    assert new.count(LINK) == 1
    assert new.count(target) == 1
    assert new.index(LINK) < new.index(target)


def test_one_that_is_not_translated_stays_as_it_is(read):
    document = read(TMX.format(LINK, ""), "a.tmx")

    assert (
        "<sub>the &amp; <hi>red</hi> cat</sub>"
        in filled(document, "A B C", None, "N").split("A")[1]
    )


def test_nothing_is_written_where_the_segment_itself_is_not_translated(read):
    content = TMX.format(LINK, "")

    assert filled(read(content, "a.tmx"), None, "KATZE", "NOTIZ") == content


@pytest.mark.parametrize(("form", "name"), [(TMX, "a.tmx"), (XLIFF, "a.xlf")])
def test_a_segment_of_tags_alone_has_them_all_the_same(read, form, name):
    inside = ' <ph>&lt;img alt="<sub>a cat</sub>"></ph>'
    document = read(form.format(inside, ""), name)

    assert [each.source for each in document.segments] == ["a cat"]
    assert inside.replace("a cat", "KATZE") in filled(document, "KATZE")


@pytest.mark.parametrize(
    ("form", "name", "target"),
    [
        (TMX, "a.tmx", '<tuv xml:lang="de"><seg>{}</seg></tuv>'),
        (XLIFF, "a.xlf", "<target>{}</target>"),
    ],
)
@pytest.mark.parametrize("inside", [LINK, "<ph><sub>a</sub></ph>"])
def test_what_has_a_target_is_left_alone_with_all_in_it(read, form, name, target, inside):
    content = form.format(inside, target.format("<ph><sub>b</sub></ph>" + inside))
    document = read(content, name)

    assert all(each.is_done for each in document.segments)
    assert filled(document, *(None for _ in document.segments)) == content


def test_one_inside_another_stays(read):
    inside = "x <ph><sub>one <ph><sub>two</sub></ph></sub></ph>"
    document = read(TMX.format(inside, ""), "a.tmx")

    assert [each.source for each in document.segments] == ["x", "one"]
    assert "X <ph><sub>EINS <ph><sub>two</sub></ph></sub></ph>" in filled(document, "X", "EINS")
