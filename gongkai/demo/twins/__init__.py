"""Twins: made-up bodies whose registers give the figures that five real reports published.

``steps`` fills what is missing: lines of the registers, applications, normative documents; then
each year's report is compiled from them. The figures stand in ``data/twins.yaml``; no text and no
file of the real reports is used. Beside the twins stand the other bodies of a county and a city,
so that both roll up from ten bodies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any

from gongkai.bodies import actions as bodies
from gongkai.bodies.models import Body, Role
from gongkai.demo.data import load
from gongkai.demo.twins import books, compiled, lines, mail, papers, voices
from gongkai.demo.twins.lines import Team, team
from gongkai.registers.models import ServiceItem
from gongkai.reporting.models import AnnualReport


def steps() -> Iterator[tuple[str, Callable[[], None]]]:
    """(name, step) of every twin and every small body whose registers are still empty."""
    data = load("twins.yaml")
    for entry in (*data["twins"], *_small(data["small"])):
        body = Body.objects.get(slug=entry["body"])
        if not ServiceItem.objects.filter(body=body).exists():
            yield f"{body.short_name}{entry['year']}年的台账", partial(_fill, body, entry)
    for government in data["small"]["governments"]:
        body, year = Body.objects.get(slug=f"{government['prefix']}-gov"), government["year"]
        if not AnnualReport.objects.filter(body=body, year=year).exists():
            yield f"{body.short_name}{year}年年报（汇总）", partial(_roll_up, body, government)


def _small(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The other nine bodies of the county and of the city: a line of figures for each."""
    for government in data["governments"]:
        for short, figures in data["departments"].items():
            facts = dict(zip(data["columns"], figures, strict=True))
            more, year = government["more"], government["year"]
            management, supervision, problem, measure = data["words"][short]
            yield {
                "body": f"{government['prefix']}-{short}",
                "year": year,
                "code": f"{government['code']}{facts['code']}",
                "items": {
                    "licence": [facts["licence_items"], facts["new_items"], 0],
                    "penalty": [facts["penalty_items"], 0, 0],
                },
                "lines": {
                    "licences": facts["licences"] + more,
                    "penalties": facts["penalties"] + more,
                    "coercion": facts["coercion"],
                },
                "fees": facts["fees"],
                "procurement": facts["procurement"],
                "wording": {"management": management, "supervision": supervision},
                "improvements": [[year, problem, measure, ""]],
            }


def _fill(body: Body, entry: dict[str, Any]) -> None:
    people = team()
    _roles(body, people)
    for slug, rows in chain(books.rows(body, entry), voices.rows(body, entry)):
        lines.enter(slug, body, entry["year"], rows, people)
    mail.mailboxes(body, entry, people)
    papers.applications(body, entry)
    papers.normative_documents(body, entry)
    papers.leading_group(body, entry)
    papers.transfers(body, entry, people)
    compiled.compile_report(body, entry, people)


def _roll_up(body: Body, entry: dict[str, Any]) -> None:
    lines.enter("regulations", body, entry["year"], entry.get("regulations", ()), team())
    compiled.roll_up(body, entry["year"], team())


def _roles(body: Body, people: Team) -> None:
    """The two who keep the registers of all these bodies."""
    bodies.grant_role(people.keeper, body, Role.CLERK, by=None)
    bodies.grant_role(people.publisher, body, Role.HEAD, by=None)
