"""The description of the API (OpenAPI 3.1); tests hold every answer against it."""

from __future__ import annotations

from typing import Any

from gongkai.law.taxonomy import art20
from gongkai.publishing.models import Document

_TEXT = {"type": "string"}
_DAY = {"type": "string", "format": "date"}
_AT = {"type": "string", "format": "date-time"}
_URI = {"type": "string", "format": "uri"}
_YES = {"type": "boolean"}
_ITEM = {"type": "integer", "minimum": 1, "maximum": len(art20())}
_ITEM_IS = f"1 至 {len(art20())}"
_COUNT = {"type": "integer", "minimum": 0}


def _or_none(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]}


def _object(meaning: str, /, **fields: tuple[dict[str, Any], str]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": meaning,
        "additionalProperties": False,
        "required": list(fields),
        "properties": {
            name: {**schema, "description": says} for name, (schema, says) in fields.items()
        },
    }


_DOCUMENT: dict[str, tuple[dict[str, Any], str]] = {
    "index_number": (_TEXT, "索引号"),
    "title": (_TEXT, "标题"),
    "doc_number": (_TEXT, "发文字号，没有的为空"),
    "genre": (_TEXT, "体裁"),
    "theme": (_TEXT, "主题分类"),
    "issuer": (_TEXT, "发文机关"),
    "body": (_TEXT, "公开机关的标识，见机关接口"),
    "column": (_TEXT, "栏目的标识，见栏目接口"),
    "column_name": (_TEXT, "栏目名称"),
    "keywords": (_TEXT, "主题词"),
    "summary": (_TEXT, "内容概述"),
    "source": (_TEXT, "信息来源"),
    "formed_on": (_DAY, "成文日期"),
    "effective_on": (_or_none(_DAY), "施行日期"),
    "expires_on": (_or_none(_DAY), "有效期至"),
    "published_at": (_AT, "发布时间"),
    "changed_at": (_AT, "最近更新时间"),
    "validity": ({"type": "string", "enum": list(Document.Validity.values)}, "有效性（键）"),
    "validity_label": (_TEXT, "有效性"),
    "is_normative": (_YES, "是否行政规范性文件"),
    "interprets": (_or_none(_URI), "所解读文件的网址"),
    "attachment_count": (_COUNT, "附件数"),
    "page": (_URI, "网页"),
    "data": (_URI, "这份信息的数据地址"),
}
_ATTACHMENT = _object(
    "附件",
    name=(_TEXT, "文件名"),
    media_type=(_TEXT, "类型"),
    bytes=(_COUNT, "大小（字节）"),
    sha256=({"type": "string", "pattern": "^[0-9a-f]{64}$"}, "校验值"),
    url=(_URI, "下载地址"),
    read=(_URI, "在线阅读的网址"),
)
_CHANGE = _object(
    "修改、废止它的文件",
    does=(_TEXT, "修改、废止或者宣布失效"),
    on=(_DAY, "自哪一天起"),
    page=(_URI, "依据文件的网页"),
)
SCHEMAS: dict[str, dict[str, Any]] = {
    "Document": _object("政府信息的元数据", **_DOCUMENT),
    "WholeDocument": _object(
        "政府信息全文",
        **_DOCUMENT,
        text=(_TEXT, "正文文字"),
        html=(_TEXT, "正文（HTML）"),
        changed_by=({"type": "array", "items": _CHANGE}, "被哪些文件修改、废止"),
        attachments=({"type": "array", "items": _ATTACHMENT}, "附件"),
    ),
    "Column": _object(
        "栏目",
        body=(_TEXT, "机关标识"),
        key=(_TEXT, "栏目标识"),
        name=(_TEXT, "名称"),
        block=(_TEXT, "板块"),
        description=(_TEXT, "内容和用途"),
        art20_item=(_or_none(_ITEM), f"法定主动公开内容的第几项，{_ITEM_IS}"),
        opens_on=(_or_none(_DAY), "开设日期"),
        closes_on=(_or_none(_DAY), "关闭日期"),
        newest_at=(_or_none(_AT), "最近发布"),
        documents=(_URI, "其中的政府信息"),
    ),
    "Body": _object(
        "行政机关",
        slug=(_TEXT, "标识"),
        name=(_TEXT, "名称"),
        short_name=(_TEXT, "简称"),
        region_code=(_TEXT, "区划代码"),
        region=(_TEXT, "所在区划"),
        kind=(_TEXT, "类别"),
        sector=(_TEXT, "领域"),
        credit_code=(_TEXT, "统一社会信用代码"),
        address=(_TEXT, "办公地址"),
        post_code=(_TEXT, "邮政编码"),
        phone=(_TEXT, "联系电话"),
        office_hours=(_TEXT, "办公时间"),
        data_terms=(_TEXT, "按什么条件使用它的数据，一句话或者网址；没有公布的为空"),
        page=(_URI, "网页"),
    ),
    "Error": _object("没有办成", error=(_TEXT, "原因和怎么办")),
}
for _name in ("Document", "Column", "Body"):
    SCHEMAS[f"{_name}Page"] = _object(
        "一页",
        items=(
            {"type": "array", "items": {"$ref": f"#/components/schemas/{_name}"}},
            "这一页的内容",
        ),
        next=(_or_none(_URI), "下一页的网址；最后一页为 null"),
    )

