import csv
import io
import json
import math
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from records import make_record, weight_words

from attnstudio.axes import Matrix, Meaning
from attnstudio.errors import AlignmentError
from attnstudio.interpretation.caption import caption_of
from attnstudio.interpretation.colours import ColourMap, colour_at, text_colour_on
from attnstudio.interpretation.export import record_to_json, view_to_svg, view_to_table
from attnstudio.interpretation.layout import layout_heatmap
from attnstudio.interpretation.svg import draw_svg
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SITES
from attnstudio.tokenizer import Token

SVG = "{http://www.w3.org/2000/svg}"
ONE_HEAD = Reading(1, 0)


def record_of(source, target, *, forced=False, self_attention=False, seed=3):
    """Pieces separated by spaces; two layers of three heads of random weights."""

    def weights(rows, columns):
        cells = np.random.default_rng(seed).random((2, 3, rows, columns)) ** 3
        return cells / cells.sum(axis=-1, keepdims=True)

    def tokens(pieces, text):
        return (*(Token(piece, 0, 1) for piece in pieces), Token("</s>", len(text), len(text)))

    texts = [side.replace(" ", "").replace("▁", " ").strip() for side in (source, target)]
    source_tokens = tokens(source.split(), texts[0])
    target_tokens = tokens(target.split(), texts[1])
    rows, columns = len(target_tokens), len(source_tokens)
    return make_record(
        (texts[0], source_tokens),
        (texts[1], target_tokens),
        cross=weights(rows, columns),
        encoder_self=weights(columns, columns) if self_attention else None,
        decoder_self=weights(rows, rows) if self_attention else None,
        forced=forced,
        log_probs=(-0.25,) * rows,
    )


def record_to_csv(record, reading):
    return view_to_table(view_of(record, reading))


def record_to_svg(record, reading, *colour_map):
    return view_to_svg(record, view_of(record, reading), *colour_map)


def parse(svg):
    return ElementTree.fromstring(svg)


def group(svg, name):
    (found,) = [g for g in parse(svg).iter(f"{SVG}g") if g.get("class") == name]
    return found


def cells_of(svg):
    return group(svg, "cells").findall(f"{SVG}rect")


def texts_of(svg, name):
    return [text.text for text in group(svg, name).iter(f"{SVG}text")]


def title_of(element):
    return element.find(f"{SVG}title").text


def box_of(element):
    return [float(element.get(name)) for name in ("x", "y", "width", "height")]


@pytest.fixture
def record():
    return record_of("▁the ▁new ▁foot mat", "▁die ▁neue")  # 5 columns, 3 rows


def test_json_has_the_documented_keys_in_order(record):
    assert list(record_to_json(record, Reading())) == [
        "source_tokens",
        "target_tokens",
        "text",
        "source_text",
        "forced",
        "site",
        "reading",
        "taught",
        "cross",
        "encoder_self",
        "decoder_self",
        "token_log_probs",
        "norms",
        "alti",
        "prefix_shares",
        "head_figures",
        "off",
    ]


def test_json_holds_the_record(record):
    reading = Reading(1, None, ReadingMethod.SHIFTED)
    data = json.loads(json.dumps(record_to_json(record, reading), allow_nan=False))
    assert data["source_tokens"] == ["▁the", "▁new", "▁foot", "mat", "</s>"]
    assert data["target_tokens"] == ["▁die", "▁neue", "</s>"]
    assert data["text"] == "die neue"
    assert data["source_text"] == "the new footmat"
    assert data["forced"] is False
    assert Reading.from_mapping(data["reading"]) == reading
    assert data["cross"][1][2][0][4] == record.matrices[CROSS].weights[1, 2, 0, 4]
    assert np.array_equal(data["cross"], record.matrices[CROSS].weights)
    assert data["encoder_self"] is None
    assert data["decoder_self"] is None
    assert data["token_log_probs"] == [-0.25, -0.25, -0.25]


