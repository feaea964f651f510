"""What pip would download, how large it is, and which build of PyTorch to take.

On Linux the PyTorch of the plain package index brings CUDA, about 3 GB that only some graphics
cards can use. PyTorch's own index has the small build; a mirror may have it too. So pip is asked
first, without installing anything, and its answer decides.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

from processes import SetUpError, read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
CUDA_INDEX = "https://download.pytorch.org/whl/cu130"

USUAL_SIZE = "about 350 MB"
CUDA_SIZE = "about 3 GB"

_CUDA_NAMES = ("nvidia-", "cuda-", "triton")


@dataclass(frozen=True, slots=True)
class Package:
    """One file that pip would fetch."""

    name: str
    version: str
    url: str

    @property
    def is_cuda(self) -> bool:
        """Whether this is a part of CUDA or a PyTorch built for it."""
        return self.name.lower().startswith(_CUDA_NAMES) or "+cu" in self.version


@dataclass(frozen=True, slots=True)
class Download:
    """Everything that pip would fetch, and the arguments with which it finds it.

    Attributes:
        packages: empty when everything is installed already.
        index: pip's arguments for an index beside the configured one.
        complaint: why pip cannot install; empty when it can.
    """

    packages: tuple[Package, ...] = ()
    index: tuple[str, ...] = ()
    complaint: str = ""

    @property
    def brings_cuda(self) -> bool:
        """Whether gigabytes of CUDA come along."""
        return any(package.is_cuda for package in self.packages)

    def suits(self, *, gpu: bool) -> bool:
        """Whether pip can fetch it and its PyTorch, if one is among it, is the wanted build."""
        brings_torch = any(package.name == "torch" for package in self.packages)
        return not self.complaint and (not brings_torch or self.brings_cuda == gpu)


def choose(
    ask: Callable[[tuple[str, ...]], Download], *, gpu: bool, say: Callable[[str], None]
) -> Download:
    """The download with the wanted build of PyTorch, or the nearest that can be had.

    Args:
        ask: what pip would fetch, given arguments for one more index.
        gpu: whether CUDA is wanted.
        say: called with a sentence when the wanted build cannot be had.

    Raises:
        SetUpError: no index that we can reach has what is needed.
    """
    plain = ask(())
    if plain.suits(gpu=gpu):
        return plain
    special = ask(("--extra-index-url", CUDA_INDEX if gpu else CPU_INDEX))
    if special.suits(gpu=gpu):
        return special
    if plain.complaint:
        raise SetUpError(
            f"pip finds no way to install the program's libraries:\n{plain.complaint}\n"
            "Is this machine connected to the internet? Then give the same command again."
        )
    say(
        f"No PyTorch with CUDA at {CUDA_INDEX}; going on with the one for the processor."
        if gpu
        else f"No small PyTorch at {CPU_INDEX}; going on with the one with CUDA, {CUDA_SIZE}."
    )
    return plain


def pip_install(python: str) -> tuple[str, ...]:
    """The beginning of every call of pip."""
    return (python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check")


def ask_pip(python: str, arguments: Sequence[str], index: tuple[str, ...]) -> Download:
    """Let pip resolve what it would install, without installing it."""
    if index and not is_reachable(index[-1]):  # pip would try it again for every package
        return Download(index=index, complaint=f"{index[-1]} cannot be reached.")
    asking = ("--dry-run", "--quiet", "--report", "-", "--retries", "1")
    reply = read((*pip_install(python), *asking, *index, *arguments))
    if reply.returncode != 0:
        errors = [line for line in reply.stderr.splitlines() if line.startswith("ERROR:")]
        return Download(index=index, complaint="\n".join(errors[-2:]) or reply.stderr[-500:])
    return Download(packages=tuple(packages_of(reply.stdout)), index=index)


def packages_of(report: str) -> list[Package]:
    """What pip's report says it would install, without our own package."""
    return [
        Package(
            name=item["metadata"]["name"],
            version=item["metadata"]["version"],
            url=item["download_info"]["url"],
        )
        for item in json.loads(report)["install"]
        if "dir_info" not in item["download_info"]
    ]


def size_in_words(download: Download, measure: Callable[[str], int | None] | None = None) -> str:
    """How much would come over the network; the known figure where a server does not tell."""
    remote = [package.url for package in download.packages if not package.url.startswith("file:")]
    if not remote:
        return "nothing"
    with ThreadPoolExecutor(max_workers=8) as pool:
        sizes = list(pool.map(measure or size_of, remote))
    if None in sizes:
        return usual_size(download.brings_cuda)
    megabytes = sum(size or 0 for size in sizes) / 1e6
    return f"{megabytes:.0f} MB" if megabytes < 1000 else f"{megabytes / 1000:.1f} GB"


def usual_size(with_cuda: bool) -> str:
    """The known figure, for when nothing has been asked yet or nobody answers."""
    return CUDA_SIZE if with_cuda else USUAL_SIZE


def is_reachable(index: str) -> bool:
    """Whether an index answers when it is asked for PyTorch."""
    try:
        with urlopen(Request(f"{index}/torch/", method="HEAD"), timeout=15):
            return True
    except OSError:
        return False


def size_of(url: str) -> int | None:
    """The bytes behind an address, asked of its server; None when it does not tell."""
    try:
        with urlopen(Request(url, method="HEAD"), timeout=10) as reply:
            return int(reply.headers["Content-Length"])
    except (OSError, TypeError, ValueError):
        return None
