"""``python -m attnstudio``: the command line."""

import os
import sys

from attnstudio.cli.app import run


def main() -> None:
    """Run one command and leave with its exit code."""
    # Waiting OpenMP threads must not spin: beside one busy program on a small machine, spinning
    # ones were seen to slow training down by a factor of 2 to 12. Read when torch is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
