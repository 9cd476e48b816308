from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save

from gongkai.base.nav import PublicPage

TOOLS = "年报工具"


class ReportingConfig(AppConfig):
    name = "gongkai.reporting"
    verbose_name = "年度报告"
    body_panel = "gongkai.reporting.public.panel.reports_of"
    home_panel = "gongkai.reporting.public.panel.latest"
    carried_forward = "gongkai.reporting.compile.text.carried_forward"
    search_provider = "gongkai.reporting.search.everything"
    search_kinds = {"annual_report": "信息公开年报"}
    public_pages = (
        PublicPage("report-list", "信息公开年报", "按地区、机关、年度、格式查找年度报告", 10),
        PublicPage(
            "report-compare",
            "年报对比",
            "同一机关的几个年度，或者同一年度的几个机关，逐格对比",
            20,
            in_menu=False,
            block=TOOLS,
        ),
        PublicPage(
            "report-check",
            "年报体检",
            "上传一份年报，当场看出数据和文字的问题",
            30,
            in_menu=False,
            block=TOOLS,
        ),
        PublicPage("data", "开放数据", "全部年报数据的下载地址和格式说明", 50, in_menu=False),
    )

    def ready(self) -> None:
        from gongkai.reporting import roles
        from gongkai.reporting.models import ReportVersion
        from gongkai.reporting.route.seal import sent_back_by

        post_migrate.connect(roles.set_up_permissions, sender=self)
        # However a version comes about, a report on its way goes back: the reviews saw another.
        post_save.connect(sent_back_by, sender=ReportVersion)
