"""The README of an exported model: what it is, how good it is, and how anybody uses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from attnstudio.config_model import ModelConfig
from attnstudio.export.facts import ExportFacts
from attnstudio.export.plain_code import plain_code, why_no_plain_code

LICENCE = (
    "## Licence\n\n"
    "Write here under which terms others may use the model, and what the texts that it learnt from "
    "ask of you. Nothing was chosen for you."
)
_NEEDS = "It needs `pip install torch safetensors sentencepiece` and nothing else:"
_TEXT = (
    "Give it one sentence, one line, in Unicode's form NFC and without spaces at its ends: so it "
    "learnt. It searches greedily; Attention Studio searches more widely by itself."
)


@dataclass(frozen=True, slots=True)
class TensorShape:
    """A tensor of the model as the README lists it."""

    name: str
    shape: tuple[int, ...]


def readme_of(facts: ExportFacts, tensors: tuple[TensorShape, ...]) -> str:
    """The text of ``README.md``.

    Args:
        facts: of the model.
        tensors: all that ``model.safetensors`` holds.
    """
    parts = [
        heading(facts),
        f"{what_it_is(facts)} `model.safetensors` holds its weights in float32.",
        *own_words(facts),
        how_good(facts),
        "## Translate with it\n\n" + _code(facts),
        "## Bring it into Attention Studio\n\n"
        "It then translates there, and shows what it looks at; it cannot be trained further:\n\n"
        "```sh\nattnstudio import-run THIS-FOLDER --into A-PROJECT\n```",
        LICENCE,
        "## Every tensor\n\n" + "\n".join(_tensor_lines(tensors)),
    ]
    return "\n\n".join(parts) + "\n"


def heading(facts: ExportFacts) -> str:
    """Its name and its direction."""
    return f"# {facts.run}: {facts.source_language} → {facts.target_language}"


def how_good(facts: ExportFacts) -> str:
    """What was measured of it, with signatures."""
    return "## How good it is\n\n" + "\n".join(_scores(facts))


def what_it_is(facts: ExportFacts) -> str:
    """Direction, kind and sizes, and every setting of the model."""
    model, pieces = facts.config.model, facts.vocabulary
    sizes = (
        f"{pieces.source:,} pieces for both languages"
        if pieces.shared
        else f"{pieces.source:,} pieces of {facts.source_language} and {pieces.target:,} of "
        f"{facts.target_language}"
    )
    learnt = (
        f" It learnt from {facts.training_pairs:,} sentence pairs." if facts.training_pairs else ""
    )
    return (
        f"A translator from {facts.source_language} to {facts.target_language}: a {model.kind} "
        f"model with {facts.parameters:,} parameters and {sizes}, after {facts.step:,} updates."
        f"{learnt} Written by Attention Studio {facts.program} on {facts.exported_at}.\n\n"
        f"{_table(_settings(model))}\n\n"
        "`config.json` holds every setting of its training, the files `.model` are SentencePiece's."
    )


def _settings(model: ModelConfig) -> Mapping[str, object]:
    return model.model_dump(mode="json")


def _table(rows: Mapping[str, object]) -> str:
    lines = ["| setting | value |", "|---|---|"]
    return "\n".join([*lines, *(f"| {name} | {value} |" for name, value in rows.items())])


def own_words(facts: ExportFacts) -> Iterator[str]:
    """What the person wrote about the run, as a quotation: it is text, whatever it looks like."""
    if facts.tags:
        yield "Tags: " + ", ".join(facts.tags)
    if facts.note:
        yield "\n".join(f"    {line}".rstrip() for line in facts.note.split("\n"))


def _scores(facts: ExportFacts) -> Iterator[str]:
    for test in facts.tests:
        yield f"- BLEU {test.bleu:.2f} on {test.sentences:,} sentences: `{test.bleu_signature}`"
        yield f"- chrF {test.chrf:.2f} on {test.sentences:,} sentences: `{test.chrf_signature}`"
    if not facts.tests:
        yield "- It was not evaluated on test sentences before it was exported."
    if facts.validation:
        figures = ", ".join(f"{name} {value:.4g}" for name, value in facts.validation.items())
        yield f"- On its validation pairs, while it was trained: {figures}"


def _code(facts: ExportFacts) -> str:
    reason = why_no_plain_code(facts.config.model)
    if reason:
        return (
            f"A model with `{reason}` does not fit thirty lines. Use Attention Studio (below), or "
            "write its formulas with the tensors that stand at the end of this page; the program "
            "explains what each setting above does."
        )
    code = plain_code(facts)
    return f"{_NEEDS}\n\n```python\n{code}```\n\n{_TEXT} `attention` holds what it looked at."


def _tensor_lines(tensors: tuple[TensorShape, ...]) -> Iterator[str]:
    yield "| tensor | shape |"
    yield "|---|---|"
    for tensor in tensors:
        yield f"| `{tensor.name}` | {' × '.join(map(str, tensor.shape))} |"
