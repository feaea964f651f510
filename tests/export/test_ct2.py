"""Models for CTranslate2: the same numbers, translations and attention by its own Translator."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from strangers import answers_of_stranger

ctranslate2 = pytest.importorskip(
    "ctranslate2", reason="ctranslate2 is an extra: pip install 'attnstudio[ct2]'"
)

from attnstudio.config import DecodingConfig  # noqa: E402
from attnstudio.config_attention import HeadScoreKind, PositionKind  # noqa: E402
from attnstudio.config_model import NormKind, TransformerConfig  # noqa: E402
from attnstudio.errors import ExportError, StorageError  # noqa: E402
from attnstudio.export import ct2_folder  # noqa: E402
from attnstudio.export.ct2_folder import Quantization, our_side, write_ctranslate2  # noqa: E402
from attnstudio.model.padding import pad_ids, source_batch  # noqa: E402
from attnstudio.model.weights import named_weights  # noqa: E402
from attnstudio.reading import Reading, ReadingMethod  # noqa: E402
from attnstudio.sites import CROSS, SOURCE  # noqa: E402

CPU = torch.device("cpu")

TINY = TransformerConfig(
    encoder_layers=2, decoder_layers=3, model_size=16, heads=4, feedforward_size=24
)
PARTS = {
    "post": {"norm": NormKind.POST},
    "learnt": {"positions": PositionKind.LEARNT},
    "nowhere": {"positions": PositionKind.NONE},
    "relative": {"positions": PositionKind.RELATIVE},
    "rotary": {"positions": PositionKind.ROTARY},
    "dot": {"score": HeadScoreKind.DOT},
    "one-layer": {"encoder_layers": 1, "decoder_layers": 1},
}
KINDS = {
    "tied": (TINY, True),
    "untied": (TINY, False),
    **{name: (TINY.model_copy(update=parts), True) for name, parts in PARTS.items()},
    "six-layers-untied": (
        TINY.model_copy(update={"encoder_layers": 6, "decoder_layers": 6}),
        False,
    ),
}
READINGS = {
    "tied": Reading(1, 2, ReadingMethod.SHIFTED),
    "untied": Reading(0, 3),
    "post": Reading(1),
    "dot": Reading(None, 1),
}
STRANGER = """
import builtins, json, os, re, sys
sys.modules["attnstudio"] = sys.modules["torch"] = None
job = json.loads(sys.stdin.read())
sys.path.append(job["path"])
for folder in job["folders"]:
    os.chdir(folder)
    [code] = re.findall("```python\\n(.*?)```", open("README.md", encoding="utf-8").read(), re.S)
    said, builtins.input = [], lambda _: job["sentences"][0]
    page = {"print": said.append}
    exec(code, page)
    texts, attention = page["translate"](job["sentences"], attention=True)
    assert page["translate"](job["sentences"]) == texts
    print(json.dumps({"said": said, "texts": texts, "attention": attention}))