def test_json_holds_self_attention_where_there_is_some():
    record = record_of("▁a ▁b", "▁x", self_attention=True)
    data = record_to_json(record, Reading())
    assert np.array_equal(data["encoder_self"], record.matrices[ENCODER_SELF].weights)
    assert np.array_equal(data["decoder_self"], record.matrices[DECODER_SELF].weights)


def test_an_impossible_token_has_no_log_probability_in_json(record):
    changed = replace(record, token_log_probs=(-1.0, -math.inf, math.nan))
    assert record_to_json(changed, Reading())["token_log_probs"] == [-1.0, None, None]


def test_csv_has_the_source_above_and_a_line_for_each_target_token(record):
    rows = list(csv.reader(io.StringIO(record_to_csv(record, ONE_HEAD))))
    assert rows[0] == ["target over source", "▁the", "▁new", "▁foot", "mat", "</s>"]
    assert [row[0] for row in rows[1:]] == ["▁die", "▁neue", "</s>"]
    read = np.array([[float(weight) for weight in row[1:]] for row in rows[1:]])
    assert np.array_equal(read, record.matrices[CROSS].weights[1, 0])  # every digit


def test_csv_quotes_what_would_break_it():
    record = record_of('▁a,b ▁"c"', "▁x")
    rows = list(csv.reader(io.StringIO(record_to_csv(record, Reading()))))
    assert rows[0] == ["target over source", "▁a,b", '▁"c"', "</s>"]


def test_the_picture_has_one_cell_for_each_weight(record):
    assert len(cells_of(record_to_svg(record, Reading()))) == 3 * 5


@pytest.mark.parametrize("colour_map", ColourMap)
@pytest.mark.parametrize("reading", [ONE_HEAD, Reading(0, 2, ReadingMethod.SHIFTED), Reading()])
def test_every_cell_shows_its_weight(record, colour_map, reading):
    svg = record_to_svg(record, reading, colour_map)
    layer = slice(None) if reading.layer is None else [reading.layer]
    head = slice(None) if reading.head is None else [reading.head]
    weights = record.matrices[CROSS].weights[layer][:, head].mean(axis=(0, 1))
    if reading.method is ReadingMethod.SHIFTED:
        weights = weights[[1, 2, 2]]
    cells, texts = cells_of(svg), group(svg, "weights").findall(f"{SVG}text")
    for row in range(3):
        for column in range(5):
            cell, text = cells[row * 5 + column], texts[row * 5 + column]
            weight = float(weights[row, column])
            names = record.target.tokens[row].text, record.source.tokens[column].text
            colour = colour_at(colour_map, weight)
            assert title_of(cell) == f"{names[0]} ← {names[1]}: {weight:.4f}"
            assert cell.get("fill") == str(colour)
            assert text.text == f"{weight:.2f}"
            assert text.get("fill") == str(text_colour_on(colour))
            left, top, width, height = box_of(cell)
            assert float(text.get("x")) == left + width / 2
            assert top + height / 2 < float(text.get("y")) < top + height * 0.75


def test_the_source_runs_along_the_top_and_the_target_down_the_left(record):
    svg = record_to_svg(record, ONE_HEAD)
    boxes = np.array([box_of(cell) for cell in cells_of(svg)]).reshape(3, 5, 4)
    assert (np.diff(boxes[:, :, 0], axis=1) > 0).all()  # source to the right
    assert (np.diff(boxes[:, :, 1], axis=0) > 0).all()  # target downwards
    assert (boxes[:, 0, 0] == boxes[0, 0, 0]).all()
    assert (boxes[0, :, 1] == boxes[0, 0, 1]).all()
    assert texts_of(svg, "columns") == ["▁the", "▁new", "▁foot", "mat", "</s>"]
    assert texts_of(svg, "rows") == ["▁die", "▁neue", "</s>"]
    for column, label in enumerate(group(svg, "columns").iter(f"{SVG}text")):
        left, width = boxes[0, column, 0], boxes[0, column, 2]
        assert left < float(label.get("x")) < left + width
        assert float(label.get("y")) < boxes[0, 0, 1]
    for row, label in enumerate(group(svg, "rows").iter(f"{SVG}text")):
        top, height = boxes[row, 0, 1], boxes[row, 0, 3]
        assert top < float(label.get("y")) < top + height
        assert float(label.get("x")) < boxes[0, 0, 0]


