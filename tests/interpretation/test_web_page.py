"""The page for a browser: its numbers read back, hostile texts, and a click in a real browser."""

import json
import math
import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from records import make_record
from web_pages import ReadPage, numbers_of

from attnstudio.axes import Matrix, Meaning, Record
from attnstudio.config_model import TransformerConfig
from attnstudio.interpretation.page_facts import PRECISION
from attnstudio.interpretation.view import view_of
from attnstudio.interpretation.web_page import record_to_page
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SITES
from attnstudio.tokenizer import SPACE, Token, end_token

HOSTILE = "</script><img src=x onerror=alert(1)> <!--<script> &lt; \u2028 ${1} $title ]]> \\u003c"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


def tokens_of(pieces):
    text, tokens = "", []
    for piece in pieces.split(" "):
        shown = piece.replace(SPACE, " " if text else "")
        tokens.append(Token(piece, len(text), len(text) + len(shown)))
        text += shown
    return text, (*tokens, end_token(text))


def record_of(
    source="▁the ▁green house .", target="▁das ▁grün e ▁Haus", layers=2, heads=3, **changes
):
    generator = np.random.default_rng(5)
    source, target = tokens_of(source), tokens_of(target)
    src_len, tgt_len = len(source[1]), len(target[1])

    def rows(*shape):
        weights = generator.random((layers, heads, *shape)) ** 3
        return weights / weights.sum(axis=-1, keepdims=True)

    given = {
        "cross": rows(tgt_len, src_len),
        "encoder_self": rows(src_len, src_len),
        "decoder_self": rows(tgt_len, tgt_len),
        "norms": generator.random((layers, heads, tgt_len, src_len)) * 40,  # more than two bytes
        "alti": rows(tgt_len, src_len)[:, :1] * 0.7,
    }
    return make_record(source, target, **given | changes)


def test_all_numbers_are_read_back_as_near_as_the_page_says():
    record = record_of(log_probs=(-0.1, -2.0, -math.inf, -0.3, -0.01))
    page = ReadPage(record_to_page(record, Reading(1, 2)))

    [said] = re.findall(r"Numbers are within ([0-9.]+) of", page.shown)
    assert float(said) <= PRECISION
    assert [site["name"] for site in page.record["sites"]] == [site.name for site in SITES]
    for site, content in zip(SITES, page.record["sites"], strict=True):
        blocks = {block["name"]: block for block in content["measures"]}
        assert list(blocks) == [measure.value for measure in record.measures_of(site)]
        for measure in record.measures_of(site):
            found = numbers_of(blocks[measure.value])
            expected = record.numbers_of(site, measure).weights
            assert found.shape == expected.shape
            assert np.abs(found - expected).max() <= float(said)
    assert page.record["token_log_probs"] == [-0.1, -2.0, None, -0.3, -0.01]
    assert page.record["reading"] == Reading(1, 2).to_mapping()
    labels = [token.text for token in record.source.tokens]
    assert page.record["axes"]["source"]["labels"] == labels


def test_numbers_of_either_sign_are_read_back():
    scores = np.random.default_rng(1).normal(size=(1, 2, 5, 5)) * 7
    like = record_of()
    record = Record(
        axes=like.axes,
        matrices={CROSS: Matrix(scores, Meaning.SIGNED)},
        token_log_probs=like.token_log_probs,
        forced=True,
    )

    [content] = ReadPage(record_to_page(record, Reading())).record["sites"]

    assert content["meaning"] == "signed"
    assert np.abs(numbers_of(content["measures"][0]) - scores).max() <= PRECISION


def test_the_page_loads_nothing_and_forbids_it():
    text = record_to_page(record_of(), Reading(), origin="run tiny-1, step 900")
    page = ReadPage(text)

    assert page.links == []
    assert "default-src 'none'" in text
    assert "url(" not in page.scripts["style"]
    for word in ("fetch(", "XMLHttpRequest", "import(", "innerHTML", "eval("):
        assert word not in page.scripts["script"]
    assert "run tiny-1, step 900 · Attention Studio" in page.shown
    assert "prefers-color-scheme: dark" in page.scripts["style"]


