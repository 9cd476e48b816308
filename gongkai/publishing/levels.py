"""The steps of a review in one list: those of ``Step`` and the levels that a body added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gongkai.bodies.models import Body, Role
from gongkai.publishing.models import ReviewLevel, ReviewTask
from gongkai.publishing.models.review import Step
from gongkai.publishing.roles import REVIEWERS

_PREFIX = "level-"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step; ``secrecy``: it fills in the form of the secrecy review."""

    key: str
    name: str
    secrecy: bool
    roles: tuple[Role, ...]
    level: ReviewLevel | None = None


def key_of(level: ReviewLevel) -> str:
    """What the step of a level is called in the rows."""
    return f"{_PREFIX}{level.pk}"


def stages(keys: Iterable[str]) -> list[Stage]:
    """The steps with these keys, in their order; one query for all levels."""
    keys = list(keys)
    numbers = [int(key.removeprefix(_PREFIX)) for key in keys if key.startswith(_PREFIX)]
    levels = {}
    if numbers:
        found = ReviewLevel.objects.select_related("person", "section").filter(pk__in=numbers)
        levels = {key_of(level): level for level in found}
    return [_of(levels[key]) if key in levels else _built_in(Step(key)) for key in keys]


def stage(key: str) -> Stage:
    """The step with this key."""
    return stages([key])[0]


def levels_of(body: Body) -> list[ReviewLevel]:
    """The levels that what is handed in from now on passes, in their order."""
    found = ReviewLevel.objects.filter(body=body, ended_at=None)
    return list(found.select_related("person", "section").order_by("order", "pk"))


def in_order(built_in: Iterable[str], body: Body) -> list[str]:
    """The keys of these steps with the body's levels between them.

    A level whose step is not taken this time stands where it would have stood.
    """
    wanted, levels = set(built_in), levels_of(body)
    found = [key_of(level) for level in levels if not level.after]
    for step in Step:
        if step.value in wanted:
            found.append(step.value)
        found += [key_of(level) for level in levels if level.after == step.value]
    return found


def tasks_of(keys: Iterable[str]) -> list[ReviewTask]:
    """The Wagtail tasks of these steps, in their order; made when asked for the first time."""
    keys = list(keys)
    known = {task.step: task for task in ReviewTask.objects.filter(step__in=keys)}
    for one in stages(key for key in keys if key not in known):
        known[one.key], _ = ReviewTask.objects.get_or_create(
            step=one.key, defaults={"name": one.name, "level": one.level}
        )
    return [known[key] for key in keys]


def who(level: ReviewLevel) -> str:
    """Who takes a level, in words."""
    if level.person is not None:
        return f"{level.person.last_name}{level.person.first_name}" or level.person.get_username()
    return f"{level.section}承办人" if level.section is not None else Role(level.role).label


def _built_in(step: Step) -> Stage:
    return Stage(step.value, step.label, step == Step.SECRECY, REVIEWERS[step])


def _of(level: ReviewLevel) -> Stage:
    secrecy = level.form == ReviewLevel.Form.SECRECY
    roles = (Role(level.role),) if level.role else ()
    return Stage(key_of(level), level.name, secrecy, roles, level)
