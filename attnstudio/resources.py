"""Where the files that come with the program lie: in a checkout, a wheel or a frozen program."""

from __future__ import annotations

import sys
from pathlib import Path

from attnstudio.errors import UsageError


def resource_path(*parts: str) -> Path:
    """The path of a resource, for example ``resource_path("samples", "en-de")``.

    Raises:
        UsageError: the installation lacks it.
    """
    package = Path(__file__).parent
    frozen = Path(getattr(sys, "_MEIPASS", package)) / "attnstudio" / "_resources"
    for root in (package / "_resources", package.parent / "resources", frozen):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise UsageError(
        "{name} is missing from this installation.",
        hint="Install Attention Studio again.",
        name="/".join(parts),
    )
