"""What comes from Word and WPS keeps its structure and words, and nothing that was hidden."""

from __future__ import annotations

from gongkai.publishing.content import clean_html, without_title, words

#: What Word puts on the clipboard, shortened; the made-up text is ours.
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"
 xmlns:w="urn:schemas-microsoft-com:office:word"><head>
<meta name=Generator content="Microsoft Word 15">
<link rel=File-List href="file:///C:/clip_filelist.xml">
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings><o:AllowPNG/></o:OfficeDocumentSettings></xml>
<![endif]--><style><!-- @font-face {font-family:仿宋_GB2312;} p.MsoNormal {margin:0cm;} --></style>
</head><body lang=ZH-CN><!--StartFragment-->
<h1 align=center><span style='font-family:方正小标宋简体'>关于体检的通知<o:p></o:p></span></h1>
<p class=MsoNormal style='mso-char-indent-count:2.0'><b><span>一、</span></b><span
 style='font-size:16.0pt'>各单位于<span lang=EN-US>2026</span>年<a name="_Toc1"></a>完成<del
 cite="mailto:x">删去的话</del>。<span lang=EN-US><o:p></o:p></span></span></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
 style='mso-list:Ignore'>（1）<span>&nbsp;&nbsp; </span></span><![endif]>第一项</p>
<p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p>
<table class=MsoTableGrid border=1 style='mso-yfti-tbllook:1184'><tr style='mso-yfti-irow:0'>
<td width=277 colspan=2 valign=top><p class=MsoNormal>单位</p></td></tr><tr><td>甲</td>
<td>乙<span style='mso-hide:all'>隐藏的字</span></td></tr></table>
<![if !vml]><img width=10 src="file:///C:/clip_image002.jpg"><![endif]>
<div style='mso-element:comment-list'><div style='mso-element:comment'>批注内容</div></div>
<!--EndFragment--></body></html>"""
WPS = """<meta charset="utf-8"><style>p.MsoNormal{mso-style-name:正文;}</style><!--StartFragment-->
<div class="Section0"><p class=MsoNormal style="text-indent:32pt;"><span
 style="mso-spacerun:'yes';font-family:仿宋;"><font face="仿宋">第一段</font></span></p>
<div>第二段</div><div>第三段</div><script>alert(1)</script><p onclick="x()"><a
 href="javascript:alert(1)">坏链接</a><a href="https://www.gov.cn/">好链接</a></p></div>"""
#: The end of an official document (落款) from both, and from a letter kept as a web page.
SIGNED = """<p class=MsoNormal align=right style='margin-right:64.0pt;text-align:right'><span
 style='font-size:16.0pt;font-family:仿宋_GB2312'>示例县卫生健康委员会<span lang=EN-US><o:p></o:p>
</span></span></p><p class=MsoNormal style="mso-pagination:widow-orphan;text-align:right;
 line-height:28pt;"><span style="mso-spacerun:'yes';font-family:仿宋;">2026年3月2日</span></p>
<div align="right"><p>（印章）</p></div><p align=center style='text-align:center'>附件</p>
<p style='text-align:justify;text-justify:inter-ideograph'>正文一段。</p>
<table><tr><td align=center><p>单元格</p></td></tr></table>"""
#: Lists: of Word by its own numbers, of WPS, of Word in the browser (each item a list that says
#: where it goes on), and the sign of an item that is a letter in a font of signs.
LISTS = """<p class=MsoListParagraph style='margin-left:36.0pt;mso-list:l0 level1 lfo1'>
<![if !supportLists]><span lang=EN-US style='mso-bidi-font-family:仿宋'><span
 style='mso-list:Ignore'>一、<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span>
</span><![endif]><span>总体要求</span></p><p class=MsoNormal style="mso-list:l0 level1 lfo1;">
<!--[if !supportLists]--><span style="font-family:宋体;"><span
 style="mso-list:Ignore;">（二）</span></span><!--[endif]--><span>工作任务</span></p>
<p class=MsoNormal style="mso-list:l1 level1 lfo2;"><![if !supportLists]><span
 style="font-family:Wingdings;mso-fareast-font-family:Wingdings;"><span
 style='mso-list:Ignore;'>&#108;<span>&nbsp;</span></span></span><![endif]>带符号的一项</p>