@pytest.mark.parametrize("source", ["▁القطة ▁صغيرة", "<0xD7> ▁שלום"])
def test_a_right_to_left_source_begins_at_the_right(source):
    record = record_of(source, "▁the ▁cat")
    svg = record_to_svg(record, ONE_HEAD)
    lefts = [box_of(cell)[0] for cell in cells_of(svg)[:3]]
    assert lefts == sorted(lefts, reverse=True)
    labels = [float(label.get("x")) for label in group(svg, "columns").iter(f"{SVG}text")]
    assert labels == sorted(labels, reverse=True)
    weight = record.matrices[CROSS].weights[1, 0, 0, 0]
    assert cells_of(svg)[0].get("fill") == str(colour_at(ColourMap.VIRIDIS, weight))


def test_a_right_to_left_target_does_not_mirror_the_source():
    svg = record_to_svg(record_of("▁the ▁cat", "▁القطة"), ONE_HEAD)
    lefts = [box_of(cell)[0] for cell in cells_of(svg)[:3]]
    assert lefts == sorted(lefts)


def test_special_tokens_are_grey_and_italic(record):
    svg = record_to_svg(record, ONE_HEAD)
    for side in ("columns", "rows"):
        styles = [text.get("font-style") for text in group(svg, side).iter(f"{SVG}text")]
        assert styles == [None] * (len(styles) - 1) + ["italic"]


def test_the_picture_says_what_it_shows(record):
    words = " / ".join(texts_of(record_to_svg(record, Reading(1, 2)), "words"))
    for expected in (
        "layer 1, head 2 · free translation",
        "Source: the new footmat",
        "Translation: die neue",
        "attention weight",
        "Attention Studio",
    ):
        assert expected in words


def test_a_forced_translation_is_called_so():
    svg = record_to_svg(record_of("▁a", "▁x", forced=True), Reading())
    assert any("forced translation" in text for text in texts_of(svg, "words"))


def test_the_picture_can_be_read_aloud(record):
    root = parse(record_to_svg(record, Reading()))
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "Attention: target over source"
    description = root.find(f"{SVG}desc").text
    assert "the new footmat" in description
    assert "die neue" in description


def test_markup_and_control_characters_in_tokens_do_no_harm():
    record = record_of("▁<b>&\"' \x07 ]]>", "▁x")
    svg = record_to_svg(record, Reading())
    assert texts_of(svg, "columns") == ["▁<b>&\"'", "\ufffd", "]]>", "</s>"]


def test_a_long_token_is_elided_and_told_in_full():
    long = "▁Donaudampfschifffahrtsgesellschaftskapitän"
    svg = record_to_svg(record_of("▁a", long), Reading())
    shown = group(svg, "rows")[0]
    assert title_of(shown) == long
    assert shown.find(f"{SVG}text").text.endswith("…")


@pytest.mark.parametrize(
    ("source", "turned"),
    [("我 去 学校", None), ("▁the ▁library", "rotate(-45"), ("▁library " * 60, "rotate(-90")],
)
def test_source_labels_turn_as_far_as_they_must(source, turned):
    svg = record_to_svg(record_of(source, "▁x"), Reading())
    for text in group(svg, "columns").iter(f"{SVG}text"):
        transform = text.get("transform")
        assert transform is None if turned is None else transform.startswith(f"{turned} ")


