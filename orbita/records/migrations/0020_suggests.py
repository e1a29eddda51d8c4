# Whether custom fields offer texts used before: a constant for the few rows that there are.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0019_segments'),
    ]

    operations = [
        migrations.AddField(
            model_name='customfield',
            name='suggests',
            field=models.BooleanField(db_default=True, default=True, verbose_name='Offer texts used before'),
        ),
    ]
