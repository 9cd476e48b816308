"""The form behind a conclusion: what the letter must say for this decision (letters.variables)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from gongkai.applications.actions.deciding import DISCRETION, REASONS, Ruling
from gongkai.applications.desk.deeds import fields
from gongkai.applications.grounds import WITHHELD, from_redactions, grounds
from gongkai.applications.letters.parts import given_out
from gongkai.applications.letters.variables import Variable, asks
from gongkai.applications.models import Application, RequestItem
from gongkai.base.office import number_of
from gongkai.law.decisions import Conclusion

#: Variables that are one of a few words of the law.
_ONE_OF = {
    "危及方面": ("国家安全", "公共安全", "经济安全", "社会稳定"),
    "内部事务类别": ("人事管理", "后勤管理", "内部工作流程"),
    "过程性类别": ("讨论记录", "过程稿", "磋商信函", "请示报告"),
}
SEARCHES, GIVEN = "检索情况", "提供内容"
ROWS, MOST_ROWS = 3, 60


class RulingForm(forms.Form):
    """The particulars of one item; ``ruling`` gives what ``decide_items`` wants."""

    def __init__(
        self,
        data: Any = None,
        *,
        case: Application,
        item: RequestItem,
        conclusion: Conclusion,
        answers: Mapping[str, str],
    ) -> None:
        super().__init__(data)
        self.case, self.item, self.conclusion, self.answers = case, item, conclusion, answers
        self.same = item.letter == conclusion.letter
        self.variables: dict[str, Variable] = {}
        for code in (conclusion.letter, *conclusion.also):
            for variable in asks(code):
                self._add(variable)
        assert conclusion.decision is not None
        self.partial = conclusion.decision.key == "partial"
        if self.partial:
            self._add_rows()
        if self.partial or conclusion.decision.discretion:
            self._add_discretion()
        self.others = [i for i in case.items.all() if i.pk != item.pk and not i.decision]
        if self.others:
            self.fields["same"] = forms.BooleanField(
                label=f"其余{len(self.others)}项没有拟定的，同样处理", required=False
            )

    def _add(self, variable: Variable) -> None:
        name = variable.name
        if name in self.variables or name == DISCRETION:
            return
        self.variables[name] = variable
        known = bool(variable.source) and name != REASONS
        required = not variable.optional and not known
        help_text = variable.help
        if known:
            help_text = f"不填的，由系统按{variable.source}填写。{help_text}"
        was = self.item.reasons if name == REASONS else self.item.particulars.get(name, "")
        initial = was if self.same else ""
        if name == GIVEN and not was and self.case.items.count() == 1:
            initial = given_out(self.case)
        if name == SEARCHES:
            self._add_searches()
        elif name in _ONE_OF:
            choices = [(w, w) for w in _ONE_OF[name]]
            self.fields[name] = fields.choice(variable.label, choices, radio=True, initial=initial)
        else:
            self.fields[name] = fields.lines(
                variable.label,
                limit=1000,
                rows=3 if required else 2,
                required=required,
                help_text=help_text,
                initial=initial,
            )

    def _add_searches(self) -> None:
        kept = list(self.case.searches.all())
        self.searches = {str(s.pk): s for s in kept}
        self.fields[SEARCHES] = forms.MultipleChoiceField(
            label="写进答复的检索记录",
            choices=[(str(s.pk), f"{s.place}（{s.words}，{s.searched_on}）") for s in kept],
            initial=[str(s.pk) for s in kept],
            widget=forms.CheckboxSelectMultiple(),
            help_text="本机关要能说明在哪里、怎样检索过。",
            error_messages={"required": "请选择检索记录；还没有的，请先登记检索情况。"},
        )

    def _add_rows(self) -> None:
        given = self.item.particulars.get(WITHHELD, []) if self.same else []
        parts = given or from_redactions(self.case)
        self.rows = max(ROWS, len(parts) + 1, self._rows_asked_for())
        for n in range(self.rows):
            part = parts[n] if n < len(parts) else {}
            first = f"第{n + 1}处："
            self.fields[f"what{n}"] = fields.line(
                f"{first}不予公开的内容", required=False, initial=part.get("内容", "")
            )
            self.fields[f"ground{n}"] = fields.choice(
                f"{first}依据",
                [("", "请选择"), *grounds()],
                required=False,
                initial=part.get("ground", ""),
            )
            self.fields[f"why{n}"] = fields.line(
                f"{first}理由", limit=300, required=False, initial=part.get("理由", "")
            )

    def _rows_asked_for(self) -> int:
        """So many rows had the form on the screen, and one more where “再加一处” was pressed."""
        asked = number_of(self.data.get("rows")) or 0
        return min(asked + ("more" in self.data), MOST_ROWS)

    def without_errors(self) -> RulingForm:
        """As it was filled in, not yet judged: only another row was asked for."""
        self._errors = ErrorDict()
        return self

    def _add_discretion(self) -> None:
        only = self.partial
        self.fields[DISCRETION] = fields.lines(
            "裁量理由",
            limit=1000,
            rows=3,
            required=not only,
            initial=self.item.discretion if self.same else "",
            help_text="法律规定“可以不予公开”的，写明为什么决定不公开。"
            + ("有这类依据的必须填写。" if only else ""),
        )

    def parts(self) -> list[dict[str, str]]:
        """The withheld parts as filled in, empty rows left out."""
        found = []
        for n in range(self.rows if self.partial else 0):
            row = {
                "内容": self.cleaned_data.get(f"what{n}", ""),
                "ground": self.cleaned_data.get(f"ground{n}", ""),
                "理由": self.cleaned_data.get(f"why{n}", ""),
            }
            if any(row.values()):
                found.append(row)
        return found

    def ruling(self) -> Ruling:
        """What is to be saved; call it when the form is valid."""
        said = self.cleaned_data
        particulars: dict[str, Any] = {
            name: said[name]
            for name in self.variables
            if name not in (REASONS, SEARCHES) and said.get(name)
        }
        if SEARCHES in self.variables:
            chosen = [self.searches[pk] for pk in said[SEARCHES]]
            if len(chosen) < len(self.searches):
                places = "；".join(
                    f"在{s.place}检索（检索词“{s.words}”，{s.searched_on}），{s.result}"
                    for s in chosen
                )
                particulars[SEARCHES] = f"经{places}"
        if self.partial:
            particulars[WITHHELD] = self.parts()
        return Ruling(
            self.answers,
            particulars,
            reasons=said.get(REASONS, ""),
            discretion=said.get(DISCRETION, ""),
        )
