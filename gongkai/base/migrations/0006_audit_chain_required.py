from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("base", "0005_chain_existing_entries"),
    ]

    operations = [
        migrations.AlterField(
            "auditentry",
            "sequence",
            models.PositiveBigIntegerField(editable=False, verbose_name="链内序号"),
        ),
        migrations.AddConstraint(
            "auditentry",
            models.UniqueConstraint(fields=("scope", "sequence"), name="one_entry_per_place"),
        ),
    ]
