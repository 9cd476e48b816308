from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):

    dependencies = [
        ("base", "0003_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(blank=True, max_length=60, unique=True, verbose_name="范围")),
                ("sequence", models.PositiveBigIntegerField(default=0, verbose_name="链内序号")),
                ("hash", models.CharField(blank=True, max_length=64, verbose_name="校验值")),
            ],
            options={"verbose_name": "操作记录链尾", "verbose_name_plural": "操作记录链尾"},
        ),
        migrations.AlterField(
            "auditentry",
            "at",
            models.DateTimeField(default=timezone.now, editable=False, verbose_name="时间"),
        ),
        migrations.AddField(
            "auditentry",
            "sequence",
            models.PositiveBigIntegerField(editable=False, null=True, verbose_name="链内序号"),
        ),
        migrations.AddField(
            "auditentry",
            "previous",
            models.CharField(blank=True, default="", editable=False, max_length=64, verbose_name="前一条校验值"),
            preserve_default=False,
        ),
        migrations.AddField(
            "auditentry",
            "hash",
            models.CharField(default="", editable=False, max_length=64, verbose_name="校验值"),
            preserve_default=False,
        ),
    ]
