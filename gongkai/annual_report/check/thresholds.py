"""The limits that the rules use, in one place."""

from __future__ import annotations

#: Decimals of an amount in 万元 (table heads of both formats).
AMOUNT_DECIMALS = 4
#: From this figure on an amount in 万元 is hardly meant as such.
WAN_TOO_BIG = 1_000_000
#: A sum of listed parts from this share of the total on is meant to be the whole.
NEARLY_ALL = 0.9
#: Year-on-year change that wants a word of explanation, and the smallest base it is asked of.
BIG_CHANGE = 0.5
SMALL_BASE = 10
#: Likeness of two narratives (0–1) from which on a report counts as copied.
COPIED = 0.8
