"""Contacts that visitors left are sealed, those that stand in the table already too."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import gongkai.base.sealed


def seal_what_is_there(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, contact FROM base_siteerror WHERE contact <> ''")
        for pk, contact in cursor.fetchall():
            sealed = gongkai.base.sealed.seal(contact.encode()).decode()
            cursor.execute("UPDATE base_siteerror SET contact = %s WHERE id = %s", [sealed, pk])


class Migration(migrations.Migration):
    dependencies = [("base", "0008_search_pieces")]

    operations = [
        migrations.AlterField(
            model_name="siteerror",
            name="contact",
            field=gongkai.base.sealed.SealedTextField(
                blank=True, max_length=100, verbose_name="联系方式"
            ),
        ),
        migrations.RunPython(seal_what_is_there, migrations.RunPython.noop),
    ]
