"""Forward passes in NumPy that know nothing but a file of weights: witnesses of every number.

Each gives, for one target position, the numbers of every formula card by its kind. Nothing of
`attnstudio.model` is used here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def softmax(scores):
    tops = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return tops / tops.sum(axis=-1, keepdims=True)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


class Weights:
    """Tensors by their names, in double precision."""

    def __init__(self, tensors):
        self.by_name = {name: value.astype(np.float64) for name, value in tensors.items()}

    def __getitem__(self, name):
        return self.by_name[name]

    def __contains__(self, name):
        return name in self.by_name

    def linear(self, name, x):
        bias = self.by_name.get(f"{name}.bias", 0.0)
        return x @ self[f"{name}.weight"].T + bias

    def norm(self, name, x):
        centred = x - x.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)
        return scaled * self[f"{name}.weight"] + self[f"{name}.bias"]


def turned(vectors, places):
    """Rotary positions: each pair of numbers as a complex one, times e^(i m theta)."""
    size = vectors.shape[1]
    points = vectors[:, 0::2] + 1j * vectors[:, 1::2]
    speeds = 10_000.0 ** (-np.arange(0, size, 2) / size)
    points = points * np.exp(1j * np.outer(places, speeds))
    return np.stack((points.real, points.imag), axis=-1).reshape(len(vectors), size)


def alibi_slope(head, heads):
    """As the authors say it: of another count, every second slope of twice the power below."""
    power = 2 ** int(np.log2(heads))
    if head < power:
        return (2.0 ** (-8.0 / power)) ** (head + 1)
    return alibi_slope(2 * (head - power), 2 * power)


def sparse(scores, alpha):
    """Entmax of one row and its threshold: Newton's way for a threshold from below."""
    z = (alpha - 1.0) * scores
    threshold, power = z.max() - 1.0, 1.0 / (alpha - 1.0)
    for _ in range(200):
        above = np.maximum(z - threshold, 0.0)
        slopes = np.zeros_like(above)
        slopes[above > 0] = power * above[above > 0] ** (power - 1.0)
        step = ((above**power).sum() - 1.0) / slopes.sum()
        threshold += step
        if abs(step) < 1e-15:
            break
    return np.maximum(z - threshold, 0.0) ** power, threshold


def positive(x):
    """elu(x) + 1."""
    return np.where(x > 0, x + 1.0, np.exp(np.minimum(x, 0.0)))


ALPHAS = {"sparsemax": 2.0, "entmax15": 1.5}
RAMP = 4.0  # of a learnt span, in pieces


