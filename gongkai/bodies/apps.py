from django.apps import AppConfig

from gongkai.base.nav import PublicPage


class BodiesConfig(AppConfig):
    name = "gongkai.bodies"
    verbose_name = "行政机关"
    public_pages = (
        PublicPage("body-list", "公开机关", "按行政区划查找行政机关和它的政府信息公开工作机构", 40),
    )