@pytest.mark.parametrize(("tokens", "has_text"), [(19, True), (20, False)])
def test_weights_are_written_where_there_is_room(tokens, has_text):
    svg = record_to_svg(record_of("▁a " * tokens, "▁x"), Reading())  # and </s>
    assert bool(texts_of(svg, "weights")) is has_text


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("▁a", "▁x"),
        ("▁some ▁Donaudampfschifffahrtsgesellschaft", "▁Donaudampfschifffahrtsgesellschaft"),
        ("▁昨天 图书馆图书馆图书馆图书馆", "▁w"),
        ("▁tok " * 60, "▁wort " * 60),
    ],
)
def test_everything_is_inside_the_picture(source, target):
    root = parse(record_to_svg(record_of(source, target), Reading()))
    width, height = float(root.get("width")), float(root.get("height"))
    assert root.get("viewBox") == f"0 0 {width:g} {height:g}"
    for rect in root.iter(f"{SVG}rect"):
        if rect.get("x") is not None:
            left, top, across, down = box_of(rect)
            assert 0 <= left < left + across <= width
            assert 0 <= top < top + down <= height
    for text in root.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x")) <= width
        assert 0 <= float(text.get("y")) <= height


def test_the_foot_is_below_the_scale_where_it_has_no_room_beside_it(record):
    def foot_of(picture):
        words = {text.text: text for text in group(picture, "words").iter(f"{SVG}text")}
        scale = next(words[text] for text in words if text == "attention weight")
        foot = list(words.values())[-1]
        return float(foot.get("y")) - float(scale.get("y"))

    view = view_of(record, Reading())
    caption = caption_of(record, view)
    long = replace(caption, footer="run a-name-of-some-length, step 12,345 · Attention Studio")
    below = foot_of(draw_svg(layout_heatmap(view, long)))
    beside = foot_of(draw_svg(layout_heatmap(view, replace(caption, footer="short"))))

    assert beside == 0
    assert below > 10


def test_a_reading_that_is_not_there_is_refused_by_table_and_picture(record):
    for export in (record_to_csv, record_to_svg):
        with pytest.raises(AlignmentError, match="layer 2 does not exist"):
            export(record, Reading(2, 0))


def test_json_of_a_model_without_attention_is_empty_but_there():
    record = make_record(("a", (Token("▁a", 0, 1),)), ("x", (Token("▁x", 0, 1),)))
    assert record_to_json(record, Reading())["cross"] == []


NAMES = {
    CROSS: ("target over source", "source", "target"),
    ENCODER_SELF: ("source over itself", "source, looked at", "source, looking"),
    DECODER_SELF: ("target over itself", "target, looked at", "target, looking"),
}


@pytest.mark.parametrize("site", SITES)
def test_a_picture_of_every_site_says_which_it_is_and_shows_its_weights(site):
    record = record_of("▁a ▁b", "▁x", self_attention=True)
    name, columns, rows = NAMES[site]

    svg = record_to_svg(record, Reading(1, 2, ReadingMethod.NAIVE, site))

    assert parse(svg).find(f"{SVG}title").text == f"Attention: {name}"
    assert f"attention, {name}, layer 1, head 2" in parse(svg).find(f"{SVG}desc").text
    words = texts_of(svg, "words")
    assert f"Attention: {name}" in words
    assert words.count(columns) == words.count(rows) == 1
    assert any(word.startswith("layer 1, head 2") for word in words)
    shown = [title_of(cell).rpartition(": ")[2] for cell in cells_of(svg)]
    weights = record.matrices[site].weights[1, 2].flatten().tolist()
    assert shown == list(map(weight_words, weights))
    filled = [cell.get("fill") for cell in cells_of(svg)]
    assert filled == [str(colour_at(ColourMap.VIRIDIS, w)) if w else "#ffffff" for w in weights]


