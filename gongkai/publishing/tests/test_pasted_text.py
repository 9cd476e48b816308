"""What comes from Word and WPS keeps its structure and words, and nothing that was hidden."""

from __future__ import annotations

from gongkai.publishing.content import clean_html, words

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
    for html in (WORD, WPS):
        assert clean_html(clean_html(html)) == clean_html(html)
