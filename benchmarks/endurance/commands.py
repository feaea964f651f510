"""The commands that faults are thrown at, and what their results are."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from endurance.places import STEPS, TINY, hash_of, restore_run, trash_run
from endurance.saboteur import Sabotage
from endurance.victims import HANG_S, Place, Reply, command, run_child

_TRAIN_TO_THE_END = (*TINY, "--max-steps", str(STEPS))
_VOLATILE = {"elapsed_s", "seconds", "tokens_per_second", "age_s", "bytes", "changed_at"}
_RESULTS = "results"


class Result(StrEnum):
    """What counts as the result of a command."""

    ANSWER = "answer"  # what it writes to standard output and into files
    CORPUS = "corpus"  # the project's corpus
    TRAINING = "training"  # losses and weights
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Command:
    """Something that a person does with a project.

    Attributes:
        name: for tables.
        template: the project that it is done to.
        words: of the command line, with places to fill; none for what the window does.
        result: what counts as its result.
        deed: what the window does instead.
        run: the run that it trains.
    """

    name: str
    template: str
    words: tuple[str, ...]
    result: Result = Result.ANSWER
    deed: Callable[[Place], Callable[[], int]] | None = None
    run: str = ""

    def arguments(self, place: Place) -> list[str]:
        """The command line."""
        return [
            word.format(project=place.project, files=place.files, results=results(place))
            for word in self.words
        ]

    def start(
        self,
        place: Place,
        *,
        sabotage: Sabotage | None = None,
        meanwhile: Callable[[int], None] | None = None,
        timeout_s: float = HANG_S,
    ) -> Reply:
        """Do it in a child of this process."""
        return run_child(
            place, self.work(place), sabotage=sabotage, meanwhile=meanwhile, timeout_s=timeout_s
        )

    def work(self, place: Place) -> Callable[[], int]:
        """What does it in the process that calls it."""
        results(place).mkdir(exist_ok=True)
        return self.deed(place) if self.deed is not None else command(self.arguments(place))


def results(place: Place) -> Path:
    """Where commands write what they were asked to write."""
    return place.folder / _RESULTS


def outcome(command: Command, place: Place, reply: Reply) -> Any:  # noqa: ANN401 - it is JSON
    """The result of a command that ended well, to be compared; the same for equal results."""
    match command.result:
        case Result.ANSWER:
            files = sorted(results(place).glob("[!.]*"))
            written = [(path.name, _comparable(place, path.read_bytes())) for path in files]
            return [_comparable(place, reply.out.encode()), written]
        case Result.CORPUS:
            return current_corpus(place)
        case Result.TRAINING:
            return trained(place, command.run)
    return None


def current_corpus(place: Place) -> str:
    """The name of the project's corpus, which is the hash of its content."""
    with suppress(OSError, ValueError, KeyError):
        return str(tomllib.loads((place.project / "project.toml").read_text("utf-8"))["corpus"])
    return "unreadable"


def trained(place: Place, run: str) -> Any:  # noqa: ANN401
    """Losses to the last digit, and the weights at the end."""
    losses: dict[str, float] = {}
    for event in events(place, run):
        if event.get("event") == "started":
            losses = {key: value for key, value in losses.items() if _step(key) <= event["step"]}
        elif event.get("event") in ("step", "validation"):
            losses[f"{event['event']} {event['step']}"] = loss_of(event)
    checkpoint = place.project / "runs" / run / "checkpoints" / str(STEPS)
    weights = [hash_of(path) for path in sorted(checkpoint.glob("*.safetensors")) if path.is_file()]
    return [losses, weights]


def loss_of(event: dict[str, Any]) -> float:
    """The loss that an update or a validation recorded."""
    return float(event.get("scores", event)["loss"])


def events(place: Place, run: str) -> Iterator[dict[str, Any]]:
    """What a run has recorded; torn lines are passed over."""
    path = place.project / "runs" / run / "events.jsonl"
    if not path.is_file():
        return
    for line in path.read_text("utf-8", "replace").split("\n"):
        with suppress(ValueError, RecursionError):
            content = json.loads(line)
            if isinstance(content, dict):
                yield content


