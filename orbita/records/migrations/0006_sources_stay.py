"""Sources that left the dictionary stay stored; names are unique among the others."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0005_list_operations'),
    ]

    operations = [
        migrations.AddField(
            model_name='source',
            name='removed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='source',
            name='key',
            field=models.CharField(editable=False, max_length=140),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('key',), name='source_once', violation_error_message='There is such a source already'),
        ),
    ]
