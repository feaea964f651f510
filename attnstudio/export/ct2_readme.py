"""The README of a model for CTranslate2: lines that translate with it, and how near it is to us."""

from __future__ import annotations

from attnstudio.export.ct2_limits import MOST_PLACES
from attnstudio.export.ct2_parity import TranslationParity
from attnstudio.export.ct2_spec import GivenAttention
from attnstudio.export.facts import ExportFacts
from attnstudio.export.readme import LICENCE, heading, how_good, own_words, what_it_is

_CODE = """\
import ctranslate2, sentencepiece

translator = ctranslate2.Translator(".", device="cpu")  # or "cuda"
cutters = CUTTERS

def translate(lines, attention=False):
    pieces = [cut + ["</s>"] for cut in cutters[0].encode(lines, out_type=str)]
    results = translator.translate_batch(
        pieces, beam_size=5, length_penalty=0, min_decoding_length=0,
        max_decoding_length=2 * max(map(len, pieces)) + 9,
        max_batch_size=1 if attention else 64, return_attention=attention,
    )
    texts = [cutters[1].decode(result.hypotheses[0]) for result in results]
    return (texts, [result.attention[0] for result in results]) if attention else texts

print(translate([input("LANGUAGE: ")])[0])
"""

_SHIFTED = (
    " What a piece stands for is best read from the row after its own, when it is known; "
    "`return_end_token=True` gives one after the last."
)
_SHARED = '[sentencepiece.SentencePieceProcessor(model_file="tokenizer.model")] * 2'
_APART = (
    '[sentencepiece.SentencePieceProcessor(model_file=f"{side}.model") '
    'for side in ("source", "target")]'
)


def ct2_readme(facts: ExportFacts, report: TranslationParity, given: GivenAttention) -> str:
    """The text of ``README.md``."""
    described = what_it_is(facts).replace("`config.json`", "`attnstudio.json`")
    parts = [
        heading(facts),
        f"{described} `model.bin`, `config.json` and the vocabularies are CTranslate2's.",
        *own_words(facts),
        how_good(facts),
        "## Translate with it\n\nIt needs `pip install ctranslate2 sentencepiece`, and is run in "
        f"this folder:\n\n```python\n{ct2_code(facts)}```",
        "Give it lines of one sentence each, in Unicode's form NFC and without spaces at their "
        f"ends: so it learnt. It knows {MOST_PLACES:,} places of a text. `inter_threads=N` lets "
        "the translator work on N batches at once, each on a core of its own. Attention Studio "
        "itself prefers longer translations a little, unless it is told not to.",
        "With `attention=True` there is beside the texts what it looked at, a matrix for each. "
        "It is only right for one sentence at a time: where a beam has several, CTranslate2 gives "
        "the first row of another one's. It has a row for each piece that was written and a "
        f"column for each that was read, `</s>` included: {given}."
        + (_SHIFTED if given.is_shifted else ""),
        f"## Does it compute the same?\n\nMeasured after it was written, with {report.engine} in "
        f"{report.compute_type} against Attention Studio in float32: {report}. `parity.json` says "
        "more.",
        LICENCE,
    ]
    return "\n\n".join(parts) + "\n"


def ct2_code(facts: ExportFacts) -> str:
    """Python that translates lines with the folder."""
    code = _CODE.replace("CUTTERS", _SHARED if facts.vocabulary.shared else _APART)
    return code.replace("LANGUAGE", facts.source_language)
