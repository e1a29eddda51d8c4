"""Types of relations, relations, and the edges that the database derives from them."""

import django.db.models.deletion
import django.db.models.functions.datetime
import orbita.ui.ids
from django.conf import settings
from django.db import migrations, models


EDGES = """
CREATE FUNCTION relations_remove_edges() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    DELETE FROM relations_edge e USING old_rows o
    WHERE e.near_id = o.a_id AND e.type_id = o.type_id AND e.far_id = o.b_id
      AND e.relation_id = o.id;
    DELETE FROM relations_edge e USING old_rows o
    WHERE e.near_id = o.b_id AND e.type_id = o.type_id AND e.far_id = o.a_id
      AND e.relation_id = o.id;
    RETURN NULL;
END
$body$;
CREATE FUNCTION relations_add_edges() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO relations_edge (near_id, type_id, side, far_id, relation_id)
    SELECT n.a_id, n.type_id, 1, n.b_id, n.id FROM new_rows n
    UNION ALL
    SELECT n.b_id, n.type_id, CASE WHEN t.is_symmetric THEN 1 ELSE 2 END, n.a_id, n.id
    FROM new_rows n JOIN relations_relationtype t ON t.id = n.type_id;
    RETURN NULL;
END
$body$;
CREATE FUNCTION relations_move_edges() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    moved uuid[] := (
        SELECT array_agg(n.id) FROM old_rows o JOIN new_rows n USING (id)
        WHERE (o.a_id, o.b_id, o.type_id) IS DISTINCT FROM (n.a_id, n.b_id, n.type_id));
BEGIN
    IF moved IS NULL THEN
        RETURN NULL;
    END IF;
    DELETE FROM relations_edge e USING old_rows o
    WHERE o.id = ANY(moved) AND e.relation_id = o.id AND e.type_id = o.type_id
      AND e.near_id IN (o.a_id, o.b_id) AND e.far_id IN (o.a_id, o.b_id);
    INSERT INTO relations_edge (near_id, type_id, side, far_id, relation_id)
    SELECT n.a_id, n.type_id, 1, n.b_id, n.id FROM new_rows n WHERE n.id = ANY(moved)
    UNION ALL
    SELECT n.b_id, n.type_id, CASE WHEN t.is_symmetric THEN 1 ELSE 2 END, n.a_id, n.id
    FROM new_rows n JOIN relations_relationtype t ON t.id = n.type_id WHERE n.id = ANY(moved);
    RETURN NULL;
END
$body$;
CREATE TRIGGER relations_edges_insert AFTER INSERT ON relations_relation
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION relations_add_edges();
CREATE TRIGGER relations_edges_update AFTER UPDATE ON relations_relation
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION relations_move_edges();
CREATE TRIGGER relations_edges_delete AFTER DELETE ON relations_relation
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION relations_remove_edges();
"""
NO_EDGES = """
DROP TRIGGER relations_edges_insert ON relations_relation;
DROP TRIGGER relations_edges_update ON relations_relation;
DROP TRIGGER relations_edges_delete ON relations_relation;
DROP FUNCTION relations_add_edges();
DROP FUNCTION relations_move_edges();
DROP FUNCTION relations_remove_edges();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('records', '0011_labels_retire'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RelationType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind_a', models.CharField(max_length=32)),
                ('kind_b', models.CharField(max_length=32)),
                ('label_a', models.CharField(max_length=60, verbose_name='Label of side A')),
                ('label_b', models.CharField(max_length=60, verbose_name='Label of side B')),
                ('is_symmetric', models.BooleanField(default=False, editable=False)),
                ('one_a', models.BooleanField(default=False)),
                ('one_b', models.BooleanField(default=False)),
                ('section_a', models.CharField(blank=True, max_length=64)),
                ('section_b', models.CharField(blank=True, max_length=64)),
                ('position', models.PositiveIntegerField(default=0)),
                ('key', models.CharField(editable=False, max_length=255)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ('position', 'id'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('deleted_at', None)), fields=('key',), name='relation_type_once')],
            },
        ),
        migrations.CreateModel(
            name='Relation',
            fields=[
                ('id', models.UUIDField(default=orbita.ui.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='Note')),
                ('since', models.DateField(blank=True, null=True, verbose_name='Since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='Until')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('a', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='records.record')),
                ('author', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('b', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='records.record')),
                ('type', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='relations', to='relations.relationtype')),
            ],
        ),
        migrations.CreateModel(
            name='Edge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.PositiveSmallIntegerField(choices=[(1, 'A'), (2, 'B')])),
                ('far', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='records.record')),
                ('near', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='edges', to='records.record')),
                ('relation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='edges', to='relations.relation')),
                ('type', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='relations.relationtype')),
            ],
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.UniqueConstraint(fields=('a', 'b', 'type'), name='relation_once'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.CheckConstraint(condition=models.Q(('a', models.F('b')), _negated=True), name='relation_of_two'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('since', None), ('until__gte', models.F('since')), _connector='OR'), name='relation_until_after_since'),
        ),
        migrations.AddIndex(
            model_name='edge',
            index=models.Index(fields=['type', 'side', 'near'], name='edge_of_type'),
        ),
        migrations.AddConstraint(
            model_name='edge',
            constraint=models.UniqueConstraint(fields=('near', 'type', 'side', 'far'), name='edge_once'),
        ),
        migrations.RunSQL(EDGES, NO_EDGES),
    ]
