from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PublishingConfig(AppConfig):
    name = "gongkai.publishing"
    verbose_name = "主动公开"
    search_provider = "gongkai.publishing.index.everything"
    search_kinds = {"document": "政府信息"}

    def ready(self) -> None:
        from gongkai.base import guards
        from gongkai.publishing import constraints, roles

        post_migrate.connect(roles.set_up_permissions, sender=self)
        guards.keep(self, constraints.guards)
