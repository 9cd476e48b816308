from django.db import migrations, models


class Migration(migrations.Migration):
    """The sums belong to a counting: the table had no rows when it was given its new key."""

    dependencies = [("reporting", "0005_route")]

    operations = [
        migrations.DeleteModel(name="Summation"),
        migrations.CreateModel(
            name="Summation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("parts", models.JSONField(default=list, verbose_name="组成")),
                ("missing", models.JSONField(default=list, verbose_name="缺报")),
                ("faulty", models.JSONField(default=list, verbose_name="有问题")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
                (
                    "computation",
                    models.OneToOneField(
                        on_delete=models.deletion.PROTECT,
                        related_name="summation",
                        to="reporting.computation",
                        verbose_name="取数",
                    ),
                ),
            ],
            options={
                "verbose_name": "年报汇总",
                "verbose_name_plural": "年报汇总",
                "ordering": ["-id"],
            },
        ),
    ]
