"""Formula cards in pages for a browser: against NumPy, against the window's words, and clicked."""

import json
import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from numpy_models import NumpyRecurrent, NumpyTransformer
from safetensors.numpy import load_file
from web_pages import ReadPage, formula_cards

from attnstudio.inference import step_reader
from attnstudio.inference.score_reader import not_written
from attnstudio.inference.step_numbers import StepPlace
from attnstudio.interpretation.formula import TOLERANCE, number_text
from attnstudio.interpretation.formula_cards import cards_of, told_apart
from attnstudio.interpretation.page_formulas import formula_facts
from attnstudio.interpretation.sum_lines import sum_lines, sum_of
from attnstudio.interpretation.web_page import MOST_BYTES, record_to_page
from attnstudio.project.project import Project
from attnstudio.project.run_loading import load_run
from attnstudio.reading import Reading
from attnstudio.sites import CROSS, DECODER_SELF
from attnstudio.tokenizer import END_ID, START_ID, Tokenizer

SENTENCE, TRANSLATION = "the dog sees a bird today", "heute sieht der Hund ein Vogel"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
LEARNED = (  # a few steps that go far, so that no bias is 0 and no attention even
    "--threads", "1", "--precision", "fp32", "--max-steps", "6", "--set", "guidance.weight=0",
    "--set", "training.learning_rate=0.05", "--set", "training.warmup_steps=1",
    "--set", "tokenizer.vocabulary_size=300", "--set", "training.decoded_pairs=2",
    "--set", "training.watch_sentences=0", "--set", "training.average_decay=0",
)  # fmt: skip
TRANSFORMER = (
    "--preset", "tiny", "--set", "model.model_size=16", "--set", "model.feedforward_size=24",
)  # fmt: skip


def recurrent(attention, cell):
    return (
        "--preset", "bahdanau", "--set", "model.embedding_size=6", "--set", "model.hidden_size=8",
        "--set", f"model.attention={attention}", "--set", f"model.cell={cell}",
        "--set", "model.layers=2",
    )  # fmt: skip


def parts(chosen):
    return [word for key, kind in chosen.items() for word in ("--set", f"model.{key}={kind}")]


OTHER = {
    "transformer": {},
    "distances": {"positions": "transformer_xl", "normaliser": "sparsemax", "norm": "deep"},
    "linear": {"normaliser": "linear", "own_reach": "window", "window": 2},
}
KINDS = {
    "additive": recurrent("additive", "gru"),
    "dot": recurrent("dot", "lstm"),
    **{name: (*TRANSFORMER, *parts(chosen)) for name, chosen in OTHER.items()},
}


@pytest.fixture(scope="module", params=KINDS)
def learned(request, tmp_path_factory, imported, attnstudio):
    """A kind of model and its project."""
    project = shutil.copytree(imported, tmp_path_factory.mktemp("learned") / "project")
    reply = attnstudio("train", project, *KINDS[request.param], *LEARNED)
    assert reply.code == 0, reply.err
    return request.param, project


def witness_of(kind, project):
    """The numbers of the cards of a place, by a forward pass in NumPy, and what is fed."""
    [run] = project.glob("runs/*")
    step = json.loads((run / "checkpoints.json").read_text("utf-8"))["best"]
    tensors = load_file(run / "checkpoints" / str(step) / "model.safetensors")
    [model] = {path.read_bytes() for path in project.glob("tokenizers/*/*.model")}
    tokenizer = Tokenizer(model)
    source = [*tokenizer.encode(SENTENCE), END_ID]
    target = [START_ID, *tokenizer.encode(TRANSLATION), END_ID]
    if kind in OTHER:
        transformer = NumpyTransformer(tensors, heads=4, **OTHER[kind])
        return lambda *place: transformer.cards(source, target[:-1], *place), target
    cell = "lstm" if kind == "dot" else "gru"
    cells = NumpyRecurrent(tensors, kind, cell, fed=True)
    return lambda _site, _layer, _head, place: cells.cards(source, target, place), target


def outcome(cards, logits, written):
    """What the cards of logits and probabilities should hold: the piece that is written first."""
    [shown] = [card["values"][0] for card in cards if card["name"] == "logits"]
    likeliest = [piece for piece in np.argsort(-logits) if piece != written]
    ids = [written, *likeliest[: len(shown) - 1]]
    shares = np.exp(logits - logits.max())
    return {"logits": logits[ids], "probabilities": (shares / shares.sum())[ids]}


