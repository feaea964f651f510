"""What a double click starts: the window; the first time, a small window shows the set-up.

Only the standard library, and in this file only what Python 3.8 understands. Where Python has no
tkinter, a terminal shows the set-up instead, and where there is none, only its last words.
"""

from __future__ import annotations

import queue
import shutil
import subprocess
import sys
import threading
from pathlib import Path

BOOTSTRAP = Path(__file__).resolve().parent / "bootstrap.py"
STARTING = "Starting Attention Studio"
SHOWN_AFTER_S = 1.5  # a set-up that is done says so sooner
POLL_MS = 100
TERMINALS = ("x-terminal-emulator", "gnome-terminal", "konsole", "xfce4-terminal", "xterm")


class SetUp:
    """The set-up and the program after it, in a process that is listened to."""

    def __init__(self, command: list[str]) -> None:
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows: no console
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            creationflags=flags,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self.said: list[str] = []
        self.has_started = threading.Event()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def wait(self) -> int:
        """Wait until it has ended and everything it said was heard."""
        self._listener.join()
        return self.process.wait()

    def _listen(self) -> None:
        with self.process:
            for line in self.process.stdout or ():
                self.said.append(line)
                self.lines.put(line)
                if line.startswith(STARTING):
                    self.has_started.set()


def show_progress(set_up: SetUp) -> None:
    """A small window with what the set-up says, until the program starts or the set-up ends."""
    import tkinter
    from tkinter import scrolledtext, ttk

    root = tkinter.Tk()
    root.title("Attention Studio")
    root.geometry("640x340")
    ttk.Label(root, text="Setting Attention Studio up. This happens once.").pack(
        anchor="w", padx=16, pady=(16, 8)
    )
    bar = ttk.Progressbar(root, mode="indeterminate")
    bar.pack(fill="x", padx=16)
    bar.start()
    text = scrolledtext.ScrolledText(root, height=12, wrap="word")
    text.pack(fill="both", expand=True, padx=16, pady=16)

    def look() -> None:
        while not set_up.lines.empty():
            text.insert("end", set_up.lines.get())
            text.see("end")
        if set_up.has_started.is_set():
            root.destroy()
        elif set_up.process.poll() is not None:
            bar.stop()
            bar.pack_forget()  # what went wrong stays to be read
        else:
            root.after(POLL_MS, look)

    def close() -> None:
        if set_up.process.poll() is None:
            set_up.process.terminate()
        root.destroy()

    root.protocol("WM_DELETE_WINDOW", close)
    look()
    root.mainloop()


def has_tkinter() -> bool:
    """Whether this Python can show a window of its own."""
    try:
        import tkinter
    except ImportError:
        return False
    try:
        tkinter.Tk().destroy()
    except tkinter.TclError:
        return False
    return True


def command(words: list[str]) -> list[str]:
    """The set-up, in a Python that has its words unbuffered; not the one without a console."""
    python = Path(sys.executable)
    if python.stem.lower() == "pythonw":
        python = python.with_name("python.exe")
    return [str(python), "-u", str(BOOTSTRAP), "run", *words]


def main(words: list[str]) -> int:
    """Start the program; show the set-up where it takes its time."""
    if has_tkinter():
        set_up = SetUp(command(words))
        if not set_up.has_started.wait(SHOWN_AFTER_S):
            show_progress(set_up)
        return set_up.wait()
    terminal = next((name for name in TERMINALS if shutil.which(name)), None)
    if terminal is not None and not sys.stdout.isatty():
        return subprocess.call([terminal, "-e", *command(words)])
    return subprocess.call(command(words))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
