"""A picture that a person takes along: a drawing, an image or a table, in a file or copied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter

from attnstudio.files import write_text
from attnstudio.gui.charts import picture_file

ENDINGS = ("svg", "png", "csv", "tsv")


@dataclass(frozen=True, slots=True)
class DrawnPicture:
    """What is shown, as it leaves the program.

    Attributes:
        title: of the drawing.
        paint: paints it from (0, 0) on.
        size: of what is painted.
        table: its numbers, with the mark between columns that it is told.
        dots_per_inch: of the screen that it is shown on.
    """

    title: str
    paint: Callable[[QPainter], None]
    size: QSize
    table: Callable[[str], str]
    dots_per_inch: int

    def image(self) -> QImage:
        """At twice its size."""
        return picture_file.to_image(self.paint, self.size, self.dots_per_inch)

    def write(self, path: Path) -> None:
        """Write a file of the kind that its ending names.

        Raises:
            ExportError: the ending names none, or Qt could not write the file.
            StorageError: the disk would not take it.
        """
        written = True
        match path.suffix.lower():
            case ".svg":
                written = picture_file.write_svg(
                    self.paint, path, self.size, self.dots_per_inch, self.title
                )
            case ".png":
                written = self.image().save(str(path))
            case ".csv":
                write_text(path, self.table(","))
            case ".tsv":
                write_text(path, self.table("\t"))
            case _:
                raise picture_file.unknown_ending(path, ".svg, .png, .csv or .tsv")
        if not written:
            raise picture_file.unwritten(path)