def page_of(attnstudio, project, tmp_path, *options):
    to = tmp_path / "page.html"
    reply = attnstudio("attend", project, SENTENCE, "--forced", TRANSLATION, "-o", to, *options)
    assert reply.code == 0, reply.err
    return ReadPage(to.read_text("utf-8"))


def read_text(number):
    """A number back from its digits."""
    return float(number.replace("−", "-").replace("∞", "inf"))


def test_every_number_of_a_page_follows_from_the_file_of_the_model(attnstudio, learned, tmp_path):
    kind, project = learned
    formulas = page_of(attnstudio, project, tmp_path).record["formulas"]
    cards_at, target = witness_of(kind, project)

    sites = {key.partition(".")[0] for key in formulas["steps"]}
    there = {"cross", "encoder_self", "decoder_self"} if kind in OTHER else {"cross"}
    assert sites == there if kind == "transformer" else "cross" in sites <= there  # 1 MB is full
    for key in formulas["steps"]:
        site, *place = key.split(".")
        expected, logits = cards_at(site, *map(int, place))
        cards = formula_cards(formulas, key)
        if logits is not None:
            expected |= outcome(cards, logits, target[int(place[-1]) + 1])
        for card in cards:
            layer = re.findall(r"layer (\d)", card["title"])
            wanted = expected[(card["name"], int(layer[0])) if layer else card["name"]]
            np.testing.assert_allclose(
                card["values"], np.atleast_2d(wanted), atol=TOLERANCE, rtol=0, err_msg=key
            )
            assert card["check"].startswith(("✓", "Taken")) or not card["values"].size
            last = len(card["values"]) - 1  # of a single row each number is told of
            for place, (column, lines) in enumerate(card["sums"]):
                row = min(place, last)
                *parts, (_, finish, result) = lines
                assert read_text(result) == pytest.approx(
                    card["values"][row, column], rel=6e-3, abs=TOLERANCE
                )
                if parts and not finish:
                    total = sum(read_text(number) for _, _, number in parts)
                    assert total == pytest.approx(read_text(result), rel=1e-2, abs=1e-3)


@pytest.fixture
def shown(learned):
    """A kind of model, the record of a sentence, and its numbers."""
    kind, folder = learned
    project = Project.open(folder)
    [run] = project.runs()
    translator = load_run(project, run, threads=1).translator
    pair = translator.read_forced(SENTENCE, TRANSLATION)
    return kind, translator.records([pair])[0], translator.numbers(pair)


