from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from gongkai.base.nav import PublicPage

HELP = "使用帮助"


class BaseConfig(AppConfig):
    name = "gongkai.base"
    verbose_name = "公共"
    public_pages = (
        PublicPage("site-map", "网站地图", "本站全部栏目", 90, in_menu=False, block=HELP),
        PublicPage(
            "accessibility",
            "无障碍声明",
            "长辈版、键盘操作、读屏软件的使用说明",
            91,
            in_menu=False,
            block=HELP,
        ),
        PublicPage(
            "report-error",
            "我为网站找错",
            "告诉我们哪一页、哪一处有错",
            92,
            in_menu=False,
            block=HELP,
        ),
    )

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from gongkai.base import append_only, sign_in

        user_logged_in.connect(sign_in.note_sign_in)
        user_logged_out.connect(sign_in.note_sign_out)
        pre_migrate.connect(append_only.before_migrate, sender=self)
        post_migrate.connect(append_only.after_migrate, sender=self)
