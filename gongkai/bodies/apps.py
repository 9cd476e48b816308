from django.apps import AppConfig
from django.core.signals import request_finished, request_started
from django.db.models.signals import post_migrate

from gongkai.base.nav import PublicPage


class BodiesConfig(AppConfig):
    name = "gongkai.bodies"
    verbose_name = "行政机关"
    public_pages = (
        PublicPage("body-list", "公开机关", "按行政区划查找行政机关和它的政府信息公开工作机构", 40),
        PublicPage(
            "ledger-bodies",
            "结果公开",
            "行政许可、行政处罚、政府采购、捐赠使用等逐件公开的结果",
            41,
            in_menu=False,
        ),
    )

    def ready(self) -> None:
        from gongkai.base.sealed import register_folder
        from gongkai.bodies import calendars, roles
        from gongkai.bodies.ledger import photos

        register_folder(photos.FOLDER)
        request_started.connect(calendars.hold)
        request_finished.connect(calendars.let_go)
        post_migrate.connect(roles.set_up_groups, sender=self)