LIMIT, MOST = 50, 200
_LIMIT = {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}
_PAGING = (
    ("limit", "一页几条", _LIMIT),
    ("cursor", "从哪里接着取：上一页 next 里的值，不要自己构造", _TEXT),
)
_BODY_IS = ("body", "机关标识", _TEXT)
#: path → (name, summary, what is answered, parameters)
PATHS: dict[str, tuple[str, str, str, tuple[tuple[str, str, dict[str, Any]], ...]]] = {
    "/api/v1/documents/": (
        "listDocuments",
        "政府信息列表，按编入的先后",
        "DocumentPage",
        (
            _BODY_IS,
            ("column", "栏目标识", _TEXT),
            ("item", f"法定主动公开内容的第几项，{_ITEM_IS}", _ITEM),
            ("year", "发布年份", {"type": "integer"}),
            ("genre", "体裁，例如“通知”", _TEXT),
            ("validity", "有效性", {"type": "string", "enum": list(Document.Validity.values)}),
            ("normative", "1：只要行政规范性文件", {"type": "string", "enum": ["1"]}),
            ("changed_since", "这一天（含）以后有更新的", _DAY),
            *_PAGING,
        ),
    ),
    "/api/v1/documents/{body}/{year}/{serial}/": (
        "getDocument",
        "一份政府信息的全文和附件",
        "WholeDocument",
        (),
    ),
    "/api/v1/columns/": ("listColumns", "栏目列表", "ColumnPage", (_BODY_IS, *_PAGING)),
    "/api/v1/bodies/": (
        "listBodies",
        "行政机关列表",
        "BodyPage",
        (("region", "区划代码，包括下级", _TEXT), *_PAGING),
    ),
}
_IN_PATH = {
    "body": ("机关标识", _TEXT),
    "year": ("索引号年份", {"type": "integer"}),
    "serial": ("索引号流水号", {"type": "integer"}),
}


def spec(server: str, title: str, terms: str = "") -> dict[str, Any]:
    """The whole description; ``server``: the address of this site, ``terms``: of the data."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{title}：政府信息读取接口",
            "version": "1",
            "description": "只读，不用登录。时间为北京时间；没有的值为 null 或者空字符串。"
            + (f"数据的使用条件：{terms}" if terms else ""),
        },
        "servers": [{"url": server}],
        "paths": {path: {"get": _operation(path)} for path in PATHS},
        "components": {"schemas": SCHEMAS},
    }


def _operation(path: str) -> dict[str, Any]:
    name, summary, answer, parameters = PATHS[path]
    inside = [key for key in _IN_PATH if f"{{{key}}}" in path]
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [
            {
                "name": key,
                "in": "path",
                "required": True,
                "description": _IN_PATH[key][0],
                "schema": _IN_PATH[key][1],
            }
            for key in inside
        ]
        + [
            {"name": key, "in": "query", "description": says, "schema": schema}
            for key, says, schema in parameters
        ],
        "responses": {
            "200": _answer("成功", answer),
            **({"404": _answer("没有这份信息，或者已经撤下", "Error")} if inside else {}),
            "400": _answer("参数不对", "Error"),
            "429": _answer("取得太频繁，请按 Retry-After 等候", "Error"),
        },
    }


def _answer(says: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": says, "content": content}
