"""Pages for a browser read back, by the parsers of Python's library alone."""

import json
import struct
from base64 import b64decode
from html.parser import HTMLParser

import numpy as np


class ReadPage(HTMLParser):
    """What a page is made of.

    Attributes:
        tags: every tag, in its order.
        links: every attribute that may load something.
        scripts: the text of every script, by its type.
        shown: all text outside of scripts and styles.
    """

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.links, self.scripts, self.shown = [], [], {}, ""
        self._inside = None
        self.feed(text)
        self.close()

    @property
    def record(self):
        return json.loads(self.scripts["application/json"])

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href", "action", "data")]
        self._inside = None
        if tag == "script":
            self._inside = dict(attrs).get("type", "script")
            self.scripts[self._inside] = ""
        elif tag == "style":
            self._inside = "style"
            self.scripts["style"] = ""

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self._inside = None

    def handle_data(self, data):
        if self._inside is not None:
            self.scripts[self._inside] += data
        else:
            self.shown += data


def numbers_of(block):
    """The numbers of a measure or of a card, one by one."""
    if "floats" in block:
        raw = b64decode(block["floats"], validate=True)
        return np.array(struct.unpack(f"<{len(raw) // 4}f", raw)).reshape(block["shape"])
    raw = b64decode(block["codes"], validate=True)
    codes = struct.unpack(
        f"<{len(raw) // block['bytes']}{'H' if block['bytes'] == 2 else 'I'}", raw
    )
    numbers = [block["low"] + code * block["step"] for code in codes]
    return np.array(numbers).reshape(block["shape"])


def formula_cards(formulas, key):
    """The cards of a step that a page carries, each as a mapping."""
    cards = []
    for kind, vector, columns, check, sums in formulas["steps"][key]["cards"]:
        names = formulas["names"][columns]
        cards.append(
            formulas["kinds"][kind]
            | {
                "values": numbers_of(formulas["vectors"][vector]),
                "columns": names["count"] if isinstance(names, dict) else len(names),
                "check": formulas["words"][check],
                "sums": [formulas["sums"][place] for place in sums],
            }
        )
    return cards
