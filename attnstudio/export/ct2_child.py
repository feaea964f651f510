"""CTranslate2 in a process of its own, which knows neither torch nor Qt: see `ct2_process`.

Two libraries that bring an OpenMP of their own do not share a process everywhere, and what a broken
model does to a library written in C++ is then nobody else's trouble. Each line of standard input is
a request, each line of standard output one of its answers.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from attnstudio.children import end_with
from attnstudio.export.ct2_choice import Found, choose, is_plain, to_be_scored

END = "</s>"
_NEVER_WRITTEN = {"<pad>", "<s>"}
_MOST_PIECES = 4096  # of a batch
_WAITING = 2  # batches that wait for each worker
_SCORED_TOGETHER = 32
_SEARCH = {"length_penalty": 0, "min_decoding_length": 0, "max_input_length": 0}

_Request = dict[str, Any]
_Pieces = list[str]


class _Undecided:
    """A sentence whose translation is chosen once beginnings are scored."""

    def __init__(self, number: int, result: Any) -> None:  # noqa: ANN401 - it has no types
        self.number = number
        self.found = _found(result)
        self.pieces: list[_Pieces] = [_text(pieces) for pieces in result.hypotheses]
        self.attention: list[Any] = result.attention
        self.on_the_way: dict[int, Sequence[float]] = {}

    def cut(self, longest: int) -> None:
        """As greedy search ends at the longest length: whatever was written, ``</s>`` follows."""
        self.pieces = [self.pieces[0][: longest - 1]]
        self.found = [Found(longest, 0.0, is_whole=False)]


def serve(folder: str, compute_type: str, workers: str, parent: str) -> None:
    """Answer until standard input ends.

    Args:
        folder: of the model.
        compute_type: as CTranslate2 names it.
        workers: how many translations go on side by side.
        parent: number of the process that asks.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    threading.Thread(target=end_with, args=(int(parent),), daemon=True).start()
    try:
        import ctranslate2  # here, so that its absence is an answer too

        translator = ctranslate2.Translator(
            folder,
            device="cpu",
            compute_type=compute_type,
            inter_threads=int(workers),
            intra_threads=1,
            max_queued_batches=-1,
        )
        _answer({"version": ctranslate2.__version__, "compute_type": translator.compute_type})
        for line in sys.stdin:
            request = json.loads(line)
            if request["do"] == "score":
                _score(translator, request)
            else:
                _translate(translator, request, int(workers))
            _answer({"done": True})
    except (ImportError, RuntimeError, ValueError, MemoryError) as error:
        _answer({"error": str(error) or type(error).__name__})