def test_a_hostile_sentence_stays_text():
    clean = ReadPage(record_to_page(record_of(), Reading()))
    pieces = HOSTILE.replace(" ", f" {SPACE}")
    page = ReadPage(record_to_page(record_of(source=pieces, target=pieces), Reading()))

    assert page.tags == clean.tags
    assert page.links == []
    assert page.scripts["script"] == clean.scripts["script"]
    assert page.record["axes"]["source"]["labels"] == [*pieces.split(" "), "</s>"]
    assert f"Source: {HOSTILE}" in page.shown
    assert "<" not in page.scripts["application/json"]


def test_thirty_words_and_all_heads_of_a_small_model_weigh_less_than_a_megabyte():
    config = TransformerConfig()
    words = " ".join(f"{SPACE}word{n} s" for n in range(30))  # two pieces a word
    record = record_of(words, words, config.encoder_layers, config.heads)

    text = record_to_page(record, Reading())

    assert len(text.encode()) < 1_000_000


def test_a_model_without_attention_has_a_page_that_says_so():
    source, target = tokens_of("▁a"), tokens_of("▁b")

    page = ReadPage(record_to_page(make_record(source, target), Reading()))

    assert page.record["sites"] == []
    assert "This model has no attention" in page.scripts["script"]


# What a browser is asked to do: a reading, whether it is shifted, and the token that is clicked.
SCENES = [
    (Reading(), "rows", 1),
    (Reading(1, 2), "columns", 2),
    (Reading(1, None, ReadingMethod.SHIFTED), "rows", 0),
    (Reading(0, 1, site=ENCODER_SELF), "rows", 3),
    (Reading(site=DECODER_SELF), "rows", 4),
    (Reading(0, 2, measure=Measure.NORMS), "rows", 2),
    (Reading(None, None, ReadingMethod.SHIFTED, measure=Measure.ALTI), "rows", 3),
]
CLICKING = """
<script>
const results = [];
for (const [reading, side, place] of %s) {
  const pick = (id, value) => {
    const box = document.getElementById(id);
    if (box.type === "checkbox" ? box.checked === value : box.value === value) return;
    box.type === "checkbox" ? (box.checked = value) : (box.value = value);
    box.dispatchEvent(new Event("change", { bubbles: true }));
  };
  pick("site", reading.site);
  pick("measure", reading.measure);
  pick("shifted", reading.method === "shifted");
  const layer = reading.layer === null ? "all layers" : `layer ${reading.layer}`;
  const head = reading.head === null ? "average" : `head ${reading.head}`;
  document.querySelector(`#heads [aria-label^="${layer}, ${head}"]`)?.click();
  document.querySelector(`[data-side=${side}][data-place="${place}"]`).click();
  const other = side === "rows" ? "columns" : "rows";
  const shaded = [...document.querySelectorAll(`#${other} button`)];
  results.push(shaded.map((button) => button.dataset.weight));
  document.querySelector(`[data-side=${side}][data-place="${place}"]`).click(); // let go
}
const kept = document.body.appendChild(document.createElement("pre"));
kept.id = "results";
kept.textContent = JSON.stringify(results);
const stops = document.querySelectorAll("#strips button[tabindex='0']");
document.body.append(`${stops.length} stop for the Tab key`);
const press = (key) => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key, bubbles: true }));
stops[0].focus();
stops[0].click();
["ArrowRight", "ArrowRight", "ArrowLeft", "End", "Home", "ArrowRight"].forEach(press);
const at = document.activeElement.dataset;
document.body.append(`; keys led to ${at.side} ${at.place}`);
press("Escape");
document.body.append(`; ${document.querySelectorAll(".chip [aria-pressed=true]").length} chosen`);
</script>
"""