<div class="ListContainerWrapper SCXW1 BCX0"><ol class="NumberListStyle1" role="list" start="1">
<li data-leveltext="%1." role="listitem"><p class="Paragraph">第一项</p></li></ol></div>
<div class="OutlineElement"><p>说明一段</p></div><div class="ListContainerWrapper SCXW1 BCX0">
<ol class="NumberListStyle1" role="list" start="2"><li role="listitem"><p>第二项</p></li></ol></div>
<ol style='margin-top:0cm' start=3 type=a><li class=MsoNormal>甲</li><li value=9>乙</li></ol>"""


def test_the_signature_and_date_at_the_end_stay_on_the_right() -> None:
    kept = clean_html(SIGNED)
    for text, place in (
        ("示例县卫生健康委员会", "right"),
        ("2026年3月2日", "right"),
        ("（印章）", "right"),
        ("附件", "centre"),
    ):
        assert f'<p class="{place}">{text}' in kept, text
    assert "<p>正文一段。</p>" in kept and "<td><p>单元格</p></td>" in kept
    assert "style" not in kept and "align=" not in kept


def test_the_numbers_of_a_list_stay_what_they_were() -> None:
    kept = clean_html(LISTS)
    told = [" ".join(line.split()) for line in words(kept).split("\n")]
    assert told[:3] == ["一、 总体要求", "（二）工作任务", "• 带符号的一项"]
    assert kept.count("<ol") == 3 and '<ol start="2">' in kept
    assert '<ol start="3" type="a">' in kept and '<li value="9">乙</li>' in kept


def test_a_line_of_the_file_that_ends_inside_a_sentence_is_no_line_of_the_text() -> None:
    """Word wraps its HTML anywhere: a number or a name stays one passage for the machine."""
    kept = clean_html("<p>联系人：示例\r\n 甲，<b>电话</b>\nabc\ndef</p>\n<p>二</p>")
    assert kept.startswith("<p>联系人：示例甲，") and words(kept) == (
        "联系人：示例甲，电话 abc def\n二"
    )


def test_the_cells_of_a_table_stay_apart() -> None:
    """Two numbers beside each other are not one: the machine would see neither."""
    row = "<table><tr><td>13800000000</td><td>2026</td></tr></table>"
    assert words(clean_html(row)) == "13800000000\n2026"


def test_a_class_that_is_not_a_place_goes() -> None:
    assert clean_html('<p class="right hidden">甲</p>') == '<p class="right">甲</p>'
    assert 'class="gk' not in clean_html('<p class="gk-warn">甲</p>')


def test_a_page_from_word_keeps_headings_paragraphs_lists_and_tables() -> None:
    kept = clean_html(WORD)
    assert words(kept).split("\n") == [
        "关于体检的通知",
        "一、各单位于2026年完成。",
        "（1） 第一项",
        "单位",
        "甲",
        "乙",
    ]
    assert "<h2>" in kept and 'colspan="2"' in kept


def test_no_looks_no_office_markup_and_nothing_hidden_stays() -> None:
    for html in (WORD, WPS):
        kept = clean_html(html).lower()
        for trace in ("mso", "style", "class", "font", "o:p", "[if", "<span", "<img", "file:"):
            assert trace not in kept, trace
        for hidden in ("删去的话", "隐藏的字", "批注内容", "alert", "javascript", "onclick"):
            assert hidden not in kept, hidden


def test_a_page_from_wps_keeps_a_paragraph_for_each_block() -> None:
    assert words(clean_html(WPS)).split("\n") == ["第一段", "第二段", "第三段", "坏链接好链接"]


def test_what_is_clean_stays_as_it_is() -> None:
    for html in (WORD, WPS, SIGNED, LISTS):
        assert clean_html(clean_html(html)) == clean_html(html)


def test_the_title_of_a_pasted_paper_does_not_stand_twice() -> None:
    """The page has it as its heading; what only begins like it stays."""
    title = "示例县关于做好体检工作的通知"
    lines = '<h2>示例县</h2><p class="centre">关于做好体检<br>工作的通知</p>'
    for head in (f"<p>{title}</p>", f'<p class="centre"><strong>{title}</strong></p> ', lines):
        assert without_title(head + "<p>各单位：</p>", title) == "<p>各单位：</p>"
    others = (f"<p>{title}已经印发。</p>", "<p>示例县</p><p>各单位：</p>", f"<p>{title}</p>", "")
    for text in others:
        assert without_title(text, title) == text
