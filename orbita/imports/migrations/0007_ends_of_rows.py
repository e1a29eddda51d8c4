from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0006_import_coming'),
    ]

    operations = [
        migrations.AddField(
            model_name='importrow',
            name='ends',
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
