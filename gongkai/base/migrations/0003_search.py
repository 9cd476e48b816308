import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def make_index(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """The index of the pairs of characters: FTS5 on SQLite, a tsvector on PostgreSQL."""
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE base_searchchunk ADD COLUMN grams tsvector")
        editor.execute("CREATE INDEX base_search_grams ON base_searchchunk USING gin (grams)")
    else:
        # Keyed by the chunk's id. Not "contentless": rows of such a table cannot be deleted
        # before SQLite 3.43.
        editor.execute(
            "CREATE VIRTUAL TABLE base_search_grams USING fts5"
            "(grams, tokenize = 'unicode61 remove_diacritics 0')"
        )


def drop_index(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE base_searchchunk DROP COLUMN grams")
    else:
        editor.execute("DROP TABLE base_search_grams")


class Migration(migrations.Migration):
    dependencies = [
        ("base", "0002_site_errors_and_rate_windows"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="种类")),
                ("object_id", models.CharField(max_length=40, verbose_name="对象编号")),
                ("title", models.CharField(max_length=300, verbose_name="标题")),
                ("text", models.TextField(blank=True, verbose_name="正文")),
                ("url", models.CharField(max_length=500, verbose_name="网址")),
                (
                    "body_id",
                    models.PositiveBigIntegerField(
                        db_index=True, null=True, verbose_name="机关编号"
                    ),
                ),
                ("on", models.DateField(db_index=True, null=True, verbose_name="日期")),
            ],
            options={
                "verbose_name": "检索条目",
                "verbose_name_plural": "检索条目",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "object_id"), name="one_entry_per_object"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchChunk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveIntegerField(verbose_name="次序")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="base.searchentry",
                        verbose_name="条目",
                    ),
                ),
            ],
            options={
                "verbose_name": "检索分段",
                "verbose_name_plural": "检索分段",
            },
        ),
        migrations.RunPython(make_index, drop_index),
    ]
