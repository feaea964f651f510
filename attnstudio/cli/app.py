"""The headless commands: how one is run, and its exit codes.

Exit codes: 0 done, 1 failed while running, 2 wrong use or input, 130 stopped by Ctrl-C.

What each command takes, and its help, stands in `corpus_shapes`, `model_shapes`, `head_shapes`,
`link_shapes`, `comparison_shapes` and `export_shapes`. The modules that do the work are imported
inside the commands there: ``--help`` then needs neither torch nor pydantic and answers at once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from attnstudio import __version__
from attnstudio.cli import (
    comparison_shapes,
    corpus_shapes,
    export_shapes,
    head_shapes,
    link_shapes,
    model_shapes,
)
from attnstudio.cli.interruption import INTERRUPTED
from attnstudio.cli.output import Output, use_utf8
from attnstudio.cli.unexpected import say_what_was_not_expected
from attnstudio.errors import AttentionStudioError
from attnstudio.logs import write_down
from attnstudio.training.stop import StopReason

DONE, FAILED, WRONG_USE = 0, 1, 2

app = typer.Typer(
    name="attnstudio",
    help="Train an attention translator on your own machine and see what it looks at.\n\n"
    "Without a command, or with files or a project, the window opens: with --safe-mode no project "
    "in it, with --reset-settings as if for the first time.",
    add_help_option=False,  # typer's own loads pydantic before a command can show its help
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_logger = logging.getLogger(__name__)


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Returns:
        Its exit code.
    """
    use_utf8()
    output = Output(as_json="--json" in arguments)
    try:
        ending = app(args=list(arguments), prog_name="attnstudio", standalone_mode=False)
    except AttentionStudioError as error:
        write_down(error)
        output.failure(error)
        return error.exit_code
    except TyperException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "attnstudio"
        _logger.error("wrong use of %s", command)
        output.error(error.format_message(), f"{command} --help shows how to use it.")
        return WRONG_USE
    except Exception as error:  # noqa: BLE001 - the last catcher: a bug still answers in JSON
        write_down(error)
        say_what_was_not_expected(output, error)
        return FAILED
    if ending == INTERRUPTED:  # what typer makes of Ctrl-C in a command that does not listen to it
        output.error("Stopped.", "")
        return INTERRUPTED
    if ending is StopReason.REQUESTED:
        return INTERRUPTED
    return ending if isinstance(ending, int) else DONE


def command_names() -> set[str]:
    """What the first word of a command may be."""
    commands = app.registered_commands
    return {info.name or str(getattr(info.callback, "__name__", "")) for info in commands}


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    show_help: Annotated[bool, typer.Option("--help", help="Show this message and exit.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Say the version.")] = False,
) -> None:
    """Train an attention translator on your own machine and see what it looks at."""
    output = Output(as_json=False)
    if version:
        output.line(f"attnstudio {__version__}")
    elif show_help:
        output.line(context.get_help())
    elif context.invoked_subcommand is None:
        output.say(context.get_help())
        raise typer.Exit(WRONG_USE)
    else:
        return
    raise typer.Exit


for _command, _name in (
    (corpus_shapes.new, None),
    (corpus_shapes.import_, "import"),
    (corpus_shapes.clean, None),
    (corpus_shapes.info, None),
    (corpus_shapes.sweep, None),
    (model_shapes.train, None),
    (comparison_shapes.compare, None),
    (model_shapes.translate, None),
    (link_shapes.align, None),
    (link_shapes.gold, None),
    (link_shapes.findings, None),
    (link_shapes.readings, None),
    (link_shapes.attend, None),
    (head_shapes.probe, None),
    (head_shapes.learnt, None),
    (model_shapes.lab, None),
    (model_shapes.evaluate, None),
    (export_shapes.export, None),
    (export_shapes.import_run, "import-run"),
):
    app.command(_name)(_command)