def opened(tmp_path, text):
    """What a browser makes of a page."""
    page = tmp_path / "page.html"
    page.write_text(text, encoding="utf-8")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    command += [f"--user-data-dir={tmp_path / 'browser'}", page.as_uri()]
    return subprocess.run(command, capture_output=True, timeout=120, check=True).stdout.decode()


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_click_shades_the_numbers_of_the_view(tmp_path):
    record = record_of()
    asked = [[reading.to_mapping(), side, place] for reading, side, place in SCENES]

    answer = opened(tmp_path, record_to_page(record, Reading()) + CLICKING % json.dumps(asked))

    assert "1 stop for the Tab key; keys led to rows 1; 0 chosen" in answer
    [found] = re.findall(r'<pre id="results">(.*?)</pre>', answer)
    for (reading, side, place), weights in zip(SCENES, json.loads(found), strict=True):
        view = view_of(record, reading)
        expected = view.weights[place] if side == "rows" else view.weights[:, place]
        np.testing.assert_allclose([float(weight) for weight in weights], expected, atol=PRECISION)


READING_SIGNS = """
<script>
document.querySelector("[data-side=rows][data-place='0']").click();
const shown = [...document.querySelectorAll("#map td span, .chip .weight, #said, #map caption")];
const ways = [...document.querySelectorAll("#columns .weight")].map(
  (each) => getComputedStyle(each).direction);
document.body.append(`chips ${getComputedStyle(document.getElementById("columns")).direction}, `);
document.body.append(`their numbers ${[...new Set(ways)]}; `);
document.body.append(`numbers: ${shown.map((each) => each.textContent).join(" | ")} end`);
</script>
"""


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_numbers_below_0_have_a_minus_sign(tmp_path):
    like = record_of(source="▁كلب", target="▁das")
    scores = np.array([[[[-1.25, -0.00001], [0.5, 2.0]]]])
    record = Record(
        axes=like.axes,
        matrices={CROSS: Matrix(scores, Meaning.SIGNED)},
        token_log_probs=like.token_log_probs,
        forced=True,
    )

    answer = opened(tmp_path, record_to_page(record, Reading()) + READING_SIGNS)

    [found] = re.findall(r"numbers: ([^<$]*) end", answer)
    assert {"−1.2500", "0.0000", "−1.25", "0.00"} <= set(found.split(" | "))
    assert "-" not in found
    assert "−0.0" not in found
    assert "chips rtl, their numbers ltr;" in answer  # else the sign stands behind its number


READING_ZEROS = """
<script>
document.querySelector("[data-side=rows][data-place='1']").click();
const cells = [...document.querySelectorAll("#map td[data-column]")];
const thumb = document.querySelector("#heads [aria-label^='layer 0'] canvas, #heads canvas");
const dots = thumb.getContext("2d").getImageData(0, 0, thumb.width, thumb.height).data;
const kept = document.body.appendChild(document.createElement("pre"));
kept.id = "results";
kept.textContent = JSON.stringify({
  numbers: cells.map((cell) => cell.textContent),
  blank: cells.map((cell) => !cell.style.background),
  dots: [...dots].filter((_, n) => n % 4 === 3),
  chips: [...document.querySelectorAll("#columns .weight")].map((each) => each.textContent),
  said: document.getElementById("said").textContent,
});
</script>
"""


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_weights_of_exactly_0_are_blank_and_small_ones_are_not(tmp_path):
    like = record_of(source="▁a ▁b", target="▁x")
    weights = np.array([[[[0.75, 0.25 - 1e-6, 1e-6], [0.0, 0.0, 1.0]]]])
    record = replace(like, matrices={CROSS: Matrix(weights)}, measured={})

    answer = opened(tmp_path, record_to_page(record, Reading(0, 0)) + READING_ZEROS)

    [found] = re.findall(r'<pre id="results">(.*?)</pre>', answer)
    results = json.loads(found)
    assert results["numbers"] == ["0.7500", "0.2500", "0.0000", "0", "0", "1.0000"]
    assert results["blank"] == (weights == 0).flatten().tolist()
    assert [dot == 0 for dot in results["dots"]] == (weights == 0).flatten().tolist()
    assert results["chips"] == ["0", "0", "1.00"]
    assert "Blank cells are exactly 0" in answer
    assert "on average" not in answer  # of one head, where all can be chosen
    assert "looks at 1 of 3 tokens" in results["said"]
    assert results["said"].count("0.00") == 0