def _answer(content: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


def _score(translator: Any, request: _Request) -> None:  # noqa: ANN401
    """The log probability of each piece of each target, ``</s>`` included."""
    scored = translator.score_batch(
        request["sources"],
        request["targets"],
        max_batch_size=_SCORED_TOGETHER,
        max_input_length=0,
    )
    _answer({"log_probs": [result.log_probs for result in scored]})


def _translate(translator: Any, request: _Request, workers: int) -> None:  # noqa: ANN401
    """Answer a line a batch: number, pieces, log probability and attention of each sentence.

    What ours would search in another way has no pieces.
    """
    undecided: list[_Undecided] = []
    for numbers, results in _results(translator, request, workers):
        answers: list[list[object]] = []
        for number, result in zip(numbers, results, strict=True):
            longest = request["longest"][number]
            found = _found(result)
            if any(_NEVER_WRITTEN.intersection(each[:longest]) for each in result.hypotheses):
                answers.append([number, None, 0.0, None])
            elif is_plain(found, request["alpha"], longest):
                attention = result.attention[0] if request["attention"] else None
                answers.append([number, _text(result.hypotheses[0]), found[0].total, attention])
            else:
                undecided.append(_Undecided(number, result))
        _answer({"found": answers})
    _answer({"found": _decided(translator, request, undecided)})


def _results(
    translator: Any,  # noqa: ANN401
    request: _Request,
    workers: int,
) -> Iterator[tuple[list[int], list[Any]]]:
    """Batches of alike lengths, the longest first, some of them always waiting for a worker."""
    sources, beam = request["sources"], request["beam_size"]
    # lengths that count may make another than the likeliest our choice
    wanted = beam if request["alpha"] else 1
    waiting: deque[tuple[list[int], list[Any]]] = deque()
    for numbers in _batches(sources, request["together"]):
        waiting.append(
            (
                numbers,
                translator.translate_batch(
                    [sources[number] for number in numbers],
                    beam_size=beam,
                    num_hypotheses=wanted,
                    max_decoding_length=max(request["longest"][number] for number in numbers),
                    return_scores=True,
                    return_end_token=True,
                    return_attention=request["attention"],
                    asynchronous=True,
                    **_SEARCH,
                ),
            )
        )
        if len(waiting) > _WAITING * workers:
            done, results = waiting.popleft()
            yield done, [result.result() for result in results]
    for done, results in waiting:
        yield done, [result.result() for result in results]


def _batches(sources: Sequence[_Pieces], together: int) -> Iterator[list[int]]:
    batch: list[int] = []
    longest = 0
    for number in sorted(range(len(sources)), key=lambda n: -len(sources[n])):
        longest = longest or len(sources[number])
        if len(batch) == together or (len(batch) + 1) * longest > _MOST_PIECES:
            if batch:
                yield batch
            batch, longest = [], len(sources[number])
        batch.append(number)
    if batch:
        yield batch


def _decided(translator: Any, request: _Request, sentences: Sequence[_Undecided]) -> list[object]:  # noqa: ANN401
    """The answers for sentences for which the likeliest may not be our choice."""
    if request["beam_size"] == 1:
        return _cut(translator, request, sentences)
    alpha, all_longest = request["alpha"], request["longest"]
    answers: list[object] = []
    left = sentences
    while left:
        wanted: list[tuple[_Undecided, int]] = []
        for each in left:
            arguments = each.found, each.on_the_way, alpha, all_longest[each.number]
            if places := to_be_scored(*arguments):
                wanted += [(each, place) for place in places]
                continue
            choice = choose(*arguments)
            found = (
                (None, 0.0) if choice is None else (each.pieces[choice], each.found[choice].total)
            )
            answers.append([each.number, *found, None])
        _score_beginnings(translator, request, wanted)
        left = list({each.number: each for each, _ in wanted}.values())
    return answers


def _cut(translator: Any, request: _Request, sentences: Sequence[_Undecided]) -> list[object]:  # noqa: ANN401
    """The answers of a greedy search that ran into the longest length, or past it."""
    for each in sentences:
        each.cut(request["longest"][each.number])
    _score_beginnings(translator, request, [(each, 0) for each in sentences])
    return [
        [
            each.number,
            each.pieces[0],
            each.on_the_way[0][-1],
            each.attention[0][: request["longest"][each.number]] if each.attention else None,
        ]
        for each in sentences
    ]


def _score_beginnings(
    translator: Any,  # noqa: ANN401
    request: _Request,
    wanted: Sequence[tuple[_Undecided, int]],
) -> None:
    """Let sentences know how likely the beginnings of some of their translations are."""
    scored = translator.score_batch(
        [request["sources"][each.number] for each, _ in wanted],
        [each.pieces[place] for each, place in wanted],
        max_batch_size=_SCORED_TOGETHER,
        max_input_length=0,
    )
    for (each, place), result in zip(wanted, scored, strict=True):
        length = each.found[place].length  # what was cut has a </s> here that it has not there
        each.on_the_way[place] = list(accumulate(result.log_probs[:length]))


def _found(result: Any) -> list[Found]:  # noqa: ANN401
    return [
        Found(len(pieces), total, is_whole=pieces[-1:] == [END])
        for pieces, total in zip(result.hypotheses, result.scores, strict=True)
    ]


def _text(pieces: _Pieces) -> _Pieces:
    return pieces[:-1] if pieces[-1:] == [END] else pieces


def main() -> None:
    """Serve as the arguments say, with a standard output that no library writes into."""
    answers = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = os.fdopen(answers, "w", encoding="utf-8")
    serve(*sys.argv[1:])
