# An index of postcodes. And the table of records, which the step before has written anew, is made
# known to the planner and readable from its indexes alone; that takes no transaction.

from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('records', '0014_held'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='address',
            index=models.Index(OpClass('postcode', name='varchar_pattern_ops'), models.F('record'), condition=models.Q(('position', 0)), name='address_postcode'),
        ),
        migrations.RunSQL('VACUUM (ANALYZE) records_record', migrations.RunSQL.noop),
    ]
