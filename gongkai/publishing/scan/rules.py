"""What the machine asks about: each rule takes the words of a draft and yields hits."""

from __future__ import annotations

from gongkai.publishing.scan.elements import elements
from gongkai.publishing.scan.model import Rule, WholeRule
from gongkai.publishing.scan.money import money
from gongkai.publishing.scan.personal import personal
from gongkai.publishing.scan.places import places
from gongkai.publishing.scan.secrecy import secrecy
from gongkai.publishing.scan.words import words

RULES: tuple[Rule, ...] = (personal, secrecy, words, places)
WHOLE_RULES: tuple[WholeRule, ...] = (elements, money)
