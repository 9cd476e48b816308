"""The deeds on the way of a report: send, pass on, send back, hand in, accept, archive, reopen.

Every step is bound to the hash of exactly one version. Nobody reviews what he wrote in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from gongkai.base import audit
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.acting import signature
from gongkai.bodies.models import Body, Role, Section
from gongkai.bodies.queries import require_role
from gongkai.reporting.actions.publish import open_errors
from gongkai.reporting.actions.versions import locked
from gongkai.reporting.models import AnnualReport, Remark, ReportVersion, Route, SectionDuty
from gongkai.reporting.roles import FILERS
from gongkai.reporting.route import freeze
from gongkai.reporting.route.obstacles import obstacles
from gongkai.reporting.route.places import name_of_place
from gongkai.reporting.route.queries import (
    ARCHIVERS,
    STATIONS,
    confirmed,
    open_remarks,
    sections_of,
    sections_to_confirm,
    supervises,
    wrote_in,
)
from gongkai.reporting.route.seal import AT_HOME, Deed, State, fingerprint, move, step

By = AbstractBaseUser | None
LONGEST = 500


@contextmanager
def on_route(report: AnnualReport, seen: str = "") -> Iterator[Route]:
    """The way of a report under its lock; ``seen`` is the state that the person had before him."""
    with transaction.atomic():
        fresh = locked(report, None)
        route, _ = Route.objects.select_for_update(of=("self",), no_key=True).get_or_create(
            report=fresh
        )
        route.report = fresh
        if seen and seen != route.state:
            raise Overtaken(
                f"这份年报刚刚由他人办理，现在是“{route.get_state_display()}”。请核对以后再办。"
            )
        yield route


def send(report: AnnualReport, *, by: By, seen: str = "") -> Route:
    """Send the newest version on its way; from here on its rows and its hash are kept.

    Refused with open errors, unanswered remarks, a text with gaps, and before the year is over.
    """
    require_role(by, report.body, *FILERS)
    with on_route(report, seen) as route:
        if route.state not in AT_HOME:
            raise Refused(f"年报现在是“{route.get_state_display()}”，不用再送审。")
        newest = route.report.latest
        if newest is None:
            raise Refused("这份年报还没有内容，请先编制或者录入。")
        if number := open_errors(route.report).count():
            raise Refused(f"还有{number}个错误级问题没有处理，请先改正，或者逐个写明原因。")
        if number := open_remarks(route).count():
            raise Refused(f"还有{number}条退回意见没有答复，请逐条答复后再送。")
        if found := obstacles(newest, timezone.localdate()):
            raise Refused(found[0])
        route.version, route.sha256 = newest, fingerprint(newest)
        route.round += 1
        freeze.keep(newest, route.sha256)
        _take(route, Deed.SEND, by, "送审年报")
        sections = sections_to_confirm(route.report.body)
        move(route, State.CONFIRM if sections else State.LEGAL)
    return route


def confirm(
    report: AnnualReport,
    sections: Iterable[Section],
    *,
    by: By,
    sha256: str = "",
    opinion: str = "",
) -> Route:
    """A section confirms its numbers; with the last one the report goes on to the review."""
    with on_route(report) as route:
        _bound(route, State.CONFIRM, sha256)
        _not_his_own(route, by)
        allowed = _waiting(route) if by is None else sections_of(by, route)
        chosen = list(sections)
        if not chosen:
            raise Refused("请选择要确认的科室。")
        for section in chosen:
            if section not in allowed:
                raise PermissionDenied(
                    f"“{section.name}”的数字由该科室的承办人或者本机关审核人确认。"
                )
            _take(route, Deed.CONFIRM, by, "科室确认年报数字", opinion, section=section)
        if not _waiting(route):
            move(route, STATIONS[State.CONFIRM].then)
    return route


def pass_on(
    report: AnnualReport, *, by: By, state: str = "", sha256: str = "", opinion: str = ""
) -> Route:
    """Pass the station where the report stands: legal, secrecy, signature, supervising office."""
    with on_route(report, state) as route:
        station = STATIONS.get(State(route.state))
        if station is None or station.state == State.CONFIRM:
            raise Refused(f"年报现在是“{route.get_state_display()}”，没有要审核的事项。")
        _may_review(route, by)
        _bound(route, station.state, sha256)
        if route.state == State.SIGN and (number := open_errors(route.report).count()):
            raise Refused(f"还有{number}个错误级问题没有处理，请退回经办人。")
        _take(route, station.deed, by, station.verb, opinion, roles=station.roles)
        move(route, station.then)
    return route


def add_remark(report: AnnualReport, place: str, text: str, *, by: By) -> Remark:
    """Note what is to be asked about a cell or a paragraph; sent with the return, not before."""
    text = _words(text, "请写明意见。")
    with on_route(report) as route:
        _may_review(route, by)
        assert route.version is not None
        return Remark.objects.create(
            route=route,
            version=route.version,
            place=place,
            label=name_of_place(route.version.as_report, place),
            text=text,
            by=by,
            by_name=audit.name_of(by),
        )


def drop_remark(remark: Remark, *, by: By) -> None:
    """Take one's own remark away before it was sent."""
    with on_route(remark.route.report) as route:
        if by is None or remark.by_id != by.pk or remark.sent_at is not None:
            raise PermissionDenied("只能删除自己还没有退回的意见。")
        route.remarks.filter(pk=remark.pk, sent_at=None).delete()


