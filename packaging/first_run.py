"""The first minutes with the program, in a terminal: train the sample, translate, look.

Everything goes through the program's own command line, so a person can repeat each step by hand.
The second time the trained model is used again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from processes import STOPPED, SetUpError, read, run_visibly

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = "en-de"
# Made of the sample's words; each asks for something that German says in another order.
SENTENCES = (
    "The teacher reads a new book in the garden.",
    "My grandmother invites the neighbors every week.",
    "The girl did not find the car key.",
    "She sold the bicycle because she wants to buy a car.",
    "The woman who has borrowed the camera must visit her sister tomorrow.",
)


def show(python: str, folder: Path, minutes: float) -> int:
    """Train the sample in ``folder`` unless that is done, translate five sentences, draw them.

    Returns:
        0 when everything was shown, 130 when a person stopped before there was a model.

    Raises:
        SetUpError: a command failed.
    """
    program = (python, "-P", "-m", "attnstudio")
    project = folder / f"sample-{SAMPLE}"
    if not (project / "project.toml").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _require(run_visibly((*program, "new", str(project), "--sample", SAMPLE)), "new")
    if is_trained(project):
        print(f"The model in {project} is trained; delete that folder to train it anew.")
    else:
        print(
            f"Training for {minutes:g} min in {project}. Ctrl-C stops earlier and keeps the model."
        )
        limits = ("--preset", "tiny", "--max-minutes", str(minutes))
        exit_code = run_visibly((*program, "train", str(project), *limits))
        if exit_code != STOPPED:
            _require(exit_code, "train")
        elif not is_trained(project):
            return STOPPED
    _translate_and_draw(program, project, folder)
    print(
        "\nOpen the pictures in a browser. README.md shows what else the command line can do,\n"
        f"beginning with: {python} -m attnstudio evaluate {project}"
    )
    return 0


def is_trained(project: Path) -> bool:
    """Whether a run of this project has kept a checkpoint."""
    return any(project.glob("runs/*/checkpoints.json"))


def _translate_and_draw(program: tuple[str, ...], project: Path, folder: Path) -> None:
    reply = read((*program, "translate", str(project), "-"), given="\n".join(SENTENCES) + "\n")
    translations = reply.stdout.splitlines()
    _require(reply.returncode, "translate", reply.stderr)
    for number, (sentence, translation) in enumerate(
        zip(SENTENCES, translations, strict=True), start=1
    ):
        picture = folder / f"attention-{number}.svg"
        drawn = read((*program, "attend", str(project), sentence, "-o", str(picture)))
        _require(drawn.returncode, "attend", drawn.stderr)
        print(f"\n{number}  {sentence}\n   {translation}\n   {picture}")


def _require(exit_code: int, command: str, words: str = "") -> None:
    if exit_code != 0:
        raise SetUpError(
            f"{words}`attnstudio {command}` failed with exit code {exit_code}; the reason is above."
        )
