from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('engagement', '0003_survey_picks'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='surveyanswer',
            name='picks',
        ),
    ]
