"""HTML: what the visitor of the page sees of the article, and the tables with their spans."""

from __future__ import annotations

from gongkai.annual_report.read.document import Document, Grid, Paragraph
from gongkai.annual_report.read.html import html_document

FIGURES = (
    "<table><tr><td colspan=3>第二十条第（一）项</td></tr>"
    "<tr><td>信息内容</td><td>本年<br>制发</td><td>现行</td></tr>"
    "<tr><td>规章</td><td>0</td><td>1</td></tr></table>"
)


def page(body: str, head: str = "") -> Document:
    return html_document(f"<html><head>{head}</head><body>{body}</body></html>", "a.html")


def texts(document: Document) -> list[str]:
    return [b.text for b in document.blocks if isinstance(b, Paragraph)]


def grids(document: Document) -> list[list[list[tuple[str, int, int]]]]:
    return [
        [[(c.text, c.colspan, c.rowspan) for c in row] for row in b.rows]
        for b in document.blocks
        if isinstance(b, Grid)
    ]


def test_spans_and_line_breaks_in_cells_are_kept() -> None:
    (grid,) = grids(page(f"<p>一、总体情况</p>{FIGURES}"))
    assert grid[0] == [("第二十条第（一）项", 3, 1)]
    assert grid[1][1] == ("本年\n制发", 1, 1)


def test_a_row_span_ends_with_the_table() -> None:
    (grid,) = grids(page("<table><tr><td rowspan=99>甲</td><td>1</td></tr><tr><td>2</td></table>"))
    assert grid == [[("甲", 1, 2), ("1", 1, 1)], [("2", 1, 1)]]


def test_what_the_visitor_does_not_see_is_left_out() -> None:
    document = page(
        "<p>一、总体情况</p><script>var a='不要'</script><style>p{}</style>"
        "<p style='color:red; DISPLAY : none'>不要</p><p hidden>不要</p><!-- 不要 -->"
        "<p style='visibility:hidden'>不要</p><template>不要</template><p>正文</p>"
    )
    assert texts(document) == ["一、总体情况", "正文"]


def test_the_article_is_found_between_navigation_and_footer() -> None:
    document = page(
        "<div class=nav><a href=1>首页</a><a href=2>行政许可</a></div>"
        "<div class=main><div class=side><ul><li>机构职能</li><li>政策文件</li></ul></div>"
        "<h1>示例市2023年政府信息公开工作年度报告</h1>"
        f"<div class=text><p>一、总体情况</p><p>正文</p>{FIGURES}<p>六、其他需要报告的事项</p>"
        "<p>无</p></div></div><div class=foot><p>主办单位：示例市人民政府办公室</p></div>"
    )
    assert texts(document) == [
        "示例市2023年政府信息公开工作年度报告",
        "一、总体情况",
        "正文",
        "六、其他需要报告的事项",
        "无",
    ]
    assert next(b.heading for b in document.blocks if isinstance(b, Paragraph))


def test_a_layout_table_is_dissolved_and_the_tables_inside_are_kept() -> None:
    document = page(
        "<table width=100%><tr><td>左栏</td><td><p>一、总体情况</p><table><tr><td>"
        f"<p>二、主动公开政府信息情况</p>{FIGURES}</td></tr></table></td></tr></table>"
    )
    assert "二、主动公开政府信息情况" in texts(document)
    assert len(grids(document)) == 1


def test_a_frame_around_one_value_stays_in_its_cell() -> None:
    cell = "<td><table><tr><td>7</td></tr></table></td>"
    (grid,) = grids(
        page(f"<table><tr><td>规章</td>{cell}</tr><tr><td>许可</td>{cell}</tr></table>")
    )
    assert [row[1][0] for row in grid] == ["7", "7"]


def test_a_report_in_one_table_is_parted_at_its_headings() -> None:
    rows = (
        "<tr><td colspan=3>一、总体情况</td></tr>"
        f"<tr><td colspan=3>{'说明文字。' * 30}</td></tr>"
        "<tr><td colspan=3>二、主动公开政府信息情况</td></tr>"
        "<tr><td>规章</td><td>0</td><td>1</td></tr><tr><td>许可</td><td>2</td><td>3</td></tr>"
    )
    document = page(f"<table>{rows}</table>")
    assert texts(document)[0] == "一、总体情况"
    assert texts(document)[2] == "二、主动公开政府信息情况"
    assert len(grids(document)[0]) == 2


def test_tags_and_the_frame_of_the_platform_become_meta() -> None:
    document = page(
        "<table><tr><td>索引号</td><td>0001/2024</td><td>发布机构</td><td>示例市统计局</td></tr>"
        f"<tr><td>名称</td><td colspan=3>年报</td></tr></table>"
        f"<div><p>一、总体情况</p>{FIGURES}</div>",
        "<title>年报-示例市</title><meta name=ArticleTitle content=年报>"
        "<meta name=PubDate content='2024-01-20 09:00'>",
    )
    meta = dict(document.meta)
    assert meta["ArticleTitle"] == "年报"
    assert meta["PubDate"] == "2024-01-20 09:00"
    assert meta["发布机构"] == "示例市统计局"
    assert meta["title"] == "年报-示例市"


def test_places_count_visible_paragraphs_and_rows() -> None:
    document = page(f"<p>一、总体情况</p>{FIGURES}<p>后</p>")
    first, grid, last = document.blocks
    assert isinstance(grid, Grid) and grid.place and first.place and last.place
    assert (first.place.line, grid.place.line, last.place.line) == (1, 2, 5)
    assert str(grid.rows[2][2].place) == "第4行单元格C3"