"""
SENTENCES = ("the dog sees a bird today", "my man knows a cook today", "a dog hears the man today")


def taught(opened, pairs):
    """The same model once it has learnt some sentences, so that it writes such and ends them."""
    ours = our_side(opened)
    sources = [np.array(ids) for ids in ([*ours.source.tokenizer.encode(s), 2] for s, _ in pairs)]
    targets = [(1, *ours.target.encode(target), 2) for _, target in pairs]
    source, target = source_batch(sources, CPU), pad_ids(targets, CPU)
    model = ours.translator.model.requires_grad_(True)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(50):
        logits = model.decode(model.read({SOURCE: source}), target[:, :-1]).logits
        loss = torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), target[:, 1:].flatten(), ignore_index=0
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    weights = {name: weight.clone() for name, weight in named_weights(model).items()}
    return replace(opened, weights=weights)


@pytest.fixture(scope="module")
def text_pairs(pairs):
    texts = [(pair.source, pair.target) for pair in pairs[::32]]
    return [*texts, ("today", "heute"), ("  dog the   my ", "Hund der der der"), ("", "")]


@pytest.fixture(scope="module")
def written(write_model, text_pairs, tmp_path_factory):
    """Each kind as a folder, the model that it was made of and the report."""
    found = {}
    for name, (config, shared) in KINDS.items():
        opened = taught(write_model(config, shared=shared).opened, text_pairs[:8])
        folder = tmp_path_factory.mktemp("ct2") / name
        report = write_ctranslate2(folder, opened, text_pairs, reading=READINGS.get(name))
        found[name] = opened, folder, report
    return found


@pytest.fixture(scope="module")
def strangers(written):
    job = {
        "path": str(Path(ctranslate2.__file__).parents[1]),
        "folders": [str(folder) for _, folder, _ in written.values()],
        "sentences": SENTENCES,
    }
    return dict(zip(written, answers_of_stranger(STRANGER, job), strict=True))


@pytest.mark.parametrize("name", KINDS)
def test_the_report_finds_every_number_the_same(written, name):
    _, folder, report = written[name]

    assert report.sentences == 12  # without the empty one
    assert report.log_prob < 1e-4
    assert report.attention < 1e-4
    assert report.same_greedy >= 0.995
    assert report.same_beam >= 0.995
    assert report.compute_type == "float32"
    content = json.loads((folder / "parity.json").read_text("utf-8"))
    assert content["log_prob"] == report.log_prob
    assert content["same_beam"] == report.same_beam
    assert str(report) in (folder / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", KINDS)
def test_the_lines_of_the_readme_translate_as_we_do(written, strangers, name):
    opened, _, _ = written[name]
    ours = our_side(opened).translator.translate(
        SENTENCES, DecodingConfig(beam_size=5, length_penalty=0.0), attention=True
    )
    reading = READINGS.get(name, Reading(opened.facts.config.model.decoder_layers - 1))
    layer = opened.facts.config.model.decoder_layers - 1 if reading.layer is None else reading.layer

    for text, rows, our in zip(
        strangers[name]["texts"], strangers[name]["attention"], ours, strict=True
    ):
        heads = our.attention.matrices[CROSS].weights[layer]
        looks = heads.mean(axis=0) if reading.head is None else heads[reading.head]
        if looks.shape[0] == 2 * looks.shape[1] + 10:
            continue  # at the longest length the searches differ
        assert text == our.text
        # without a row for </s>
        np.testing.assert_allclose(
            np.array(rows).reshape(-1, looks.shape[1]), looks[:-1], atol=1e-4
        )


def test_the_tiny_models_write_something(strangers):
    """Translations that are all empty would agree whatever was written."""
    lengths = [len(text) for reply in strangers.values() for text in reply["texts"]]
    assert sum(length > 3 for length in lengths) > len(lengths) / 2


@pytest.mark.parametrize("quantization", ["int8", "int16", "bfloat16", "float16"])
def test_rounded_weights_are_smaller_and_said_to_differ(
    written, text_pairs, tmp_path, quantization
):
    opened, whole, _ = written["tied"]
    before = {name: weight.clone() for name, weight in opened.weights.items()}
    bleu_of = [27.5, 27.0]

    report = write_ctranslate2(
        tmp_path / "out",
        opened,
        text_pairs,
        quantization=Quantization(quantization),
        bleu=lambda texts, references: bleu_of.pop(0) if len(texts) == len(references) else 0.0,
    )

    sizes = [(folder / "model.bin").stat().st_size for folder in (tmp_path / "out", whole)]
    assert sizes[0] < 0.9 * sizes[1]
    assert report.quantization == quantization
    assert 1e-5 < report.log_prob < 1.0
    assert (report.bleu, report.its_bleu, report.lost_bleu) == (27.5, 27.0, 0.5)
    assert "BLEU 27.00 instead of 27.50" in str(report)
    elsewhere = (
        "" if report.compute_type == quantization else f", computed in {report.compute_type}"
    )
    assert f"sentences in {quantization}{elsewhere}: the same" in str(report)
    for name, weight in opened.weights.items():
        assert torch.equal(weight, before[name]), name


def test_it_is_said_of_which_head_the_attention_is(written):
    readme = (written["tied"][1] / "README.md").read_text("utf-8")
    assert "`</s>` included: layer 1, head 2. What a piece stands for is best read from" in readme
    assert "`</s>` included: layer 1, the mean of all heads.\n" in (
        written["post"][1] / "README.md"
    ).read_text("utf-8")


def test_a_folder_holds_both_tokenizers_and_facts_of_ours(written):
    def names(kind):
        return {path.name for path in written[kind][1].iterdir()}

    ours = {"attnstudio.json", "parity.json", "README.md", "manifest.json"}
    assert names("tied") == ours | {
        "config.json", "model.bin", "shared_vocabulary.json", "tokenizer.model",
    }  # fmt: skip
    assert names("untied") == ours | {
        "config.json", "model.bin", "source_vocabulary.json", "target_vocabulary.json",
        "source.model", "target.model",
    }  # fmt: skip


def wrong(parts):
    """A conversion that is wrong in one of the weights."""
    convert = ct2_folder.convert

    def convert_wrongly(folder, facts, weights, *rest, **options):
        return convert(folder, facts, {**weights, **parts(weights)}, *rest, **options)

    return convert_wrongly


@pytest.mark.parametrize(
    "name",
    [
        "decoder_layers.1.cross.query.weight",
        "encoder_layers.0.feedforward.0.bias",
        "encoder_norm.weight",
        "decoder_layers.2.attention.output.weight",
        "target_embedding.weight",
    ],
)
def test_a_wrong_weight_is_not_kept(written, text_pairs, tmp_path, monkeypatch, name):
    monkeypatch.setattr(ct2_folder, "convert", wrong(lambda w: {name: w[name].flip(0)}))

    with pytest.raises(ExportError, match="computes other numbers"):
        write_ctranslate2(tmp_path / "out", written["tied"][0], text_pairs)

    assert list(tmp_path.iterdir()) == []


def test_attention_of_another_head_is_not_kept(written, text_pairs, tmp_path, monkeypatch):
    convert = ct2_folder.convert

    def convert_wrongly(*arguments, given, **options):
        return convert(*arguments, given=replace(given, head=1), **options)

    monkeypatch.setattr(ct2_folder, "convert", convert_wrongly)
    with pytest.raises(ExportError, match="computes other numbers"):
        write_ctranslate2(
            tmp_path / "out", written["tied"][0], text_pairs, reading=READINGS["tied"]
        )


def test_a_full_disk_leaves_nothing(written, text_pairs, tmp_path, monkeypatch):
    def refuse(folder, *_, **__):
        (folder / "model.bin").write_bytes(b"half")
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(ct2_folder, "convert", refuse)
    with pytest.raises(StorageError, match="No space left"):
        write_ctranslate2(tmp_path / "out", written["tied"][0], text_pairs)

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(written, text_pairs):
    opened, folder, _ = written["tied"]
    with pytest.raises(ExportError, match="There is something at"):
        write_ctranslate2(folder, opened, text_pairs)


def test_the_readme_has_no_more_than_a_screen_of_code(written):
    readme = (written["tied"][1] / "README.md").read_text("utf-8")
    [code] = re.findall("```python\n(.*?)```", readme, re.DOTALL)
    assert len(code.splitlines()) <= 20


def test_what_ends_it_on_the_way_leaves_nothing(written, text_pairs, tmp_path):
    told = []

    def end(share):
        told.append(share)
        if share > 0.5:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        write_ctranslate2(tmp_path / "out", written["tied"][0], text_pairs, progress=end)

    assert told == sorted(told)
    assert told[0] < 0.5 < told[-1] <= 1.0
    assert list(tmp_path.iterdir()) == []