MEASURING = """
<script>
const measured = [];
const gaps = () => {
  const box = document.getElementById("curves").getBoundingClientRect();
  const row = document.getElementById("rows");
  const ends = [...document.querySelectorAll("#curves path")].map(
    (path) => box.top + Number(path.getAttribute("d").split(" ").at(-1)));
  const tops = [...row.querySelectorAll("button, .weight")].map(
    (each) => each.getBoundingClientRect().top);
  return { buttons: tops[1] - ends[0], numbers: tops[0] - ends[0], curves: ends.length };
};
measured.push(gaps());
document.querySelector("[data-side=rows][data-place='1']").click();
measured.push(gaps());
document.querySelector("[data-side=columns][data-place='1']").click();
measured.push(gaps());
const kept = document.body.appendChild(document.createElement("pre"));
kept.id = "results";
kept.textContent = JSON.stringify(measured);
</script>
"""


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_lines_end_at_the_words_or_at_the_numbers_on_them(tmp_path):
    answer = opened(tmp_path, record_to_page(record_of(), Reading()) + MEASURING)

    [found] = re.findall(r'<pre id="results">(.*?)</pre>', answer)
    links, of_row, of_column = json.loads(found)
    assert min(each["curves"] for each in (links, of_row, of_column)) > 0
    assert links["buttons"] == pytest.approx(1.0, abs=0.5)
    assert of_row["buttons"] == pytest.approx(1.0, abs=0.5)
    assert of_column["numbers"] == pytest.approx(0.0, abs=0.5)


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("is_taught", [False, True])
def test_the_sign_of_a_taught_head_is_explained_where_there_is_one(tmp_path, is_taught):
    taught = Reading(1, 2, ReadingMethod.SHIFTED) if is_taught else None
    record = replace(record_of(), taught=taught)
    answer = opened(tmp_path, record_to_page(record, taught or Reading()))

    assert ("✎ This head was taught where to look." in answer.split("<script")[0]) is is_taught
    assert ('<p id="reading">Layer 1, head 2, read one step later' in answer) is is_taught


READING_OFF = """
<script>
document.querySelector("[data-side=rows][data-place='1']").click();
const found = document.body.appendChild(document.createElement("pre"));
found.id = "results";
const [off, average] = ["head 1", "average"].map((name) =>
  [...document.querySelectorAll("#heads div:nth-child(2) button")].find((each) =>
    each.textContent.startsWith(name)));
const results = {
  off: off.className, curves: document.querySelectorAll("#curves path").length,
  map: document.getElementById("map").className, said: document.getElementById("said").textContent,
  reading: document.getElementById("reading").textContent,
};
average.click();
const spans = document.querySelectorAll("#map td[data-column] span");
results.numbers = [...spans].map((each) => each.textContent);
found.textContent = JSON.stringify(results);
</script>
"""


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_head_that_is_off_is_crossed_out_and_not_in_averages(tmp_path):
    like = record_of(source="▁a ▁b", target="▁x")
    weights = np.random.default_rng(3).dirichlet(np.ones(3), (1, 3, 2)).astype(np.float32)
    record = replace(like, matrices={CROSS: Matrix(weights)}, measured={})
    record = replace(record, off={CROSS: frozenset({(0, 1)})})

    answer = opened(tmp_path, record_to_page(record, Reading(0, 1)) + READING_OFF)

    [found] = re.findall(r'<pre id="results">(.*?)</pre>', answer)
    results = json.loads(found)
    assert (results["off"], results["curves"], results["map"]) == ("off", 0, "off")
    assert results["said"] == "Off: passes nothing on"
    assert "off: passes nothing on" in results["reading"]
    expected = (weights[0, 0] + weights[0, 2]).flatten() / 2
    np.testing.assert_allclose([float(each) for each in results["numbers"]], expected, atol=1e-4)