@pytest.mark.parametrize("site", SITES)
def test_a_table_of_every_site_says_which_it_is_and_holds_its_weights(site):
    record = record_of("▁a ▁b", "▁x", self_attention=True)
    looked_at = {
        CROSS: ["▁a", "▁b", "</s>"],
        ENCODER_SELF: ["▁a", "▁b", "</s>"],
        DECODER_SELF: ["<s>", "▁x"],
    }

    rows = list(csv.reader(io.StringIO(record_to_csv(record, Reading(0, 1, site=site)))))

    assert rows[0] == [NAMES[site][0], *looked_at[site]]
    read = np.array([[float(weight) for weight in row[1:]] for row in rows[1:]])
    assert np.array_equal(read, record.matrices[site].weights[0, 1])


@pytest.mark.parametrize("site", SITES)
def test_json_names_the_site_that_is_looked_at(site):
    record = record_of("▁a ▁b", "▁x", self_attention=True)
    data = record_to_json(record, Reading(site=site))
    assert data["site"] == data["reading"]["site"] == site.name
    for each in SITES:
        assert np.array_equal(data[each.name], record.matrices[each].weights)


def test_a_picture_of_signed_scores_calls_them_no_weights():
    record = record_of("▁a ▁b", "▁x")
    scores = Matrix(np.random.default_rng(2).normal(size=(1, 1, 2, 3)), Meaning.SIGNED)
    signed = replace(record, matrices={CROSS: scores})

    svg = record_to_svg(signed, Reading())

    assert parse(svg).find(f"{SVG}title").text == "Scores: target over source"
    assert "weight" not in " ".join(texts_of(svg, "words")).lower()
    shown = [title_of(cell).rpartition(": ")[2] for cell in cells_of(svg)]
    assert shown == [
        f"{score:.4f}".replace("-", "−") for score in scores.weights.flatten().tolist()
    ]
    strongest = float(np.abs(scores.weights).max())
    filled = [cell.get("fill") for cell in cells_of(svg)]
    assert filled == [
        str(colour_at(ColourMap.DIVERGING, (score / strongest + 1) / 2))
        for score in scores.weights.flatten().tolist()
    ]
    assert {f"−{strongest:.3g}", f"{strongest:.3g}"} <= set(texts_of(svg, "words"))


def test_a_picture_says_when_it_is_read_in_the_words_of_the_page():
    record = record_of("▁a ▁b", "▁x")
    shifted = Reading(1, 0, ReadingMethod.SHIFTED)

    caption = caption_of(record, view_of(record, shifted))
    assert caption.subtitle.startswith("layer 1, head 0, read one step later · ")
    assert "shifted" not in caption.description


def test_what_is_exported_of_norms_says_so():
    record = record_of("▁a ▁b", "▁x")
    norms = Matrix(np.full((2, 3, 2, 3), 0.5), Meaning.MAGNITUDE)
    record = replace(record, measured={Measure.NORMS: {CROSS: norms}})
    view = view_of(record, Reading(1, 0, measure=Measure.NORMS))

    caption = caption_of(record, view)
    assert "norms" in caption.subtitle
    assert caption.scale_name == "share of the norms"
    assert view_to_table(view).startswith('"target over source, norms",')
    assert record_to_json(record, view.reading)["norms"] == {"cross": norms.weights.tolist()}


def test_what_is_exported_of_contributions_says_what_they_are_shares_of():
    alti = Matrix(np.full((2, 1, 2, 3), 0.125), Meaning.MAGNITUDE)
    record = replace(record_of("▁a ▁b", "▁x"), measured={Measure.ALTI: {CROSS: alti}})
    view = view_of(record, Reading(1, measure=Measure.ALTI))

    caption = caption_of(record, view)
    assert "layer 1, all heads, alti" in caption.subtitle
    assert caption.scale_name == "share of what the source contributes"
    assert view_to_table(view).startswith('"target over source, alti",')
    written = record_to_json(record, view.reading)
    assert written["alti"] == {"cross": alti.weights.tolist()}
    assert written["prefix_shares"] == {"cross": [[0.625, 0.625]] * 2}
