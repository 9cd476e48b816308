from django.apps import AppConfig
from django.db.models.signals import post_migrate

from gongkai.base.nav import PublicPage
from gongkai.base.sealed import register_folder

BLOCK = "依申请公开"


class ApplicationsConfig(AppConfig):
    name = "gongkai.applications"
    verbose_name = "依申请公开"
    body_panel = "gongkai.applications.public.panel.applying_to"
    disclosure_proposals = "gongkai.applications.proposals.suggested"
    disclosure_decided = "gongkai.applications.proposals.decided"
    search_provider = "gongkai.applications.actions.answers.everything"
    audit_verifier = "gongkai.applications.actions.papers.not_as_sent"
    search_kinds = {"public_answer": "答复过的申请"}
    public_pages = (
        PublicPage("apply", "依申请公开", "先查一查是否已经公开，再在线提交申请", 60, block=BLOCK),
        PublicPage(
            "answer-list",
            "答复过的申请",
            "已经答复、并向所有人公开的信息",
            63,
            in_menu=False,
            block=BLOCK,
        ),
        PublicPage(
            "receipt-verify",
            "核验回执",
            "核验登记回执的真伪",
            64,
            in_menu=False,
            block=BLOCK,
        ),
        PublicPage(
            "track", "查询办理进度", "用受理编号和查询码查看办理情况、下载答复", 61, block=BLOCK
        ),
        PublicPage(
            "side-requests",
            "更正、建议和投诉举报",
            "更正与自己有关的信息，建议主动公开，向主管部门投诉、举报",
            62,
            in_menu=False,
            block=BLOCK,
        ),
        PublicPage(
            "remedies",
            "行政复议和行政诉讼",
            "对答复不服或者没有按期收到答复，到哪里、怎样申请行政复议",
            62,
            in_menu=False,
            block=BLOCK,
        ),
    )

    def ready(self) -> None:
        from gongkai.applications import constraints, files, notices, resets, roles  # noqa: F401  (senders)
        from gongkai.applications.actions.recompute import on_calendar_changed
        from gongkai.base import guards
        from gongkai.bodies.holidays import calendar_changed

        register_folder(files.FOLDER)
        calendar_changed.connect(on_calendar_changed)
        post_migrate.connect(roles.set_up_permissions, sender=self)
        guards.keep(self, constraints.guards)
