"""One window a person: a second start hands its files to the first and ends."""

from __future__ import annotations

import getpass
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_ANSWER_MS = 1_000


def default_name() -> str:
    """The name under which this person's window is found."""
    digest = hashlib.sha256(f"{getpass.getuser()} {Path.home()}".encode()).hexdigest()
    return f"attnstudio-{digest[:16]}"


def hand_over(name: str, paths: Sequence[Path]) -> bool:
    """Give paths to the window that is open already.

    Returns:
        Whether there is one and it has taken them.
    """
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_ANSWER_MS):
        return False
    socket.write(json.dumps([str(path) for path in paths]).encode() + b"\n")
    taken = socket.waitForReadyRead(_ANSWER_MS)
    socket.disconnectFromServer()
    return taken


class FirstInstance(QObject):
    """Listens for later starts.

    Signals:
        called: the paths that a later start was given, perhaps none, as a list.
    """

    called = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        QLocalServer.removeServer(name)  # what a killed program left
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)
        self._server.listen(name)

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _accept(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(socket.deleteLater)

    def _read(self) -> None:
        socket = self.sender()
        if not isinstance(socket, QLocalSocket) or not socket.canReadLine():
            return
        names = json.loads(bytes(socket.readLine().data()))
        socket.write(b"taken\n")
        socket.flush()
        self.called.emit([Path(name) for name in names])
