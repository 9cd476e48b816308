"""A corrected sheet: lines that the register has with other values are corrected when ticked."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.bodies.ledger import actions, take_in
from gongkai.bodies.ledger.book import book
from gongkai.bodies.ledger.models import SheetImport
from gongkai.registers.models import PenaltyDecision
from gongkai.registers.tests.cast import a_penalty
from gongkai.registers.tests.test_sheets import HEAD, PENALTIES, csv, good


def looked(cast, *rows, by=None, head=HEAD):
    return take_in.look_at(PENALTIES, cast.body, "表.csv", csv(head, *rows), by=by or cast.clerk)


@pytest.fixture
def known(cast):
    """Two penalties in the register as the sheet has them, the first one public."""
    take_in.take_in(looked(cast, good(1), good(2))[0], by=cast.clerk)
    PenaltyDecision.objects.update(has_social_impact=True)
    first = PenaltyDecision.objects.get(number="罚1号")
    actions.publish(PENALTIES, cast.body, [first.pk], by=cast.reviewer)
    return first


CORRECTED = [good(1).replace("警告", "罚款"), good(2).replace("警告", "罚款"), good(3)]


def contents():
    return dict(PenaltyDecision.objects.values_list("number", "content"))


def test_what_is_ticked_is_corrected_and_nothing_else(cast, known, client):
    client.force_login(cast.clerk)
    file = SimpleUploadedFile("表.csv", csv(HEAD, *CORRECTED))
    page = client.post(
        reverse("desk-ledger-import", args=["penalties"]), {"file": file}, follow=True
    )
    address, html = page.redirect_chain[-1][0], page.content.decode()
    assert html.count("决定内容：<del>警告</del> → <ins>罚款</ins>") == 2
    assert "新的登记 1 行，和已经登记的内容不同的 2 行" in html
    known.refresh_from_db()
    done = client.post(address, {"line": f"{known.pk}:{known.version}"}, follow=True)
    assert "已导入 1 行，更正 1 行。" in done.content.decode()
    assert contents() == {"罚1号": "罚款", "罚2号": "警告", "罚3号": "警告"}
    kept = SheetImport.objects.latest("pk")
    assert (kept.rows, kept.sealed, kept.looked) == (2, None, None)
    told = AuditEntry.objects.filter(action="修改行政处罚决定").get()
    assert (told.old, told.new) == ({"决定内容": "警告"}, {"决定内容": "罚款"})


def test_a_public_line_that_is_corrected_waits_for_a_second_person(cast, known):
    sent, _ = looked(cast, *CORRECTED, by=cast.reviewer)
    known.refresh_from_db()
    take_in.take_in(sent, by=cast.reviewer, ticked={known.pk: known.version})
    known.refresh_from_db()
    assert known.published_at is None
    with pytest.raises(Refused, match="请由另一位同事"):
        actions.publish(PENALTIES, cast.body, [known.pk], by=cast.reviewer)


def test_all_are_corrected_by_one_button(cast, known, client):
    sent, _ = looked(cast, *CORRECTED)
    client.force_login(cast.clerk)
    address = reverse("desk-ledger-import-look", args=["penalties", sent.pk])
    client.post(address, {"all": ""})
    assert contents() == {"罚1号": "罚款", "罚2号": "罚款", "罚3号": "警告"}


def test_a_sheet_of_corrections_only_asks_which_and_keeps_waiting(cast, known, client):
    sent, _ = looked(cast, *CORRECTED[:2])
    client.force_login(cast.clerk)
    address = reverse("desk-ledger-import-look", args=["penalties", sent.pk])
    answer = client.post(address)
    assert answer.status_code == 422 and "还没有勾选要更正的行" in answer.content.decode()
    sent.refresh_from_db()
    assert sent.state == SheetImport.State.LOOKED_AT and set(contents().values()) == {"警告"}


def test_a_line_that_was_changed_since_stops_the_whole_sheet(cast, known):
    sent, _ = looked(cast, *CORRECTED)
    known.refresh_from_db()
    ticked = {known.pk: known.version}
    actions.change(PENALTIES, known.pk, {"cause": "另一案由"}, by=cast.clerk)
    with pytest.raises(Refused, match="台账里的内容变了"):
        take_in.take_in(sent, by=cast.clerk, ticked=ticked)
    assert contents() == {"罚1号": "警告", "罚2号": "警告"}


def test_columns_that_the_sheet_lacks_stay_as_they_are(cast, known):
    sent, found = looked(cast, *CORRECTED[:1])
    assert found.changes[0].values == {"content": "罚款"}
    known.refresh_from_db()
    take_in.take_in(sent, by=cast.clerk, ticked={known.pk: known.version})
    known.refresh_from_db()
    assert known.has_social_impact and known.happened_on == date(2026, 3, 1)


def test_a_correction_must_make_sense_with_what_the_register_holds(cast, known):
    """The sheet's own columns may fit together and not the line they correct."""
    actions.change(PENALTIES, known.pk, {"annulled_on": date(2026, 4, 1)}, by=cast.clerk)
    late = good(1).replace("2026-03-01", "2026-05-01")
    sent, found = looked(cast, late)
    assert sent.pk is None
    assert [s for _, _, s in found.wrong] == ["撤销日期早于作出决定日期，请核对两个日期。"]


def test_a_handler_corrects_the_lines_of_his_section_only(cast):
    """What another section has registered is not even shown."""
    a_penalty(cast, "罚1号", section=cast.supervision)
    row = good(1).replace("监督科", "许可科")
    sent, found = looked(cast, row, by=cast.handler)
    ((_, column, sentence),) = found.wrong
    assert sent.pk is None and column == "整行" and "别的科室" in sentence
    a_penalty(cast, "罚2号", section=cast.licensing)
    sent, found = looked(cast, good(2).replace("监督科", "许可科"), by=cast.handler)
    (change,) = found.changes
    take_in.take_in(sent, by=cast.handler, ticked={change.line.pk: change.line.version})


def test_what_is_sealed_stays_closed_in_the_preview(cast):
    """Hotline: the register shows that something was said, not what."""
    hotline = book("hotline")
    category, label = hotline.choices["category"]()[0]
    values = {
        "happened_on": date(2026, 3, 1),
        "line": "12345",
        "number": "GD-1",
        "category": category,
        "summary": "来电人说的话",
    }
    actions.enter(hotline, cast.body, values, by=cast.clerk)
    data = csv(
        "来电日期,热线,工单编号,类别,内容摘要,答复日期",
        f"2026-03-01,12345热线,GD-1,{label},改过的话,2026-03-03",
    )
    sent, found = take_in.look_at(hotline, cast.body, "表.csv", data, by=cast.clerk)
    ((_, line, changed),) = found.changes
    assert set(changed) == {"summary", "replied_on"}
    told = str(take_in.looked_at(sent))
    assert "已填写" in told and "来电人说的话" not in told and "改过的话" not in told
    take_in.take_in(sent, by=cast.clerk, ticked={line.pk: line.version})
    line.refresh_from_db()
    assert line.summary == "改过的话" and line.replied_on == date(2026, 3, 3)


def test_more_corrections_than_anybody_reads_are_another_sheet(cast, known, monkeypatch):
    monkeypatch.setattr(take_in, "MOST_CHANGED", 1)
    with pytest.raises(Refused, match="是不是选错了文件"):
        looked(cast, *CORRECTED)
