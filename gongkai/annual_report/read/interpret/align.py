"""Runs to the rows of an official table: monotonic dynamic programming on label bigrams."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

_NOT_LABEL = re.compile(r"[^0-9\u4e00-\u9fff]")
_ASIDE = re.compile(r"\([^()]{4,}\)?$|\([^()]{4,}\)")
#: From here on the printed label speaks for the row by itself.
CLEAR = 0.5
#: What it costs to give a whole run no row.
LEFT_OUT = -1.0
_GLUED_ORDINAL = re.compile(r"^[一二三四五六七](?=\d)")
_FOREIGN = re.compile(r"(?:\d{1,2}[.、]|\([一二三四五六七八九十]\))?[\u4e00-\u9fff]{3,}")


def core(text: str) -> str:
    """A label without its asides in brackets and its punctuation."""
    return _NOT_LABEL.sub("", _ASIDE.sub("", text) if "(" in text else text)


@lru_cache(maxsize=8192)
def bigrams(text: str) -> frozenset[str]:
    return frozenset([text[i : i + 2] for i in range(len(text) - 1)])


def dice(a: str, b: str) -> float:
    """Similarity of two strings by shared bigrams, 0–1."""
    x, y = bigrams(a), bigrams(b)
    return 2 * len(x & y) / (len(x) + len(y)) if x and y else float(a == b)


class Labels:
    """The labels of a table's rows in order, each with its variants.

    ``groups`` are labels that stand over several rows and speak for none of them.
    """

    def __init__(self, variants: Sequence[Sequence[str]], groups: Sequence[str] = ()) -> None:
        self.groups = [_NOT_LABEL.sub("", g) for g in groups]
        self.variants = [[_NOT_LABEL.sub("", v) for v in row] for row in variants]
        self.exact = {v: i for i, row in enumerate(self.variants) for v in row}
        self._scores = lru_cache(maxsize=4096)(self._score)
        self.garbled = lru_cache(maxsize=4096)(self._garbled)

    def scores(self, own: str, before: str) -> tuple[float, ...]:
        """How well each row fits a run with this text on its line and before it (0–1).

        All negative: the run's own text is a label that no official row has.
        """
        return self._scores(own, before[-160:])

    def _score(self, own: str, before: str) -> tuple[float, ...]:
        own_core, before_core = core(own), _NOT_LABEL.sub("", before)
        if own_core not in self.exact:
            own_core = self._without_groups(own_core)
        if own_core in self.exact:
            return self._only(self.exact[own_core])
        stripped = core(before)
        ends = [v for v in self.exact if stripped.endswith(v) or before_core.endswith(v)]
        if ends and len(best := max(ends, key=len)) > 2:
            return self._only(self.exact[best])
        scores = tuple(
            max(self._fit(v, own_core, stripped, before_core) for v in row) for row in self.variants
        )
        if max(scores) < 0.3 and len(own_core) > 3 and _FOREIGN.search(own):
            return tuple(-3.0 for _ in scores)
        return scores

    def _garbled(self, own: str, row: int) -> bool:
        """Whether a label on the run's own line is the row's, with characters lost or wrong.

        A label that is only cut by a line break, or that says more, is not meant.
        """
        text = _GLUED_ORDINAL.sub("", self._without_groups(core(own)))
        label = max(self.variants[row], key=len)
        if text in self.exact or len(text) < 5 or text in label or label in text:
            return False
        return abs(len(text) - len(label)) <= 3 and dice(text, label) >= 0.6

    def _without_groups(self, own: str) -> str:
        for group in self.groups:
            own = own.replace(group, "", 1)
        return own

    def _only(self, row: int) -> tuple[float, ...]:
        return tuple(float(i == row) for i in range(len(self.variants)))

    def _fit(self, label: str, own: str, stripped: str, before: str) -> float:
        size = len(label)
        best = max(
            0.97 * dice(before[-size:], label) if before else 0.0,
            0.97 * dice(stripped[-size:], label) if stripped else 0.0,
        )
        if own:
            best = max(best, dice(own, label))
            if len(own) > 4 and own in label:
                best = max(best, 0.6 + 0.4 * len(own) / size)
        if size > 4:
            wanted = bigrams(label)
            share = len(wanted & bigrams(before)) / len(wanted)
            best = max(best, 0.45 * share)
        return best


def align(scores: Sequence[Sequence[float]], full: Sequence[bool]) -> list[int | None]:
    """The row of each run, rows in rising order, so that the sum of scores is greatest.

    ``full`` says which runs have as many values as a row. Such a run is given a row even
    without evidence, where one is free between its neighbours: ``settled`` then decides
    whether that is certain. To leave it out costs something.
    """
    if not scores:
        return []
    exact = [row_scores.index(1.0) if 1.0 in row_scores else -1 for row_scores in scores]
    if (rows := _by_exact_labels(exact, scores, full)) is not None:
        return rows
    return _best(scores, full)


def _by_exact_labels(
    exact: list[int], scores: Sequence[Sequence[float]], full: Sequence[bool]
) -> list[int | None] | None:
    """The rows, with the runs of undamaged label taken for certain: only the rest is searched.

    None if these labels are not in the order of the table, or if a run between them would
    find no free row: then the labels themselves are in doubt (printed apart from the numbers).
    """
    known = [(i, row) for i, row in enumerate(exact) if row >= 0]
    if not known or any(a[1] >= b[1] for a, b in pairwise(known)):
        return None
    out: list[int | None] = [row if row >= 0 else None for row in exact]
    for (i, above), (j, below) in pairwise([(-1, -1), *known, (len(exact), len(scores[0]))]):
        if j - i == 1:
            continue
        if below - above - 1 < sum(full[i + 1 : j]):
            return None
        part = _best([s[above + 1 : below] for s in scores[i + 1 : j]], full[i + 1 : j])
        for k, row in enumerate(part):
            out[i + 1 + k] = None if row is None else above + 1 + row
    return out


def _best(scores: Sequence[Sequence[float]], full: Sequence[bool]) -> list[int | None]:
    """``align`` by dynamic programming."""
    count = len(scores[0])
    tables = [[0.0] * (count + 1)]
    for row_scores, whole in zip(scores, full, strict=True):
        bonus, skip = (0.06, LEFT_OUT) if whole else (-0.2, 0.0)
        last = tables[-1]
        new = [last[0] + skip]
        for row in range(1, count + 1):
            taken = last[row - 1] + row_scores[row - 1] + bonus
            new.append(max(last[row] + skip, new[row - 1], taken))
        tables.append(new)
    out: list[int | None] = [None] * len(scores)
    row = count
    for run in range(len(scores) - 1, -1, -1):
        skip = LEFT_OUT if full[run] else 0.0
        here, last = tables[run + 1], tables[run]
        while row > 0 and here[row] == here[row - 1]:
            row -= 1
        if row > 0 and here[row] > last[row] + skip:
            out[run] = row - 1
            row -= 1
    return out


def settled(
    rows: Sequence[int | None], scores: Sequence[Sequence[float]], count: int
) -> list[bool]:
    """Which runs are certainly in their row.

    A run is, if its label says so; or if between the nearest runs with a clear label there
    are exactly as many runs as open rows.
    """
    clear = [row is not None and scores[i][row] >= CLEAR for i, row in enumerate(rows)]
    out = list(clear)
    i = 0
    placed = [i for i, row in enumerate(rows) if row is not None]
    while i < len(placed):
        if clear[placed[i]]:
            i += 1
            continue
        j = i
        while j < len(placed) and not clear[placed[j]]:
            j += 1
        before = rows[placed[i - 1]] if i else -1
        after = rows[placed[j]] if j < len(placed) else count
        assert before is not None and after is not None
        if after - before - 1 == j - i:
            for k in range(i, j):
                out[placed[k]] = True
        i = j
    return out