def send_back(
    report: AnnualReport, opinion: str = "", *, by: By, state: str = "", sha256: str = ""
) -> Route:
    """Return the report to its clerk with the remarks noted; without any, ``opinion`` is one.

    What other reviewers have noted by then goes back with it: the clerk mends all of it at once.
    """
    with on_route(report, state) as route:
        if route.state == State.ACCEPTED:
            raise Refused("年报已经审核通过。需要修改的，由负责人重新打开。")
        _may_review(route, by)
        _bound(route, State(route.state), sha256)
        noted = route.remarks.filter(sent_at=None)
        opinion = opinion.strip()
        if not noted.filter(by=by).exists():
            _words(opinion, "请写明退回的意见，让经办人知道怎样修改。")
            add_remark(route.report, "", opinion, by=by)
        number = noted.update(sent_at=timezone.now())
        _take(route, Deed.RETURN, by, "退回年报", opinion, 意见=number)
        move(route, State.RETURNED)
    return route


def answer_remark(remark: Remark, answer: str, *, by: By) -> Remark:
    """Answer one remark; each must be answered before the report is sent again."""
    require_role(by, remark.route.report.body, *FILERS)
    answer = _words(answer, "请写明怎样修改的，或者为什么不改。")
    with on_route(remark.route.report) as route:
        if route.state not in AT_HOME:
            raise Refused("年报已经送出，不能再改答复。")
        remark = Remark.objects.select_for_update(no_key=True).get(pk=remark.pk)
        if remark.sent_at is None:
            raise Refused("这条意见还没有退回。")
        remark.answer, remark.answered_at, remark.answered_by = answer, timezone.now(), by
        remark.save(update_fields=["answer", "answered_at", "answered_by"])
        _audit(route, "答复退回意见", by, 意见=remark.label)
    return remark


def submit(report: AnnualReport, *, by: By, sha256: str = "") -> Route:
    """Hand the signed report in to the supervising office (条例 Art 49); frozen from here on.

    A body without a supervising office goes on to publication at once.
    """
    require_role(by, report.body, *FILERS)
    with on_route(report) as route:
        _bound(route, State.SIGNED, sha256)
        body = route.report.body
        # A correction of what is public does not make the report itself late.
        if route.report.published_id is None or route.report.submitted_on is None:
            route.report.submitted_on = timezone.localdate()
            route.report.save(update_fields=["submitted_on"])
        _take(route, Deed.SUBMIT, by, "报送年报")
        move(route, State.SUBMITTED if body.supervised_by_id else State.ACCEPTED)
    return route


def recall(report: AnnualReport, reason: str, *, by: By) -> Route:
    """The clerk takes the report back before the supervising office has accepted it."""
    require_role(by, report.body, *FILERS)
    reason = _words(reason, "请写明撤回的原因。")
    with on_route(report) as route:
        if route.state in (*AT_HOME, State.ACCEPTED, State.PUBLISHED, State.ARCHIVED):
            raise Refused(f"年报现在是“{route.get_state_display()}”，不能撤回。")
        _take(route, Deed.RECALL, by, "撤回年报", reason)
        move(route, State.DRAFT)
    return route


def reopen(report: AnnualReport, reason: str, *, by: By) -> Route:
    """Open an accepted or public report for a correction; what is public stays until it is
    replaced by the new version, with its errata."""
    require_role(by, report.body, Role.HEAD)
    reason = _words(reason, "请写明需要更正什么。")
    with on_route(report) as route:
        if route.state not in (State.ACCEPTED, State.PUBLISHED, State.ARCHIVED):
            raise Refused(f"年报现在是“{route.get_state_display()}”，不用重新打开。")
        _take(route, Deed.REOPEN, by, "重新打开年报", reason, roles=(Role.HEAD,))
        move(route, State.DRAFT)
    return route


