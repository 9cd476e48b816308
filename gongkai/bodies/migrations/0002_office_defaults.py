from django.db import migrations


def drop_stock_workflow_and_groups(apps, schema_editor):
    """Wagtail's sample workflow and its two sample groups: nobody here holds these roles."""
    for name in ("WorkflowPage", "WorkflowTask"):
        apps.get_model("wagtailcore", name).objects.all().delete()
    apps.get_model("wagtailcore", "Workflow").objects.all().delete()
    apps.get_model("wagtailcore", "Task").objects.all().delete()
    apps.get_model("auth", "Group").objects.filter(name__in=("Moderators", "Editors")).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("bodies", "0001_initial"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailadmin", "0006_formstate"),
    ]
    operations = [
        migrations.RunPython(drop_stock_workflow_and_groups, migrations.RunPython.noop)
    ]
