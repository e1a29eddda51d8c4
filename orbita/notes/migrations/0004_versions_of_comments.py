# What comments said before they were edited; a table of its own, which begins empty.

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notes', '0003_calls'),
    ]

    operations = [
        migrations.CreateModel(
            name='CommentVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visibility', models.PositiveSmallIntegerField(choices=[(1, 'Everyone with access'), (2, 'Only for me'), (3, 'Chosen people')], default=1, verbose_name='Visible to')),
                ('audience', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, editable=False, size=None)),
                ('body', models.TextField()),
                ('text', models.TextField()),
                ('written_at', models.DateTimeField()),
                ('comment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='notes.comment')),
            ],
            options={
                'indexes': [models.Index(fields=['comment', '-id'], name='comment_version')],
            },
        ),
    ]
