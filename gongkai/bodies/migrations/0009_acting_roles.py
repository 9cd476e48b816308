import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("bodies", "0008_what_was_seen_of_a_sheet"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="membership",
            options={
                "permissions": [("hand_over_role", "外出时请人代行自己的岗位")],
                "verbose_name": "岗位权限",
                "verbose_name_plural": "岗位权限",
            },
        ),
        migrations.AddField(
            model_name="membership",
            name="acting_for",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="代谁行使",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="until",
            field=models.DateField(blank=True, null=True, verbose_name="到期日"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("acting_for", None), ("until__isnull", False), _connector="OR"
                ),
                name="acting_has_an_end",
            ),
        ),
    ]
