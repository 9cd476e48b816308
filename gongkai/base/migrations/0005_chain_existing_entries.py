from django.db import migrations


def chain(apps, schema_editor):
    """Bind the entries written before there were chains, in the order they were written."""
    # The living function, not a copy: what it gives is what every later check compares with.
    from gongkai.base.chain import digest

    entries = apps.get_model("base", "AuditEntry").objects.using(schema_editor.connection.alias)
    heads = apps.get_model("base", "AuditHead").objects.using(schema_editor.connection.alias)
    ends = {}
    keys = list(entries.order_by("id").values_list("id", flat=True))
    for at in range(0, len(keys), 500):
        batch = list(entries.filter(pk__in=keys[at : at + 500]).order_by("id"))
        for entry in batch:
            sequence, previous = ends.get(entry.scope, (0, ""))
            entry.sequence, entry.previous = sequence + 1, previous
            entry.hash = digest(entry)
            ends[entry.scope] = (entry.sequence, entry.hash)
        entries.bulk_update(batch, ["sequence", "previous", "hash"])
    for scope, (sequence, last) in ends.items():
        heads.update_or_create(scope=scope, defaults={"sequence": sequence, "hash": last})


class Migration(migrations.Migration):

    dependencies = [
        ("base", "0004_audit_chain"),
    ]

    operations = [migrations.RunPython(chain, migrations.RunPython.noop)]
