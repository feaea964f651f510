"""``gold``: the gold links of a project as files."""

from __future__ import annotations

from pathlib import Path

from attnstudio.cli.lines import joined, refuse_unwritable, write_output
from attnstudio.cli.output import Output
from attnstudio.errors import UsageError
from attnstudio.project.gold_export import GoldFormat, gold_files
from attnstudio.project.project import Project


def gold(output: Output, folder: Path, to: Path, form: str, *, corrected: bool) -> None:
    """``attnstudio gold``."""
    if form not in set(GoldFormat):
        raise UsageError(
            "{form} is no format of links.",
            hint="--format takes pharaoh or naacl.",
            form=repr(form),
        )
    project = Project.open(folder)
    files = gold_files(project, GoldFormat(form), only_corrected=corrected)
    paths = {to.with_name(f"{to.name}.{ending}"): lines for ending, lines in files.lines.items()}
    for path in paths:
        refuse_unwritable(path)
    for path, lines in paths.items():
        write_output(path, joined(lines))
    output.result(
        {"pairs": files.pairs, "files": [str(path) for path in paths]},
        [f"{files.pairs:,} pairs with gold links.", *map(str, paths)],
    )
