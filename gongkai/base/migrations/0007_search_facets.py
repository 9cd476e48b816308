import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

PIECES = 1_024


def move_texts(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """The words of an entry go to a table of their own."""
    entry = apps.get_model("base", "SearchEntry")
    kept = apps.get_model("base", "SearchText")
    for pk, text in entry.objects.values_list("pk", "text").iterator():
        kept.objects.create(entry_id=pk, text=text)


def renumber(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Pieces get the number of their entry times 1,024 plus their order."""
    with editor.connection.cursor() as cursor:
        if editor.connection.vendor == "postgresql":
            for sign in ("-", ""):
                cursor.execute(
                    f'UPDATE base_searchchunk SET id = {sign}(entry_id * {PIECES} + "order")'
                )
            return
        cursor.execute('SELECT id, entry_id, "order" FROM base_searchchunk')
        rows = [(old, entry * PIECES + order) for old, entry, order in cursor.fetchall()]
        # Twice, so that no new number meets an old one that is still there.
        cursor.executemany(
            "INSERT INTO base_search_grams (rowid, grams) "
            "SELECT ?, grams FROM base_search_grams WHERE rowid = ?".replace("?", "%s"),
            [(-new, old) for old, new in rows],
        )
        cursor.execute("DELETE FROM base_search_grams WHERE rowid > 0")
        cursor.executemany(
            "INSERT INTO base_search_grams (rowid, grams) "
            "SELECT ?, grams FROM base_search_grams WHERE rowid = ?".replace("?", "%s"),
            [(new, -new) for _, new in rows],
        )
        cursor.execute("DELETE FROM base_search_grams WHERE rowid < 0")
        cursor.execute(f'UPDATE base_searchchunk SET id = -(entry_id * {PIECES} + "order")')
        cursor.execute("UPDATE base_searchchunk SET id = -id")


class Migration(migrations.Migration):
    dependencies = [
        ("base", "0006_audit_chain_required"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="base.searchentry",
                        verbose_name="条目",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="正文")),
            ],
            options={"verbose_name": "检索正文", "verbose_name_plural": "检索正文"},
        ),
        migrations.RunPython(move_texts, migrations.RunPython.noop),
        migrations.RemoveField(model_name="searchentry", name="text"),
        migrations.AddField(
            model_name="searchentry",
            name="codes",
            field=models.CharField(blank=True, max_length=300, verbose_name="编号"),
        ),
        migrations.AddField(
            model_name="searchentry",
            name="current",
            field=models.BooleanField(default=True, verbose_name="现行"),
        ),
        migrations.AddField(
            model_name="searchentry",
            name="genre",
            field=models.CharField(blank=True, max_length=20, verbose_name="体裁"),
        ),
        migrations.AddField(
            model_name="searchentry",
            name="heading",
            field=models.CharField(blank=True, max_length=60, verbose_name="栏目"),
        ),
        migrations.AddField(
            model_name="searchentry",
            name="standing",
            field=models.CharField(blank=True, max_length=20, verbose_name="有效性"),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(
                fields=[
                    "-current", "-on", "-id", "kind", "body_id", "heading", "genre", "standing",
                ],
                name="search_in_order",
            ),
        ),
    ]