class _Look:
    """The look of one head: its terms and weights, and the numbers of its cards of each query."""

    def __init__(self, model, name, head, queries, keys, is_own, causal):
        self.model, self.w, self.name, self.head = model, model.weights, name, head
        self.is_own, self.causal, self.size = is_own, causal, queries.shape[1]
        self.places = np.arange(len(queries)), np.arange(len(keys))
        self.away = np.subtract.outer(*self.places)  # i - j
        self.steps = {}
        self.queries, self.keys = self._compared(queries, keys)
        self.terms = self._score() | self._of_places() | self._of_reach()
        scores = sum(self.terms.values())
        if len(self.terms) > 1:
            self._step("total", scores)
        scores = np.where(self._hidden(), -np.inf, scores)
        self._step("mask", scores)
        self.weights = self._shared(scores)

    def _step(self, name, values):
        self.steps[name] = lambda place: values[place]

    def _compared(self, queries, keys):
        if self.model.normaliser == "linear":
            made, names = (positive(queries), positive(keys)), ("feature_query", "feature_keys")
        elif self.is_own and self.model.positions == "rotary":
            made = turned(queries, self.places[0]), turned(keys, self.places[1])
            names = "turned_query", "turned_keys"
        else:
            return queries, keys
        self._step(names[0], made[0])
        self.steps[names[1]] = lambda _: made[1]
        return made

    def _score(self):
        products = self.queries @ self.keys.T
        if self.model.score == "additive":
            vector = self.w[f"{self.name}.score.weight"][0]
            products = np.tanh(self.queries[:, None] + self.keys[None]) @ vector
        self._step("scores", products)
        if self.model.normaliser == "linear" or self.model.score != "scaled_dot":
            return {"score": products}
        self._step("scaled", products / np.sqrt(self.size))
        return {"q·k/√d": products / np.sqrt(self.size)}

    def _of_places(self):
        if not self.is_own:
            return {}
        match self.model.positions:
            case "alibi":
                slope = alibi_slope(self.head, self.model.heads)
                terms = {"−m·|i−j|": -slope * np.abs(self.away)}
                self._step("slope", terms["−m·|i−j|"])
                return terms
            case "relative":
                return self._relative()
            case "transformer_xl":
                return self._transformer_xl()
        return {}

    def _relative(self):
        """One vector after the other, pair by pair (Shaw et al. 2018, equations 3 and 5)."""
        vectors = self.w[f"{self.name}.positions.vectors"]
        most = len(vectors) // 2
        found = np.zeros(self.away.shape)
        used = np.zeros((*self.away.shape, self.size))
        for i, j in np.ndindex(found.shape):
            used[i, j] = vectors[max(-most, min(most, j - i)) + most]
            found[i, j] = self.queries[i] @ used[i, j]
        self._step("distance", used)
        self._step("by_distance", found / np.sqrt(self.size))
        return {"q·a/√d": found / np.sqrt(self.size)}

    def _transformer_xl(self):
        """The terms b, c and d (Dai et al. 2019, section 3.3), pair by pair."""
        name = f"{self.name}.positions"
        heads, size = self.w[f"{name}.content"].shape
        speeds = 10_000.0 ** (-np.arange(0, heads * size, 2) / (heads * size))
        rows = self.w[f"{name}.distance.weight"][self.head * size : (self.head + 1) * size]
        asks_content, asks_place = (self.w[f"{name}.{part}"][self.head] for part in _ASKS)
        by_query, by_key, by_place = (np.zeros(self.away.shape) for _ in range(3))
        used = np.zeros((*self.away.shape, size))
        for i, j in np.ndindex(by_query.shape):
            angles = (i - j) * speeds
            away = rows @ np.stack((np.sin(angles), np.cos(angles)), axis=-1).ravel()
            used[i, j] = away
            by_query[i, j] = self.queries[i] @ away
            by_key[i, j] = asks_content @ self.keys[j]
            by_place[i, j] = asks_place @ away
        self._step("distance", used)
        root, terms = np.sqrt(size), (by_query, by_key, by_place)
        for kind, term in zip(("by_distance", "by_content", "by_place"), terms, strict=True):
            self._step(kind, term / root)
        symbols = "q·(W r)/√d", "u·k/√d", "v·(W r)/√d"
        return {symbol: term / root for symbol, term in zip(symbols, terms, strict=True)}

    def _of_reach(self):
        if self.is_own and self.model.own_reach == "span":
            unit = 64.0  # pieces that a parameter of 1 stands for
            span = max(0.0, unit * self.w[f"{self.name}.reach.spans_in_units"][self.head])
            self._soft = np.clip((RAMP + span - np.abs(self.away)) / RAMP, 0.0, 1.0)
            with np.errstate(divide="ignore"):
                term = np.log(self._soft)
            self._step("span", term)
            return {"log m(i−j)": term}
        if not self.is_own and self.model.source_reach == "predicted":
            hidden = np.tanh(self.queries @ self.w[f"{self.name}.reach.hidden.weight"].T)
            wanted = sigmoid(hidden @ self.w[f"{self.name}.reach.vector.weight"][0])
            places = len(self.keys) * wanted
            self._far = self.places[1][None] - places[:, None]
            deviation = self.model.window / 2.0
            term = -(self._far**2) / (2.0 * deviation**2)
            self._step("predicting", hidden)
            self._step("place", places)
            self._step("nearness", term)
            return {"−(j−p)²/2σ²": term}
        return {}

    def _hidden(self):
        hidden = self.causal & (self.away < 0)
        reach = self.model.own_reach if self.is_own else self.model.source_reach
        if reach == "window":
            own = np.minimum(self.places[0], len(self.keys) - 1)
            hidden = hidden | (np.abs(np.subtract.outer(own, self.places[1])) > self.model.window)
        if reach == "predicted":
            hidden = hidden | (np.abs(self._far) > self.model.window)
        if reach == "span":
            hidden = hidden | (self._soft <= 0)
        return hidden

    def _shared(self, scores):
        kind = self.model.normaliser
        if kind == "softmax":
            return softmax(scores)
        if kind == "linear":
            there = np.where(np.isneginf(scores), 0.0, scores)
            return there / there.sum(axis=-1, keepdims=True)
        alpha = ALPHAS.get(kind)
        if alpha is None:
            alpha = 1.0 + sigmoid(self.w[f"{self.name}.normaliser.raw_alphas"][self.head])
            self.steps["sharpness"] = lambda _: alpha
        rows, thresholds = zip(*(sparse(row, alpha) for row in scores), strict=True)
        self._step("threshold", thresholds)
        return np.array(rows)


