"""Traditional characters and the simplified ones that stand for them, one for one.

Those that titles, headings, labels and the words of the rules are made of: copies of public
pages are met in traditional characters, and are read and checked as what they copy.
"""

from __future__ import annotations

_PAIRS = (
    "規规範范許许處处罰罚強强徵征費费採采購购總总計计數数據据開开請请機机構构關关織织會会業业務务與与"
    "傳传說说繫系聯联結结轉转續续辦办類类屬属國国祕秘訴诉訟讼複复復复議议審审維维糾纠問问題题進进況况"
    "項项報报應应讀读舉举證证動动態态監监個个條条縣县區区鎮镇鄉乡廳厅衛卫發发財财環环勞劳農农產产經经"
    "貿贸間间標标當当無无額额單单萬万員员體体現现廢废製制聲声從从這这後后適适還还過过達达運运預预執执"
    "營营補补償偿對对內内為为於于時时長长門门東东車车專专學学習习書书術术號号碼码億亿並并將将屆届歷历"
    "寫写師师帶带庫库戶户擬拟擔担擇择擴扩敗败敵敌斷断暫暂極极檔档檢检決决測测滿满準准漢汉濟济環环療疗"
    "遼辽濱滨陽阳蘇苏寧宁龍龙島岛灣湾橋桥嶺岭崗岗樂乐壽寿榮荣華华鳳凤鶴鹤麗丽溫温贛赣魯鲁豐丰莊庄塢坞鹽盐連连齊齐蘭兰"
    "爾尔貴贵慶庆順顺陝陕臺台澤泽鄭郑閩闽瓊琼滬沪徑径臨临參参閱阅頒颁則则領领導导組组"
    "盡尽見见資资訊讯確确認认獲获已已給给繳缴納纳逾逾屬属險险層层幣币廣广彈弹"
)
SIMPLIFIED = {ord(a): b for a, b in zip(_PAIRS[::2], _PAIRS[1::2], strict=True)}
#: Any longer text in traditional characters has one of these.
_TELLING = ("報", "開", "關", "務", "處", "總", "況")
_SHORT = 60


def simplified(text: str) -> str:
    """The text with these characters simplified; of the same length, place for place."""
    if len(text) < _SHORT:
        return text.translate(SIMPLIFIED)
    for character in _TELLING:
        if character in text:
            return text.translate(SIMPLIFIED)
    return text
