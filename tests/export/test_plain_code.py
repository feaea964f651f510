"""The lines of a README, run as a stranger runs them: by a Python that has no Attention Studio."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from strangers import answers_of_stranger

from attnstudio.config import DecodingConfig
from attnstudio.config_attention import (
    AttentionKind,
    CoverageKind,
    HeadScoreKind,
    NormaliserKind,
    OwnReachKind,
    PositionKind,
    SourceReachKind,
)
from attnstudio.config_model import Cell, NormKind, RecurrentConfig, TransformerConfig
from attnstudio.export.plain_code import why_no_plain_code
from attnstudio.model.padding import pad_ids, source_batch
from attnstudio.sites import CROSS, SOURCE

SENTENCES = ("the dog sees a bird today", "my man knows the cook today", "today")
IDS = [1, 7, 40, 9, 200, 33, 8]  # fed to both
TINY = TransformerConfig(
    encoder_layers=2, decoder_layers=3, model_size=16, heads=4, feedforward_size=24
)
GRU = RecurrentConfig(embedding_size=6, hidden_size=8)
PLAIN = {
    "tied": (TINY, True),
    "untied": (TINY, False),
    "odd": (TINY.model_copy(update={"model_size": 15, "heads": 3}), True),
    "post": (TINY.model_copy(update={"norm": NormKind.POST}), True),
    "deep": (TINY.model_copy(update={"norm": NormKind.DEEP}), False),
    "learnt": (TINY.model_copy(update={"positions": PositionKind.LEARNT}), False),
    "learnt-tied": (TINY.model_copy(update={"positions": PositionKind.LEARNT}), True),
    "nowhere": (TINY.model_copy(update={"positions": PositionKind.NONE}), True),
    "gru": (GRU, True),
    "lstm": (GRU.model_copy(update={"cell": Cell.LSTM}), False),
}
OTHERS = {
    "score = dot": TINY.model_copy(update={"score": HeadScoreKind.DOT}),
    "normaliser = sparsemax": TINY.model_copy(update={"normaliser": NormaliserKind.SPARSEMAX}),
    "positions = rotary": TINY.model_copy(update={"positions": PositionKind.ROTARY}),
    "own_reach = window": TINY.model_copy(update={"own_reach": OwnReachKind.WINDOW}),
    "source_reach = window": TINY.model_copy(update={"source_reach": SourceReachKind.WINDOW}),
    "attention = general": GRU.model_copy(update={"attention": AttentionKind.GENERAL}),
    "coverage = plain": GRU.model_copy(update={"coverage": CoverageKind.PLAIN}),
    "layers = 2": GRU.model_copy(update={"layers": 2}),
    "heads = 4": GRU.model_copy(update={"heads": 4}),
}
STRANGER = """
import builtins, json, os, re, sys
sys.modules["attnstudio"] = None  # whoever asks for it is told that there is none
job = json.loads(sys.stdin.read())
for folder in job["folders"]:
    os.chdir(folder)
    [code] = re.findall("```python\\n(.*?)```", open("README.md", encoding="utf-8").read(), re.S)
    said, builtins.input = [], lambda _: job["sentences"][0]
    page = {"print": said.append}
    exec(code, page)
    memory_and_more = []
    torch, ids, cutter = page["torch"], job["ids"], page["cutters"][0]
    if "stack" in page:
        x = page["embed"]("source", cutter.encode(job["sentences"][0]) + [2])
        found = {}
        exec(re.search(r"    memory, ids = (stack.*), \\[1\\]", code)[1].join(("m = ", "")),
             page | {"text": job["sentences"][0]}, found)
        logits = page["logits"](found["m"], ids)
        seen = [page["attention"][f"decoder_layers.{layer}.cross"] for layer in range(3)]
        attention = torch.stack(seen)
    else:
        (memory, state), rows, looks = page["encode"](job["sentences"][0]), [], []
        for id in ids:
            row, state, weights = page["step"](memory, state, id)
            rows.append(row)
            looks.append(weights)
        logits, attention = torch.stack(rows), torch.stack(looks)[None, None]
    print(json.dumps({
        "said": said,
        "texts": [page["translate"](text) for text in job["sentences"]],
        "logits": logits.tolist(),
        "attention": attention.tolist(),
    }))
