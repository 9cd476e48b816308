from django.apps import AppConfig
from django.db.models.signals import post_migrate

from gongkai.base.nav import PublicPage

BLOCK = "互动回应"


class EngagementConfig(AppConfig):
    name = "gongkai.engagement"
    verbose_name = BLOCK
    body_panel = "gongkai.engagement.public.panel.of_body"
    site_checks = "gongkai.engagement.site_checks.problems"
    search_provider = "gongkai.engagement.index.everything"
    search_kinds = {"citizen_letter": "来信选登", "survey": "征集调查"}
    public_pages = (
        PublicPage("engagement", "互动回应", "写信、查看公开的来信、参加意见征集", 70, block=BLOCK),
        PublicPage(
            "mailbox-list", "信箱", "给机关负责人写信，不用注册", 71, in_menu=False, block=BLOCK
        ),
        PublicPage(
            "letter-track",
            "查询来信",
            "用来信编号和查询码查看办理情况和答复",
            72,
            in_menu=False,
            block=BLOCK,
        ),
        PublicPage(
            "published-letters",
            "来信选登",
            "写信人同意公开的来信和答复",
            73,
            in_menu=False,
            block=BLOCK,
        ),
        PublicPage(
            "survey-list",
            "征集调查",
            "正在进行的意见征集、问卷调查，以及结果和采纳情况",
            74,
            in_menu=False,
            block=BLOCK,
        ),
    )

    def ready(self) -> None:
        from gongkai.base import guards
        from gongkai.base.sealed import register_folder
        from gongkai.bodies.holidays import calendar_changed
        from gongkai.engagement import (
            books,  # noqa: F401  (on the shelf)
            constraints,
            files,
            notices,  # noqa: F401  (its sender)
            roles,
        )
        from gongkai.engagement.actions.letters import on_calendar_changed

        post_migrate.connect(roles.set_up_permissions, sender=self)
        register_folder(files.FOLDER)
        calendar_changed.connect(on_calendar_changed)
        guards.keep(self, constraints.guards)
