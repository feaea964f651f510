"""Files to write are asked for where the person was last."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from attnstudio.gui.widgets.file_dialogs import choose_save_path

KIND = "Picture (*.png)"


def test_the_dialog_begins_in_the_folder_of_the_last_one(qtbot, tmp_path):
    owner = QWidget()
    qtbot.addWidget(owner)
    other = tmp_path / "other"
    other.mkdir()

    first = choose_save_path_in(owner, "first.png", other)
    again = choose_save_path_in(owner, "again.png", None)

    assert (first, again) == (str(other / "first.png"), str(other / "again.png"))


def choose_save_path_in(owner, name, folder):
    """As if the person went to a folder and said yes; with None they stay where it begins."""

    def accept():
        [dialog] = [w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog)]
        if folder is not None:
            dialog.setDirectory(str(folder))
        QTimer.singleShot(100, dialog.accept)

    QTimer.singleShot(100, accept)
    return choose_save_path(owner, "Save", name, KIND)
