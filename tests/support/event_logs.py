"""The log of a run, one event after another."""

from contextlib import suppress

from attnstudio.training.event_json import from_json


def read_events(path):
    """All events that are written there; what a crash tore is passed over."""
    events = []
    for line in path.read_bytes().splitlines():
        with suppress(ValueError):
            events.append(from_json(line.decode()))
    return events