_ASKS = ("content", "place")


_USUAL = {
    "norm": "pre", "score": "scaled_dot", "normaliser": "softmax", "own_reach": "all",
    "source_reach": "all", "window": 8,
}  # fmt: skip


class NumpyTransformer:
    """A Transformer.

    Args:
        tensors: by their names.
        heads: how many.
        positions: how it knows places, as the kinds are called in `config.toml`.
        parts: its other parts, as they are called there, that are none of `_USUAL`.
    """

    def __init__(self, tensors, heads, positions="sinusoidal", **parts):
        self.weights, self.heads, self.positions = Weights(tensors), heads, positions
        assert parts.keys() <= _USUAL.keys()
        vars(self).update(_USUAL | parts)
        self._read = None
        norm = self.norm
        self._stretch = self._stretches() if norm == "deep" else {"encoder": 1.0, "decoder": 1.0}

    def _stretches(self):
        """What a DeepNet with N layers that read and M that write multiplies what came with."""
        n, m = self._count("encoder_layers"), self._count("decoder_layers")
        return {"encoder": 0.81 * (n**4 * m) ** 0.0625, "decoder": (3 * m) ** 0.25}

    def _enter(self, norm, came):
        return self.weights.norm(norm, came) if self.norm == "pre" else came

    def _leave(self, norm, came, given):
        """The sum, and what goes on: its norm, where there is one and it comes last."""
        if self.norm == "pre":
            return came + given, came + given
        total = came * self._stretch[norm.partition("_")[0]] + given
        is_there = f"{norm}.weight" in self.weights  # not behind the last layer: the stack has one
        return total, self.weights.norm(norm, total) if is_there else total

    def read(self, source, target):
        """The logits of all places, and what each layer of a site saw, by ``(site, layer)``."""
        self.seen, self._read = {}, None
        features = self._decode(self._encode(source), target)
        return features @ self.weights["target_embedding.weight"].T, self.seen

    def read_from(self, memory, target):
        """See `seen` for what the decoder does with a source that was encoded."""
        self.seen, self._read = {}, None
        self._decode(memory, target)

    def cards(self, source, target, site, layer, head, place):
        """The numbers of each card, and the logits of all pieces (none in the encoder)."""
        if self._read != (source, target):  # one pass for all steps of a sentence
            self.seen = {}
            self._features = self._decode(self._encode(source), target)
            self._read = (source, target)
        features = self._features
        cards = self._cards_of(self.seen[site, layer], head, place)
        if site == "encoder_self":
            return cards, None
        logits = features[place] @ self.weights["target_embedding.weight"].T
        return cards | {"features": features[place]}, logits

    def _cards_of(self, seen, head, place):
        size = seen["query"].shape[1] // self.heads
        part = slice(head * size, (head + 1) * size)
        query, keys, values = (seen[name][:, part] for name in ("query", "key", "value"))
        weights = seen["weights"][head][place]
        return {
            "input": seen["x"][place],
            "query": query[place],
            "keys": keys,
            **{name: each(place) for name, each in seen["steps"][head].items()},
            "softmax" if self.normaliser == "softmax" else "weights": weights,
            "values": values,
            "context": weights @ values,
            "joined": seen["given"][place],
            "residual": seen["sum"][place],
            "skipped": np.zeros(0),
        } | ({} if self.norm == "pre" else {"normed_sum": seen["left"][place]})

    def _embed(self, which, name, ids):
        table = self.weights[f"{name}.weight"]
        size = table.shape[1]
        if self.positions == "learnt":
            places = self.weights[f"{which}_positions.weight"][: len(ids)]
            return (table[ids] + places) * np.sqrt(size)
        if self.positions != "sinusoidal":
            return table[ids] * np.sqrt(size)
        angles = np.arange(len(ids))[:, None] / 10_000 ** (np.arange(0, size, 2) / size)
        positions = np.stack((np.sin(angles), np.cos(angles)), axis=-1).reshape(len(ids), -1)
        return table[ids] * np.sqrt(size) + positions[:, :size]

    def _attend(self, key, name, norm, came, memory=None, *, causal=False):
        w = self.weights
        x = self._enter(norm, came)
        looked_at = x if memory is None else memory
        query, keys, values = (
            w.linear(f"{name}.{part}", of)
            for part, of in (("query", x), ("key", looked_at), ("value", looked_at))
        )
        size = x.shape[1] // self.heads
        contexts, looks, sums, steps = [], [], [], []
        for head in range(self.heads):
            part = slice(head * size, (head + 1) * size)
            look = _Look(self, name, head, query[:, part], keys[:, part], memory is None, causal)
            sums.append(look.terms)
            looks.append(look.weights)
            steps.append(look.steps)
            contexts.append(looks[-1] @ values[:, part])
        given = w.linear(f"{name}.output", np.concatenate(contexts, axis=1))
        self.seen[key] = {
            "x": x, "query": query, "key": keys, "value": values, "given": given, "came": came,
            "terms": sums, "weights": np.array(looks), "steps": steps,
        }  # fmt: skip
        self.seen[key]["sum"], self.seen[key]["left"] = self._leave(norm, came, given)
        return self.seen[key]["left"]

    def _feed(self, layer, x):
        norm = f"{layer}.feedforward_norm"
        entered = self._enter(norm, x)
        inner = np.maximum(self.weights.linear(f"{layer}.feedforward.0", entered), 0.0)
        return self._leave(norm, x, self.weights.linear(f"{layer}.feedforward.2", inner))[1]

    def _count(self, stack):
        return len({name.split(".")[1] for name in self.weights.by_name if name.startswith(stack)})

    def _encode(self, ids):
        own = "source_embedding" if "source_embedding.weight" in self.weights else None
        x = self._embed("source", own or "target_embedding", ids)
        for number in range(self._count("encoder_layers")):
            layer = f"encoder_layers.{number}"
            x = self._attend(
                ("encoder_self", number), f"{layer}.attention", f"{layer}.attention_norm", x
            )
            x = self._feed(layer, x)
        return self.weights.norm("encoder_norm", x)

    def _decode(self, memory, ids):
        x = self._embed("target", "target_embedding", ids)
        for number in range(self._count("decoder_layers")):
            layer = f"decoder_layers.{number}"
            x = self._attend(
                ("decoder_self", number),
                f"{layer}.attention",
                f"{layer}.attention_norm",
                x,
                causal=True,
            )
            x = self._attend(("cross", number), f"{layer}.cross", f"{layer}.cross_norm", x, memory)
            x = self._feed(layer, x)
        return self.weights.norm("decoder_norm", x)