def last_checkpoint(place: Place, run: str) -> int:
    """The step of the newest checkpoint that was reported; 0 where there is none."""
    saved = [event["step"] for event in events(place, run) if event.get("event") == "checkpoint"]
    return saved[-1] if saved else 0


def runs_of(place: Place) -> list[str]:
    """The runs that the project shows."""
    folder = place.project / "runs"
    return sorted(path.parent.name for path in folder.glob("[!.]*/config.toml"))


def _step(key: str) -> int:
    return int(key.split()[1])


def _comparable(place: Place, content: bytes) -> Any:  # noqa: ANN401
    text = content.decode("utf-8", "replace").replace(str(place.folder), "")
    with suppress(ValueError):
        return _without_volatile(json.loads(text))
    return text


def _without_volatile(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {k: _without_volatile(v) for k, v in value.items() if k not in _VOLATILE}
    return [_without_volatile(v) for v in value] if isinstance(value, list) else value


_P = "{project}"
_SENTENCE = "the dog sees a bird today"

INFO = Command("info", "trained", ("info", _P, "--json"))
NEW = Command(
    "new", "nothing", ("new", _P, "--source", "en", "--target", "de", "--json"), Result.NOTHING
)
IMPORT = Command(
    "import", "trained",
    ("import", _P, "{files}/more.en", "{files}/more.de", "--links", "{files}/more.links", "--json"),
    Result.CORPUS,
)  # fmt: skip
CLEAN = Command("clean", "imported", ("clean", _P, "--json"), Result.CORPUS)
LOOK = Command("clean --dry-run", "imported", ("clean", _P, "--dry-run", "--json"))
AGAIN = Command("clean --again", "trained", ("clean", _P, "--again", "--json"), Result.CORPUS)
UNDO = Command("clean --undo", "trained", ("clean", _P, "--undo", "--json"), Result.CORPUS)
TRANSLATE = Command(
    "translate", "trained",
    ("translate", _P, "{files}/some.en", "-o", "{results}/some.de", "--json"),
)  # fmt: skip
ATTEND = Command(
    "attend", "trained", ("attend", _P, _SENTENCE, "-o", "{results}/one.json", "--json")
)
DRAW = Command("attend .svg", "trained", ("attend", _P, _SENTENCE, "-o", "{results}/one.svg"))
ALIGN = Command(
    "align", "trained",
    ("align", _P, "{files}/test.en", "{files}/test.de", "-o", "{results}/links", "--json"),
)  # fmt: skip
EVALUATE = Command(
    "evaluate", "trained",
    ("evaluate", _P, "--save-hypotheses", "{results}/hypotheses", "--beam", "1", "--json"),
)  # fmt: skip


def _training(name: str, template: str, run: str, *words: str) -> Command:
    return Command(
        name, template, ("train", _P, *words, "--json"), Result.TRAINING, run=run
    )  # fmt: skip


TOKENISE = _training(
    "train: tokenise", "untokenised", "r", *_TRAIN_TO_THE_END, "--run", "r"
)  # fmt: skip
ENCODE = _training("train: encode", "unencoded", "r", *_TRAIN_TO_THE_END, "--run", "r")
TRAIN = _training("train", "trained", "r", *_TRAIN_TO_THE_END, "--run", "r")
RESUME = _training(
    "train --resume", "half", "half", "--resume", "half", "--max-steps", str(STEPS)
)  # fmt: skip
DELETE = Command(
    "delete a run", "trained", (), Result.NOTHING, deed=lambda place: trash_run(place, "first")
)
RESTORE = Command(
    "restore a run", "trashed", (), Result.NOTHING, deed=lambda place: restore_run(place, "first")
)

CHANGING = (
    NEW, IMPORT, CLEAN, UNDO, TOKENISE, ENCODE, TRAIN, RESUME, DELETE, RESTORE,
)  # fmt: skip
READING = (INFO, LOOK, TRANSLATE, ATTEND, DRAW, ALIGN, EVALUATE)
