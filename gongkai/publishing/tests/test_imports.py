"""An older site is taken over once, inside the folder only, and reviewed like everything else."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import docx
import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from gongkai.base.refusal import Refused
from gongkai.publishing.actions.batch import publish_many, review_many, submit_many
from gongkai.publishing.actions.drafts import save_draft
from gongkai.publishing.actions.imports import article, import_documents
from gongkai.publishing.actions.levels import save_level
from gongkai.publishing.actions.review import due_step, review
from gongkai.publishing.levels import key_of
from gongkai.publishing.models import Column, Document, ImportedDocument, ImportRun
from gongkai.publishing.required import lacking
from gongkai.publishing.tests.cast import Cast

PAGE = (
    "<html><head><meta charset='{charset}'></head><body><nav>首页 关于</nav>"
    "<div id='zoom'>{text}</div><footer>版权</footer></body></html>"
)
HEADS = ["标识", "文件", "标题", "栏目", "发布日期", "成文日期", "文号", "规范性文件"]
HEADS += ["施行日期", "有效期至"]
GOOD = ["a1", "a1.html", "关于体检的通知", "通知公告", "2021-03-05 10:20", "2021-03-01"]
GOOD += ["示卫〔2021〕3号"]
OLD = ["a2", "a2.html", "示例县体检管理办法", "通知公告", "", "2020-01-02", "示卫〔2020〕1号", "是"]
OLD += ["2020年2月1日", "2099-12-31"]


def a_site(at: Path, rows: list[list[Any]]) -> Path:
    page = PAGE.format(charset="gb2312", text="<p>请全县群众参加免费体检。</p><script>x()</script>")
    (at / "a1.html").write_bytes(page.encode("gb18030"))
    (at / "a2.html").write_text(PAGE.format(charset="utf-8", text="<p>管理办法全文。</p>"), "utf-8")
    (at / "empty.html").write_text("<html><body></body></html>", "utf-8")
    (at / "evil.docx").write_bytes(b"MZ not a document")
    (at.parent / "outside.html").write_text("<p>外面的文件</p>", "utf-8")
    table = at / "metadata.xlsx"
    with xlsxwriter.Workbook(str(table)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADS, *rows]):
            sheet.write_row(number, 0, row)
    return table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "old"
    found.mkdir()
    return found


def test_the_article_of_a_page_is_taken_without_what_stands_around_it() -> None:
    page = PAGE.format(charset="gb2312", text="<p>正文</p><script>x</script>").encode("gb18030")
    assert article(page) == "<p>正文</p>"
    assert article(b"<p>\xe6\xad\xa3</p>") == "<p>正</p>"


def test_an_import_takes_each_line_once_and_says_what_it_cannot_take(
    cast: Cast, folder: Path
) -> None:
    rows = [
        GOOD,
        ["a2", "a2.html", "示例县体检管理办法", "notices", "", "2020-01-02", "", "是"],
        ["", "a1.html", "没有标识", "通知公告", "", "2020-01-02"],
        ["b1", "没有.html", "没有文件", "通知公告", "", "2020-01-02"],
        ["b2", "../outside.html", "外面", "通知公告", "", "2020-01-02"],
        ["b3", "a1.html", "没有栏目", "某栏目", "", "2020-01-02"],
        ["b4", "empty.html", "没有正文", "通知公告", "", "2020-01-02"],
        ["b5", "evil.docx", "坏文件", "通知公告", "", "2020-01-02"],
        ["b6", "a1.html", "坏日期", "通知公告", "2020年13月45日", ""],
        ["b7", "a1.html", "没有日期", "通知公告", "", ""],
    ]
    table = a_site(folder, rows)
    run = import_documents(folder, table, cast.body, by=cast.clerk)
    assert (run.taken, run.known, len(run.refused)) == (2, 0, 8)
    assert [one["line"] for one in run.refused] == list(range(4, 12))
    document = ImportedDocument.objects.get(key="a1").document
    assert document.text == "<p>请全县群众参加免费体检。</p>"
    assert document.doc_number == "示卫〔2021〕3号" and not document.live
    again = import_documents(folder, table, cast.body, by=cast.clerk)
    assert (again.taken, again.known, len(again.refused)) == (0, 2, 8)
    assert Document.objects.count() == 2


def test_a_word_document_is_read_in_the_page_and_stands_beside_it(cast: Cast, folder: Path) -> None:
    """Its page would be empty, and its words not those of the document."""
    paper = docx.Document()
    paper.sections[0].header.paragraphs[0].text = "示例县卫生健康委员会文件"
    paper.add_heading("一、时间", 1)
    paper.add_paragraph("请全县群众参加免费体检。")
    paper.add_table(1, 2).cell(0, 0).text = "城关卫生院"
    paper.save(str(folder / "c1.docx"))
    row = ["c1", "c1.docx", "关于体检的通知", "通知公告", "2021-03-05", "2021-03-01"]
    run = import_documents(folder, a_site(folder, [row]), cast.body, by=cast.clerk)
    assert (run.taken, run.refused) == (1, [])
    document = ImportedDocument.objects.get(key="c1").document
    assert document.text.startswith("<h4>一、时间</h4><p>请全县群众参加免费体检。</p><table>")
    assert "城关卫生院" in document.text and "文件" not in document.text
    assert [one["name"] for one in document.attachments] == ["c1.docx"]


def test_what_comes_into_a_column_on_money_is_looked_at_by_finance(
    cast: Cast, folder: Path
) -> None:
    Column.objects.create(body=cast.body, key="budget", name="财政预算决算", art20_item=7)
    rows = [[*GOOD[:3], name, *GOOD[4:]] for name in ("财政预算决算", "通知公告")]
    rows[1][0] = "a3"
    import_documents(folder, a_site(folder, rows), cast.body, by=cast.clerk)
    shown = {one.key: one.document.shows_money for one in ImportedDocument.objects.all()}
    assert shown == {"a1": True, "a3": False}


def test_a_table_without_its_heads_is_refused(cast: Cast, folder: Path) -> None:
    table = folder / "t.xlsx"
    with xlsxwriter.Workbook(str(table)) as book:
        book.add_worksheet().write_row(0, 0, ["标题", "栏目"])
    with pytest.raises(Refused, match="标识、文件"):
        import_documents(folder, table, cast.body, by=cast.clerk)
    (folder / "bad.xlsx").write_bytes(b"nothing")
    with pytest.raises(Refused, match="读不出来"):
        import_documents(folder, folder / "bad.xlsx", cast.body, by=cast.clerk)


def through_the_steps(cast: Cast, documents: list[Document], until: str = "") -> None:
    while (due := due_step(documents[0])) is not None:
        step = due.task.specific.step
        if step == until:
            return
        seen = {one.pk: due_step(one).seen_sha256 for one in documents}  # type: ignore[union-attr]
        conclusion = "public" if step == "secrecy" else ""
        outcome = review_many(
            documents, by=cast.who(step), step=step, seen=seen, conclusion=conclusion
        )
        assert outcome.done == len(documents), outcome.left


def test_a_batch_is_reviewed_step_by_step_and_keeps_its_old_day(cast: Cast, folder: Path) -> None:
    rows = [GOOD, OLD]
    run = import_documents(folder, a_site(folder, rows), cast.body, by=cast.clerk)
    documents = list(Document.objects.filter(imported__run=run))
    days = dict(Document.objects.values_list("imported__key", "due_on"))
    assert days["a1"] is None, "the older site had published it in its time"
    assert days["a2"] is not None, "nobody knows whether it was ever public"
    assert len(publish_many(documents, by=cast.head).left) == 2
    # What the older site did not say is told, and holds nothing up.
    assert [name for name, _ in lacking(documents[0])] == ["theme", "summary"]
    assert submit_many(documents, by=cast.clerk).done == 2
    seen = {one.pk: due_step(one).seen_sha256 for one in documents}  # type: ignore[union-attr]
    wrong = review_many(documents, by=cast.secrecy, step="secrecy", seen=seen, conclusion="public")
    assert wrong.done == 0 and "环节" in wrong.left[0][1]
    stale = review_many(documents, by=cast.reviewer, step="section", seen={})
    assert stale.done == 0
    nobody = review_many(documents, by=cast.clerk, step="section", seen=seen)
    assert nobody.done == 0
    through_the_steps(cast, documents)
    documents = list(Document.objects.filter(imported__run=run).select_related("imported"))
    assert publish_many(documents, by=cast.clerk).done == 2
    old = Document.objects.get(imported__key="a1")
    assert timezone.localtime(old.published_at).strftime("%Y-%m-%d %H:%M") == "2021-03-05 10:20"
    assert old.live and old.index_number.endswith("/2021-00001")


def test_a_level_of_the_body_is_passed_for_a_batch_by_those_whose_it_is(
    client: Client, cast: Cast, folder: Path
) -> None:
    values = {"name": "医政科会签", "section": cast.section, "after": "secrecy", "form": "secrecy"}
    level = save_level(cast.body, values, by=cast.head)
    run = import_documents(folder, a_site(folder, [GOOD, OLD]), cast.body, by=cast.clerk)
    documents = list(Document.objects.filter(imported__run=run))
    submit_many(documents, by=cast.clerk)
    page = f"/office/publishing/imports/{run.pk}/"
    # Whoever hands the drafts in finds them in the menu.
    client.force_login(cast.clerk)
    assert "/office/publishing/imports/" in client.get("/office/").content.decode()
    client.force_login(cast.handler)
    assert client.get(page).status_code == 404, "nothing waits for him yet"
    through_the_steps(cast, documents, until=key_of(level))
    client.force_login(cast.leader)
    shown = client.get(page).content.decode()
    assert "待医政科会签 2" in shown and "其他岗位办理" in shown
    client.force_login(cast.handler)
    alone = client.get(f"/office/documents/{documents[0].pk}/review/").content.decode()
    assert f"{page}?stage={key_of(level)}" in alone
    shown = client.get(page).content.decode()
    assert "选中的医政科会签通过" in shown and "保密审查结论" in shown
    client.force_login(cast.secrecy)
    review(documents[0], by=cast.handler, approve=False, opinion="退回核对")
    submit_many(documents[:1], by=cast.clerk)
    review(documents[0], by=cast.reviewer, approve=True)
    assert "选中的保密审查通过" in client.get(page).content.decode(), "his own step is shown first"
    review(documents[0], by=cast.secrecy, approve=True, conclusion="public")
    client.force_login(cast.handler)
    seen = {f"sha256-{one.pk}": due_step(one).seen_sha256 for one in documents}  # type: ignore[union-attr]
    given = {"stage": key_of(level), "document": [d.pk for d in documents], **seen}
    told = client.post(page, given | {"conclusion": "public", "opinion": "同意"}).content.decode()
    assert "办理 2 件。" in told
    through_the_steps(cast, documents)
    assert publish_many(Document.objects.filter(imported__run=run), by=cast.clerk).done == 2


def test_an_older_normative_document_needs_its_legality_review_once_it_is_changed(
    cast: Cast, folder: Path
) -> None:
    import_documents(folder, a_site(folder, [OLD]), cast.body, by=cast.clerk)
    document = Document.objects.get()
    save_draft(document, {"text": "<p>全新的条文。</p>"}, by=cast.clerk)
    outcome = submit_many([document], by=cast.clerk)
    assert outcome.done == 0 and "合法性" in outcome.left[0][1]


def test_the_command_reports_and_refuses_in_words(cast: Cast, folder: Path) -> None:
    table = a_site(folder, [GOOD, ["b1", "无.html", "无", "通知公告", "", "2020-01-02"]])
    said = StringIO()
    asked = (str(folder), "--table", str(table))
    call_command("import_documents", *asked, "--body", cast.body.slug, stdout=said)
    assert "新导入 1 件" in said.getvalue() and "第 3 行 b1" in said.getvalue()
    assert ImportRun.objects.get().source == "metadata"
    with pytest.raises(CommandError, match="没有“无此机关”"):
        call_command("import_documents", *asked, "--body", "无此机关")
    with pytest.raises(CommandError, match="没有“无此人”"):
        call_command("import_documents", *asked, "--body", cast.body.slug, "--user", "无此人")