def archive(report: AnnualReport, note: str = "", *, by: By) -> Route:
    """Put the published report into the archive."""
    require_role(by, report.body, *ARCHIVERS)
    with on_route(report) as route:
        if route.state != State.PUBLISHED:
            raise Refused("公开以后才能归档。")
        _take(route, Deed.ARCHIVE, by, "归档年报", note.strip()[:LONGEST])
        move(route, State.ARCHIVED)
    return route


def set_duties(body: Body, duties: dict[Section, Iterable[str]], *, by: By) -> None:
    """Say which section confirms which numbers; the former division is replaced."""
    require_role(by, body, Role.HEAD, Role.CLERK)
    with transaction.atomic():
        if Route.objects.filter(report__body=body, state=State.CONFIRM).exists():
            raise Refused(
                "有年报正在由科室确认，确认完以后再改分工；急需改的，请经办人先撤回年报。"
            )
        SectionDuty.objects.filter(section__body=body).delete()
        rows = [
            SectionDuty(section=section, part=SectionDuty.Part(part))
            for section, parts in duties.items()
            for part in dict.fromkeys(parts)
            if section.body_id == body.pk
        ]
        SectionDuty.objects.bulk_create(rows)
        told: dict[str, list[str]] = {}
        for row in rows:
            told.setdefault(row.section.name, []).append(row.get_part_display())
        audit.record("设置年报核数分工", body, by=by, scope=body.slug, new={"分工": told})


# --- what the deeds share -------------------------------------------------------------------


def _waiting(route: Route) -> list[Section]:
    done = confirmed(route)
    return [s for s in sections_to_confirm(route.report.body) if s.pk not in done]


def _may_review(route: Route, by: By) -> None:
    station = STATIONS.get(State(route.state))
    if station is None:
        raise Refused(f"年报现在是“{route.get_state_display()}”，没有要审核的事项。")
    if by is None:
        return
    if station.state == State.SUBMITTED:
        if not supervises(by, route.report.body):
            raise PermissionDenied("报送的年报由主管部门的检查人员审核。")
    elif station.state == State.CONFIRM:
        if not sections_of(by, route):
            raise PermissionDenied("各科室的数字由该科室的承办人或者本机关审核人确认。")
    else:
        require_role(by, route.report.body, *station.roles)
    _not_his_own(route, by)


def _not_his_own(route: Route, by: By) -> None:
    if by is not None and wrote_in(route.report, by):
        raise PermissionDenied("您参与过这份年报的编写，不能自己审核，请由其他人办理。")


def _bound(route: Route, state: State, sha256: str) -> None:
    """The report stands where the person saw it, with exactly the content that he saw."""
    if route.state != state:
        raise Overtaken(
            f"这份年报刚刚由他人办理，现在是“{route.get_state_display()}”。请核对以后再办。"
        )
    assert route.version is not None
    newest = route.report.latest
    if sha256 and sha256 != route.sha256:
        raise Overtaken("年报内容刚刚有变动，没有办理。请看过最新内容后再办。")
    if newest is None or newest.pk != route.version_id or fingerprint(newest) != route.sha256:
        raise Refused("年报内容与送审时不一致，请退回经办人重新送审。")


def _words(text: str, empty: str) -> str:
    text = text.replace("\0", "").strip()
    if not text:
        raise Refused(empty)
    if len(text) > LONGEST:
        raise Refused(f"请控制在{LONGEST}字以内。")
    return text


def _take(
    route: Route,
    deed: Deed,
    by: By,
    words: str,
    opinion: str = "",
    *,
    section: Section | None = None,
    roles: tuple[Role, ...] = (),
    **facts: object,
) -> None:
    opinion = opinion.replace("\0", "").strip()[:LONGEST]
    name = signature(by, route.report.body, *roles)
    step(route, deed, by=by, name=name, opinion=opinion, section=section)
    if section is not None:
        facts["科室"] = section.name
    _audit(route, words, by, 意见或原因=opinion, **facts)


def _audit(route: Route, words: str, by: By, **facts: object) -> None:
    version: ReportVersion | None = route.version
    audit.record(
        words,
        route.report,
        by=by,
        scope=route.report.body.slug,
        new={
            "版本": version and version.number,
            "校验值": route.sha256[:16],
            **{k: v for k, v in facts.items() if v not in ("", None)},
        },
    )