@dataclass(frozen=True)
class CellStep:
    """One layer of cells after one step: its state, memory and the cards of its gates."""

    state: np.ndarray
    memory: np.ndarray | None
    cards: dict


def gru(known, recurrent, state):
    known_r, known_z, known_n = np.split(known, 3)
    recurrent_r, recurrent_z, recurrent_n = np.split(recurrent, 3)
    reset, update = sigmoid(known_r + recurrent_r), sigmoid(known_z + recurrent_z)
    candidate = np.tanh(known_n + reset * recurrent_n)
    after = (1 - update) * candidate + update * state
    cards = {"reset": reset, "update": update, "candidate": candidate, "state": after}
    return CellStep(after, None, cards)


def lstm(known, recurrent, memory):
    enter, forget, candidate, show = np.split(known + recurrent, 4)
    enter, forget, show = sigmoid(enter), sigmoid(forget), sigmoid(show)
    candidate = np.tanh(candidate)
    kept = forget * memory + enter * candidate
    after = show * np.tanh(kept)
    cards = {
        "input_gate": enter, "forget_gate": forget, "memory_candidate": candidate,
        "output_gate": show, "memory": kept, "state": after,
    }  # fmt: skip
    return CellStep(after, kept, cards)


class NumpyRecurrent:
    """A recurrent encoder-decoder.

    Args:
        tensors: by their names.
        attention: additive, dot, general, concat or scaled_dot.
        cell: gru or lstm.
        fed: whether the cells see what was concluded from the look before.
        heads: how many divide queries, keys and values.
        parts: its other parts, as they are called in `config.toml`, that are none of `_USUAL`.
    """

    def __init__(self, tensors, attention, cell, *, fed, heads=1, **parts):
        self.weights = Weights(tensors)
        assert parts.keys() <= {"normaliser", "source_reach", "window"}
        vars(self).update(_USUAL | parts)
        self.attention, self.cell, self.fed, self.heads = attention, cell, fed, heads
        parts = 3 if cell == "gru" else 4
        self.size = self.weights["bridge.weight"].shape[1] // 2
        self.layers = len(self.weights["bridge.bias"]) // self.size // (1 if parts == 3 else 2)

    def cards(self, source, target, place, head=0):
        """The numbers of each card, with those of cells as ``kind, layer``, and all logits."""
        self._shown, self._covered = head, np.zeros((self.heads, len(source)))
        states, summary = self._encode(source)
        starts = np.tanh(self.weights.linear("bridge", summary)).reshape(-1, self.size)
        hidden = list(starts[: self.layers])
        memory = list(starts[self.layers :]) or [None] * self.layers
        keys = self._keys(states)
        attentional = np.zeros(self.size)
        for self._place, piece in enumerate(target[: place + 1]):
            embedded = self.weights["embedding.weight"][piece]
            if self.attention == "additive":
                cards, hidden, memory = self._look_first(embedded, keys, states, hidden, memory)
                continue
            inputs = np.concatenate((embedded, attentional)) if self.fed else embedded
            cards, hidden, memory = self._move(inputs, hidden, memory)
            cards |= self._look(hidden[-1], keys, states)
            seen = np.concatenate((cards.pop("contexts"), hidden[-1]))
            attentional = np.tanh(self.weights.linear("decoder.combine", seen))
            cards["features"] = attentional
        return cards, self.weights.linear("output", cards["features"])

    def _look_first(self, embedded, keys, states, hidden, memory):
        cards = {"before": hidden[-1]} | self._look(hidden[-1], keys, states)
        contexts = cards.pop("contexts")
        moved, hidden, memory = self._move(np.concatenate((embedded, contexts)), hidden, memory)
        seen = np.concatenate((hidden[-1], contexts, embedded))
        sums = self.weights.linear("decoder.deep_output", seen)
        cards |= moved | {"sums": sums, "features": np.maximum(sums[::2], sums[1::2])}
        return cards, hidden, memory

    def _look(self, state, keys, states):
        """The cards of the head that is shown, and the contexts of all heads side by side."""
        name = "decoder.score.query"
        query = self.weights.linear(name, state) if f"{name}.weight" in self.weights else state
        queries, keys, values = (np.split(of, self.heads, axis=-1) for of in (query, keys, states))
        looks = [
            self._look_of(head, states, *parts)
            for head, parts in enumerate(zip(queries, keys, values, strict=True))
        ]
        contexts = np.concatenate([look["context"] for look in looks])
        joined = {"side_by_side": contexts} if self.heads > 1 else {}
        return looks[self._shown] | {"contexts": contexts} | joined

    def _look_of(self, head, states, query, keys, values):
        cards = {"query": query, "keys": keys, "values": values}
        if self.attention in ("additive", "concat"):
            vector = self.weights["decoder.score.score_vector.weight"][head]
            sums = query + keys
            coverage = self._coverage(head, states)
            cards |= coverage
            if coverage:
                size = len(query)
                known = self.weights["decoder.score.coverage.vector.weight"][:, 0]
                known = known[head * size : (head + 1) * size]
                sums = sums + np.outer(coverage["coverage"], known)
            scores = np.array([vector @ np.tanh(each) for each in sums])
        elif self.normaliser == "linear":
            cards |= {"feature_query": positive(query), "feature_keys": positive(keys)}
            scores = positive(keys) @ positive(query)
        else:
            scores = keys @ query
        cards["scores"] = scores
        if self.attention == "scaled_dot" and self.normaliser != "linear":
            scores = scores / np.sqrt(len(query))
            cards["scaled"] = scores
        scores = self._reached(scores, query, cards)
        shared = self._shared(scores)
        weights = shared.get("softmax", shared.get("weights"))
        self._covered[head] += weights / cards.get("fertility", 1.0)
        return cards | shared | {"mask": scores, "context": weights @ values}

    def _reached(self, scores, query, cards):
        """The scores inside the reach, and on the way the cards of a place that is predicted."""
        places, middle = np.arange(len(scores)), min(self._place, len(scores) - 1)
        if self.source_reach == "all":
            return scores
        if self.source_reach == "predicted":
            name = "decoder.score.reach"
            hidden = np.tanh(self.weights[f"{name}.hidden.weight"] @ query)
            wanted = sigmoid(self.weights[f"{name}.vector.weight"][0] @ hidden)
            middle = len(scores) * wanted
            near = -((places - middle) ** 2) / (2.0 * (self.window / 2.0) ** 2)
            scores = scores + near
            cards |= {"predicting": hidden, "place": middle, "nearness": near, "total": scores}
        return np.where(np.abs(places - middle) <= self.window, scores, -np.inf)

    def _shared(self, scores):
        if self.normaliser == "softmax":
            return {"softmax": softmax(scores)}
        if self.normaliser == "linear":
            return {"weights": np.exp(np.log(scores) - np.log(scores.sum()))}
        weights, threshold = sparse(scores, ALPHAS[self.normaliser])
        return {"threshold": threshold, "weights": weights}

    def _coverage(self, head, states):
        """What a head knows of its looks before, where it knows anything (Tu et al. 2016)."""
        name = "decoder.score.coverage"
        if f"{name}.vector.weight" not in self.weights:
            return {}
        covered = {"coverage": self._covered[head].copy()}
        if f"{name}.fertility.weight" not in self.weights:
            return covered
        expected = states @ self.weights[f"{name}.fertility.weight"][head]
        return covered | {"fertility": 2.0 * sigmoid(expected)}

    def _keys(self, states):
        name = "decoder.score.key"
        return self.weights.linear(name, states) if f"{name}.weight" in self.weights else states

    def _move(self, inputs, hidden, memory):
        cards = {"fed": inputs}
        hidden, memory = list(hidden), list(memory)
        for layer in range(self.layers):
            known, recurrent = self._products(layer, inputs, hidden[layer])
            step = (
                gru(known, recurrent, hidden[layer])
                if self.cell == "gru"
                else lstm(known, recurrent, memory[layer])
            )
            hidden[layer], memory[layer] = step.state, step.memory
            cards |= {(kind, layer): values for kind, values in step.cards.items()}
            inputs = step.state
        return cards, hidden, memory

    def _products(self, layer, inputs, state):
        w, fused = self.weights, "decoder.cells.recurrent"
        if f"{fused}.weight_ih_l{layer}" in w:
            known = w[f"{fused}.weight_ih_l{layer}"] @ inputs + w[f"{fused}.bias_ih_l{layer}"]
            return known, w[f"{fused}.weight_hh_l{layer}"] @ state + w[f"{fused}.bias_hh_l{layer}"]
        recurrent = w.linear(f"decoder.cells.hidden_gates.{layer}", state)
        if layer:
            return w.linear(f"decoder.cells.upper_gates.{layer - 1}", inputs), recurrent
        size = w["decoder.cells.input_gates.weight"].shape[1]
        known = w.linear("decoder.cells.input_gates", inputs[:size])
        return known + w["decoder.cells.fed_gates.weight"] @ inputs[size:], recurrent

    def _encode(self, ids):
        states = self.weights["encoder.embedding.weight"][ids]
        for layer in range(self.layers):
            ahead = self._run(f"encoder.forwards.{layer}", states)
            back = self._run(f"encoder.backwards.{layer}", states[::-1])[::-1]
            states = np.concatenate((ahead, back), axis=1)
        summary = np.concatenate((ahead[-1], back[0]))
        name = "encoder.reduction"
        reduced = f"{name}.weight" in self.weights
        return (self.weights.linear(name, states) if reduced else states), summary

    def _run(self, name, inputs):
        w = self.weights
        state, memory, states = np.zeros(self.size), np.zeros(self.size), []
        for x in inputs:
            known = w[f"{name}.weight_ih_l0"] @ x + w[f"{name}.bias_ih_l0"]
            recurrent = w[f"{name}.weight_hh_l0"] @ state + w[f"{name}.bias_hh_l0"]
            step = (
                gru(known, recurrent, state)
                if self.cell == "gru"
                else lstm(known, recurrent, memory)
            )
            state, memory = step.state, step.memory
            states.append(state)
        return np.array(states)
