from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "gongkai.registers"
    verbose_name = "台账"
    site_checks = "gongkai.registers.site_checks.problems"

    def ready(self) -> None:
        from gongkai.registers import books  # noqa: F401  (puts the registers on the shelf)