def test_a_page_has_as_many_steps_as_there_is_room_for(shown):
    _, record, numbers = shown
    whole = formula_facts(numbers, record, Reading(0, 0), MOST_BYTES)
    size = len(json.dumps(whole, ensure_ascii=False).encode())
    part = formula_facts(numbers, record, Reading(0, 0), size // 2)

    assert 0 < len(part["steps"]) < len(whole["steps"])
    assert list(part["steps"]) == list(whole["steps"])[: len(part["steps"])]
    assert next(iter(whole["steps"])) == "cross.0.0.0"
    assert len(json.dumps(part, ensure_ascii=False).encode()) <= size // 2
    assert formula_facts(numbers, record, Reading(0, 0), 0)["steps"] == {}
    assert len(record_to_page(record, Reading(), numbers=numbers).encode()) < MOST_BYTES


HOSTILE = "</script><img src=x onerror=alert(1)>{piece}<!-- &lt; \u2028"


def test_hostile_pieces_stay_text(shown):
    _, record, numbers = shown
    axes = {
        name: replace(units, tokens=tuple(replace(each, text=HOSTILE) for each in units.tokens))
        for name, units in numbers.axes.items()
    }
    clean = ReadPage(record_to_page(record, Reading(), numbers=numbers))
    page = ReadPage(record_to_page(record, Reading(), numbers=replace(numbers, axes=axes)))

    assert page.tags == clean.tags
    assert "<" not in page.scripts["application/json"]
    assert page.record["formulas"]["steps"]["cross.0.0.0"]["looking"] == HOSTILE


def test_a_changed_attention_has_no_formulas(attnstudio, shown, learned, tmp_path):
    kind, record, numbers = shown
    if kind == "transformer":
        options = ("--ablate", "1.2")
        page = page_of(attnstudio, learned[1], tmp_path, *options)
        assert page.record["formulas"] is None
    weights = record.matrices[CROSS].weights.copy()
    weights[0, 0] = 1.0 / len(record.source)
    matrices = {**record.matrices, CROSS: replace(record.matrices[CROSS], weights=weights)}
    changed = replace(record, matrices=matrices)
    keys = formula_facts(numbers, changed, Reading(), MOST_BYTES)["steps"]
    assert not [key for key in keys if key.startswith("cross.0.0.")]


CLICKING = """
<script>
const shownCards = () => [...document.querySelectorAll("#cards article")].map((box) => ({
  kind: box.dataset.kind,
  title: box.querySelector("h3").textContent,
  numbers: [...box.querySelectorAll(".cells span")].map((cell) => cell.title.split(" = ")[1]),
  sum: [...box.querySelectorAll(".sum tr")].map(
    (line) => [...line.cells].map((each) => each.textContent)),
}));
const WEIGHTS = ":is([data-kind=softmax], [data-kind=weights]) .cells span";
const results = [];
for (const [site, layer, head, row, column] of %s) {
  const box = document.getElementById("site");
  box.value = site;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  document.querySelector(`#heads [aria-label^="layer ${layer}, head ${head}"]`).click();
  document.querySelector(`[data-side=rows][data-place="${row}"]`).click();
  if (column !== null) document.querySelectorAll(WEIGHTS)[column].click();
  results.push([document.getElementById("step-title").textContent, shownCards()]);
}
const keys = document.querySelector("[data-kind=query] .cells");
keys.dispatchEvent(new KeyboardEvent("keydown", { key: "Home" }));
results.push(shownCards().find((card) => card.kind === "query").sum.at(-1));
const kept = document.body.appendChild(document.createElement("pre"));
kept.id = "results";
kept.textContent = JSON.stringify(results);
</script>
"""


def clicked(tmp_path, text, asked):
    """What a browser shows of the places that are asked for, and of the first query's number."""
    page = tmp_path / "page.html"
    page.write_text(text + CLICKING % json.dumps(asked), encoding="utf-8")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    command += [f"--user-data-dir={tmp_path / 'browser'}", page.as_uri()]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    [found] = re.findall(r'<pre id="results">(.*?)</pre>', done.stdout.decode(), re.DOTALL)
    plain = found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return json.loads(re.sub("[\u2068\u2069]", "", plain))


def as_written(lines):
    return [[name, text, number] for name, text, number in lines]


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("site", [CROSS, DECODER_SELF], ids=lambda site: site.name)
def test_a_click_shows_the_cards_of_the_step(shown, tmp_path, site):
    kind, record, numbers = shown
    if site not in numbers.sites:
        pytest.skip("a recurrent model has none")
    places = [(0, 0, 2, None), (0, 0, 0, 1)]
    if kind in OTHER:
        places += [(0, 3, 4, 2), (0, 1, 3, 5)]  # of decoder_self a piece that is not written yet
    page = record_to_page(record, Reading(0, 0, site=site), numbers=numbers)

    *found, by_key = clicked(tmp_path, page, [[site.name, *place] for place in places])

    for (layer, head, row, column), (title, cards) in zip(places, found, strict=True):
        step = told_apart(numbers.step(StepPlace(site, layer, head, row)))
        assert title == f"How {step.looking} is written after {step.fed}"
        piece = int(step.head.weights.argmax()) if column is None else column
        expected = cards_of(step)
        assert [card["kind"] for card in cards] == [card.kind.value for card in expected]
        for box, card in zip(cards, expected, strict=True):
            line = piece if len(card.rows) > 1 else 0
            if not card.values.size:
                continue
            assert box["numbers"] == [number_text(float(each)) for each in card.values[line]]
            chosen = card.strongest(line)
            if card.is_over_pieces:
                chosen = piece if card.columns == step.looked_at else 0
            lines = sum_lines(card.columns[chosen], sum_of(card, line, chosen), "")
            rest = [text for name, text, _ in box["sum"] if not name and text != "Σ"]
            assert all(re.fullmatch(r"the other [0-9,]+", text) for text in rest)
            without = [[n, "" if t in rest else t, v] for n, t, v in box["sum"]]
            assert without == as_written(lines), card.kind
    assert by_key[0].endswith("₁")


def test_a_model_whose_formulas_are_not_written_out_has_a_page_all_the_same(
    attnstudio, trained, tmp_path, monkeypatch
):
    def refuse(*_):
        raise not_written(object())

    monkeypatch.setattr(step_reader, "scores_of", refuse)
    to = tmp_path / "page.html"

    reply = attnstudio("attend", trained, SENTENCE, "-o", to)

    assert reply.code == 0, reply.err
    assert "The page has no formulas." in reply.err
    record = ReadPage(to.read_text("utf-8")).record
    assert record["formulas"] is None
    assert record["sites"]
