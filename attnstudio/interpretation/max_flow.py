"""The largest flow from one node of a network to another (Dinic 1970)."""

from __future__ import annotations

from collections.abc import Iterable

_LEAST = 1e-12  # what is left of a capacity counts as nothing below this


class Network:
    """Nodes, counted from 0, and edges with capacities.

    Args:
        nodes: how many.
        edges: from where, to where, and how much may flow.
    """

    def __init__(self, nodes: int, edges: Iterable[tuple[int, int, float]]) -> None:
        self._leaving: list[list[int]] = [[] for _ in range(nodes)]
        self._heads: list[int] = []  # an edge and the one back stand beside each other: 2n, 2n + 1
        self._capacities: list[float] = []
        for tail, head, capacity in edges:
            if capacity > 0.0:
                self._leaving[tail].append(len(self._heads))
                self._leaving[head].append(len(self._heads) + 1)
                self._heads += (head, tail)
                self._capacities += (capacity, 0.0)

    def largest_flow(self, source: int, sink: int) -> float:
        """How much can flow from a node to another one, exactly but for rounding."""
        left = self._capacities.copy()
        total = 0.0
        while (depths := self._depths(left, source, sink)) is not None:
            total += self._block(left, depths, source, sink)
        return total

    def _depths(self, left: list[float], source: int, sink: int) -> list[int] | None:
        """How many edges the sink is from each node; None where it is not reached.

        Looked for from the sink on, of which less is reached than of a source that sees all.
        """
        heads, leaving = self._heads, self._leaving
        depths = [-1] * len(leaving)
        depths[sink] = 0
        reached = [sink]
        while reached and depths[source] < 0:
            further = []
            for node in reached:
                depth = depths[node] + 1
                for edge in leaving[node]:
                    tail = heads[edge]
                    if depths[tail] < 0 and left[edge ^ 1] > _LEAST:
                        depths[tail] = depth
                        further.append(tail)
            reached = further
        return depths if depths[source] >= 0 else None

    def _block(self, left: list[float], depths: list[int], source: int, sink: int) -> float:
        """Fill shortest paths until each has a full edge; how much flows along them."""
        tried = [0] * len(depths)  # edges of each node that lead nowhere any more
        path: list[int] = []
        total, node = 0.0, source
        while True:
            if node == sink:
                most = min(left[edge] for edge in path)
                total += most
                for edge in path:
                    left[edge] -= most
                    left[edge ^ 1] += most
                full = next(n for n, edge in enumerate(path) if left[edge] <= _LEAST)
                node = self._heads[path[full] ^ 1]
                del path[full:]
                continue
            edges, first = self._leaving[node], tried[node]
            while first < len(edges):
                edge = edges[first]
                if left[edge] > _LEAST and depths[self._heads[edge]] == depths[node] - 1:
                    break
                first += 1
            tried[node] = first
            if first < len(edges):
                path.append(edges[first])
                node = self._heads[edges[first]]
            elif path:
                node = self._heads[path.pop() ^ 1]
                tried[node] += 1
            else:
                return total
