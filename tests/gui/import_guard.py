"""Refuses to load what knows Qt in any thread but the main one."""

import sys
import threading

_OF_QT = {"PySide6", "shiboken6", "pyqtgraph", "superqt"}


class ImportGuard:
    """Stands before all finders of modules; `refused` says what was asked for, and where."""

    def __init__(self):
        self.refused = []

    def __enter__(self):
        sys.meta_path.insert(0, self)
        return self

    def __exit__(self, *_):
        sys.meta_path.remove(self)

    def find_spec(self, name, path=None, target=None):
        del path, target
        knows_qt = name.split(".")[0] in _OF_QT or f"{name}.".startswith("attnstudio.gui.")
        if knows_qt and threading.current_thread() is not threading.main_thread():
            self.refused.append(f"{name} in the thread {threading.current_thread().name}")
            raise ImportError(f"{name} is loaded on the main thread only")
