from importlib import import_module

from django.db import migrations, models

renumber = import_module("gongkai.base.migrations.0007_search_facets").renumber


class Migration(migrations.Migration):
    dependencies = [
        ("base", "0007_search_facets"),
    ]

    operations = [
        migrations.RunPython(renumber, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="searchchunk",
            name="id",
            field=models.BigIntegerField(primary_key=True, serialize=False, verbose_name="编号"),
        ),
    ]
