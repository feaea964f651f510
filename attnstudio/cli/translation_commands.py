"""``translate``, which needs torch only where our own engine translates."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from attnstudio.cli.lines import joined, read_lines, refuse_missing, refuse_unwritable, write_output
from attnstudio.cli.output import Output
from attnstudio.cli.trained_model import ModelChoice, UsedEngine, say_sharing, translate_lines
from attnstudio.corpus.text import clean_text
from attnstudio.documents.document import DocumentKind
from attnstudio.documents.reading import kind_of
from attnstudio.inference.translation import Hypothesis, Translation
from attnstudio.project.engines import Engine, Sharing
from attnstudio.tokenizer import Tokenizer


def translate(
    output: Output,
    choice: ModelChoice,
    file: Path | None,
    to: Path | None,
    *,
    beam: int,
    n_best: int,
    processes: int | None,
    engine: str,
) -> None:
    """``attnstudio translate``."""
    wished = Engine(engine)
    refuse_missing(file)
    if file is not None and _is_document(file):
        from attnstudio.cli.document_commands import translate_document  # lines need none of it

        translate_document(
            output,
            choice,
            file,
            to,
            beam=beam,
            n_best=n_best,
            processes=processes,
            engine=wished,
        )
        return
    refuse_unwritable(to)
    run = choice.find(output)
    sharing, used = Sharing(1), UsedEngine(output)

    def on_shared(found: Sharing) -> None:
        nonlocal sharing
        sharing = found
        say_sharing(output, found)

    translations = translate_lines(
        output,
        run,
        read_lines(file),
        beam=beam,
        n_best=n_best,
        processes=processes,
        on_shared=on_shared,
        engine=wished,
        on_engine=used.tell,
    )
    lines = [line for i, item in enumerate(translations) for line in _lines_of(i, item, n_best)]
    if to is not None:
        write_output(to, joined(lines))
    told = translations if output.as_json else []  # of many lines it takes a while to gather
    output.result(
        {
            "engine": used.engine.value,
            "translations": [
                {
                    "source": item.source,
                    "truncated": item.truncated,
                    "hypotheses": [_facts(each, run.found.target) for each in item.hypotheses],
                }
                for item in told
            ],
            "processes": sharing.processes,
            "bytes_each": sharing.bytes_each,
        },
        [] if to is not None else lines,
    )


def _is_document(file: Path) -> bool:
    """Whether a file is more than lines of text."""
    return file.is_file() and kind_of(file) not in (None, DocumentKind.TEXT)


def _lines_of(index: int, translation: Translation, n_best: int) -> Iterable[str]:
    if n_best == 1:
        return [clean_text(translation.text)]
    return [
        f"{index} ||| {clean_text(hypothesis.text)} ||| {hypothesis.score:.4f}"
        for hypothesis in translation.hypotheses
    ]


def _facts(hypothesis: Hypothesis, target: Tokenizer) -> dict[str, object]:
    are_told = len(hypothesis.token_log_probs) == len(hypothesis.ids)
    return {
        "text": clean_text(hypothesis.text),
        "score": hypothesis.score,
        "tokens": [target.piece(id_) for id_ in hypothesis.ids[:-1]],
        # CTranslate2 does not say them
        "token_log_probs": list(hypothesis.token_log_probs) if are_told else None,
    }
