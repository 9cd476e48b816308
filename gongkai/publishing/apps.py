from django.apps import AppConfig
from django.db.models.signals import post_migrate

from gongkai.base.nav import PublicPage

POLICIES = "政策和专题"


class PublishingConfig(AppConfig):
    name = "gongkai.publishing"
    verbose_name = "主动公开"
    body_panel = "gongkai.publishing.public.sites.panel"
    site_checks = "gongkai.publishing.site_checks.problems"
    search_provider = "gongkai.publishing.index.everything"
    search_kinds = {"document": "政府信息"}

    public_pages = (
        PublicPage("home", "首页", "查找政府信息、最近公开的信息", 0),
        PublicPage("guide-list", "公开指南", "各机关公开工作机构的地址、电话、获取信息的方式", 2),
        PublicPage("rule-list", "公开制度", "政府信息公开的法律、规定和各机关的制度", 3),
        PublicPage("catalogue", "法定主动公开内容", "法律规定主动公开的内容，按事项和机关查阅", 4),
        PublicPage(
            "policy-list",
            "政策文件库",
            "规范性文件和其他政策文件，标明有效性，可以筛选",
            6,
            block=POLICIES,
        ),
        PublicPage(
            "interpretation-list",
            "政策解读",
            "和文件同步公开的解读",
            7,
            in_menu=False,
            block=POLICIES,
        ),
        PublicPage(
            "key-field-list", "重点领域", "各机关重点领域的信息", 8, in_menu=False, block=POLICIES
        ),
        PublicPage(
            "topic-list", "专题专栏", "各机关开设的专题和起止日期", 9, in_menu=False, block=POLICIES
        ),
        PublicPage(
            "standard-catalogue-list",
            "基层政务公开标准目录",
            "各机关按领域公开的事项、要素、依据、时限和渠道",
            10,
            in_menu=False,
            block=POLICIES,
        ),
        PublicPage(
            "reading-points",
            "政府信息查阅点",
            "可以到场查阅政府信息的地点和时间",
            11,
            in_menu=False,
            block=POLICIES,
        ),
    )

    def ready(self) -> None:
        from gongkai.base import guards
        from gongkai.publishing import constraints, roles

        post_migrate.connect(roles.set_up_permissions, sender=self)
        guards.keep(self, constraints.guards)
