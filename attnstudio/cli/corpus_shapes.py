"""The shapes of the commands that make a project and care for its corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attnstudio.cli.options import (
    Folder,
    GoldBase,
    GoldReversed,
    Json,
)
from attnstudio.cli.output import Output


def new(
    folder: Folder,
    source: Annotated[
        str, typer.Option(metavar="CODE", help="Language of the source, such as en or English.")
    ] = "",
    target: Annotated[
        str, typer.Option(metavar="CODE", help="Language of the target, such as de or German.")
    ] = "",
    sample: Annotated[
        str, typer.Option(metavar="NAME", help="A sample corpus instead: en-de or en-zh.")
    ] = "",
    json: Json = False,
) -> None:
    """Make a project, empty or with a sample corpus."""
    from attnstudio.cli import corpus_commands  # pydantic stays out of --help

    corpus_commands.new(Output(json), folder, source, target, sample)


def import_(
    folder: Folder,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help=(
                "Two line-aligned text files, subtitles, or files with keys (JSON, Android); a "
                "table (TSV, CSV, Excel, JSON, Parquet); a translation file (TMX, XLIFF, PO, "
                "Wordfast, WMT); or a folder or archive of these."
            ),
        ),
    ],
    split: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="SPLIT",
            help="train, valid or test; else what the names of files and folders say, or train.",
        ),
    ] = "",
    links: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Gold word links, in Pharaoh or NAACL format."),
    ] = None,
    gold_base: GoldBase = None,
    gold_reversed: GoldReversed = False,
    source_column: Annotated[
        str,
        typer.Option(metavar="COLUMN", help="Source column of a table: its name or number."),
    ] = "",
    target_column: Annotated[
        str,
        typer.Option(metavar="COLUMN", help="Target column of a table: its name or number."),
    ] = "",
    encoding: Annotated[
        str, typer.Option(metavar="NAME", help="Encoding of the files, such as cp1252 or gb18030.")
    ] = "",
    source_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Which one of two files is the source side."),
    ] = None,
    json: Json = False,
) -> None:
    """Add sentence pairs to a project's corpus.

    Files may be packed (.gz, .bz2, .xz, .zip). The sides are recognised by the languages in the
    names (train.de, deu_Latn.dev, Deutsch.txt), else by order: source first. Translation files
    (TMX, XLIFF) say their languages.
    """
    from attnstudio.cli import corpus_commands  # pydantic stays out of --help
    from attnstudio.corpus.gold_reader import GoldNotation

    corpus_commands.import_(
        Output(json),
        folder,
        files,
        split,
        links,
        gold=GoldNotation(gold_base, gold_reversed),
        columns=(source_column, target_column),
        encoding=encoding,
        source_file=source_file,
    )


def clean(
    folder: Folder,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A rule, such as max_length=100 or leaks=loose; repeatable.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last cleaning back.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Clean as before, for pairs imported since.")
    ] = False,
    remove_overlap: Annotated[
        bool,
        typer.Option(
            "--remove-overlap",
            help="Drop training pairs that share a sentence with valid or test, and no others.",
        ),
    ] = False,
    examples: Annotated[
        int, typer.Option(min=0, max=1000, metavar="N", help="Pairs shown for each rule.")
    ] = 3,
    json: Json = False,
) -> None:
    """Drop training pairs that would do harm, or show them."""
    from attnstudio.cli import cleaning_commands  # pydantic stays out of --help

    wish = cleaning_commands.CleaningRequest(
        settings=set_ or (),
        only_overlap=remove_overlap,
        dry_run=dry_run,
        undo=undo,
        again=again,
        examples=examples,
    )
    cleaning_commands.clean(Output(json), folder, wish)


def info(folder: Folder, json: Json = False) -> None:
    """Say what a project holds: languages, pairs and runs."""
    from attnstudio.cli import corpus_commands  # pydantic stays out of --help

    corpus_commands.info(Output(json), folder)


def sweep(
    folder: Folder,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Bring back what the last took.")] = False,
    empty_trash: Annotated[
        bool, typer.Option("--empty-trash", help="Delete all that is in the trash, for good.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Empty the trash without asking.")] = False,
    json: Json = False,
) -> None:
    """Move what nothing needs any more to the project's trash.

    That is corpora, tokenizers and datasets that neither the project nor a run goes by.
    """
    from attnstudio.cli import room_commands  # pydantic stays out of --help

    wish = room_commands.SweepRequest(dry_run=dry_run, undo=undo, empty_trash=empty_trash, yes=yes)
    room_commands.sweep(Output(json), folder, wish)
