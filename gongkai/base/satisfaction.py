"""How content somebody is with how his matter was handled: one form for every room."""

from __future__ import annotations

from typing import Any

from django import forms


class SatisfactionForm(forms.Form):
    """1 to 5, and what could be better. ``asks`` and ``hint`` are the room's own words."""

    asks = ""
    hint = "可以不填"

    score = forms.TypedChoiceField(
        coerce=int,
        choices=[
            (5, "5 分 非常满意"),
            (4, "4 分 满意"),
            (3, "3 分 一般"),
            (2, "2 分 不满意"),
            (1, "1 分 非常不满意"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择一个分数。"},
    )
    note = forms.CharField(
        label="意见和建议",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["score"].label = self.asks
        self.fields["note"].help_text = self.hint
