"""Makes the icons of every system from the one drawing: ``python packaging/icons.py``.

An ICO and an ICNS are containers of PNG pictures, so nothing but Qt is needed to make them.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "icons"
PNG_SIZES = (16, 32, 48, 64, 128, 256, 512)
ICO_SIZES = (16, 32, 48, 64, 128, 256)
ICNS_KINDS = {
    "icp4": 16, "icp5": 32, "icp6": 64, "ic07": 128, "ic08": 256, "ic09": 512,
    "ic11": 32, "ic12": 64, "ic13": 256, "ic14": 512, "ic10": 1024,  # for screens of double density
}  # fmt: skip


def png(drawing: bytes, size: int) -> bytes:
    """The drawing as a square PNG."""
    # imported here, because the tests of the containers need no Qt
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtGui import QImage, QImageWriter, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(drawing)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """Windows' container: a directory of 16 bytes a picture, then the pictures."""
    place = 6 + 16 * len(pictures)
    directory, body = struct.pack("<HHH", 0, 1, len(pictures)), b""
    for size, picture in sorted(pictures.items()):
        side = size % 256  # 0 stands for 256
        directory += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(picture), place)
        place += len(picture)
        body += picture
    return directory + body


def icns(pictures: dict[int, bytes]) -> bytes:
    """Apple's container: a name of four letters and a length before each picture."""
    body = b"".join(
        kind.encode() + struct.pack(">I", 8 + len(pictures[size])) + pictures[size]
        for kind, size in ICNS_KINDS.items()
    )
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def write_all(drawing: bytes, folder: Path) -> None:
    """Write the icons of every system into a folder."""
    pictures = {size: png(drawing, size) for size in {*PNG_SIZES, *ICNS_KINDS.values()}}
    for size in PNG_SIZES:
        (folder / f"attnstudio-{size}.png").write_bytes(pictures[size])
    (folder / "attnstudio.ico").write_bytes(ico({size: pictures[size] for size in ICO_SIZES}))
    (folder / "attnstudio.icns").write_bytes(icns(pictures))


def main() -> int:
    """Write every icon beside the drawing."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    write_all((FOLDER / "attnstudio.svg").read_bytes(), FOLDER)
    print(f"{len(PNG_SIZES)} PNG, an ICO and an ICNS were written to {FOLDER}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