"""


@pytest.fixture(scope="module")
def written(write_model):
    return {name: write_model(config, shared=shared) for name, (config, shared) in PLAIN.items()}


@pytest.fixture(scope="module")
def strangers(written):
    """What the README of each model gives somebody who has torch and no Attention Studio."""
    folders = [str(each.folder) for each in written.values()]
    job = {"folders": folders, "sentences": SENTENCES, "ids": IDS}
    return dict(zip(written, answers_of_stranger(STRANGER, job), strict=True))


@pytest.mark.parametrize("name", PLAIN)
def test_thirty_lines_translate_as_we_do(written, strangers, name):
    ours = written[name].translator.translate(SENTENCES, DecodingConfig(beam_size=1))

    assert strangers[name]["texts"] == [translation.text for translation in ours]
    assert strangers[name]["said"] == [ours[0].text]
    assert len({translation.text for translation in ours}) == len(SENTENCES)


@pytest.mark.parametrize("name", PLAIN)
def test_their_logits_and_their_attention_are_ours(written, strangers, name):
    model, tokenizer = written[name].model, written[name].translator._source.tokenizer
    device = torch.device("cpu")
    ids = np.array([*tokenizer.encode(SENTENCES[0]), 2])
    with torch.no_grad():
        encoded = model.read({SOURCE: source_batch([ids], device)})
        output = model.decode(encoded, pad_ids([IDS], device), trace=True)

    theirs = torch.tensor(strangers[name]["logits"])
    torch.testing.assert_close(theirs, output.logits[0], atol=2e-5, rtol=1e-5)
    looks = torch.tensor(strangers[name]["attention"])
    torch.testing.assert_close(looks, output.traces[CROSS].weights[0], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", PLAIN)
def test_they_are_thirty_lines_and_one_that_calls_them(written, name):
    readme = (written[name].folder / "README.md").read_text("utf-8")
    [code] = re.findall("```python\n(.*?)```", readme, re.DOTALL)
    lines = [line for line in code.splitlines() if line.strip()]

    assert lines[-1].startswith("print(translate(")
    assert len(lines) <= 32
    assert max(map(len, lines)) <= 121


@pytest.mark.parametrize("reason", OTHERS)
def test_other_kinds_say_why_there_are_no_thirty_lines(write_model, reason):
    assert why_no_plain_code(OTHERS[reason]) == reason

    readme = (write_model(OTHERS[reason]).folder / "README.md").read_text("utf-8")
    assert f"A model with `{reason}` does not fit thirty lines." in readme
    assert "```python" not in readme


@pytest.mark.parametrize("config", [TINY, GRU, OTHERS["positions = rotary"]], ids=str)
def test_the_readme_names_every_tensor(write_model, config):
    written = write_model(config)
    readme = (written.folder / "README.md").read_text("utf-8")

    for name, weight in written.opened.weights.items():
        assert f"| `{name}` | {' × '.join(map(str, weight.shape))} |" in readme


def test_the_readme_tells_what_a_person_wants_to_know(write_model):
    written = write_model(note="für die *Schule*\n\n# 2", tags=("demo", "en-de"))
    readme = (written.folder / "README.md").read_text("utf-8")

    assert readme.startswith("# tiny-1: en → de\n")
    assert "Attention Studio 0.1.0 on 2026-11-30T12:00:00+00:00" in readme
    assert "It learnt from 260 sentence pairs." in readme
    assert "- BLEU 27.50 on 31 sentences: `nrefs:1|v`" in readme
    assert "- chrF 50.25 on 31 sentences: `nc:6|v`" in readme
    assert "Tags: demo, en-de" in readme
    assert "    für die *Schule*\n\n    # 2\n" in readme
    assert "## Licence\n\nWrite here" in readme
    assert json.loads((Path(written.folder) / "config.json").read_text("utf-8"))["step"] == 400
