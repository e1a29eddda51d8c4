"""Record: what every company, person, deal, product and space has in common."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import connection, models
from django.db.models.base import ModelBase
from django.db.models.functions import Collate, Now
from django.utils.translation import gettext_lazy as _

from orbita.records.access import CONCEALED, RecordQuerySet
from orbita.ui.ids import uuid7
from orbita.ui.text import clean, fold

if TYPE_CHECKING:
    from orbita.records.kinds import Kind

TITLE_LENGTH = 255
LIVE = models.Q(deleted_at__isnull=True)


class Visibility(models.IntegerChoices):
    """Who may know of a record, and who may open it (see `access.py`)."""

    PUBLIC = 1, _("public")
    RESTRICTED = 2, _("restricted")
    HIDDEN = 3, _("hidden")


class NextNumber(models.Func):
    """The next human ID, out of one sequence for all kinds."""

    template = "nextval('records_record_number_seq')"
    arity = 0


def last_number() -> int:
    """The last human ID that was given, also by transactions that go on or came to nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM records_record_number_seq")
        return int(cursor.fetchone()[0])


class RecordManager(models.Manager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """Pins the kind on child tables.

    Without the pin the planner walks the shared index of all kinds: a sorted list of 200,000
    rows went from 6 to 694 ms.
    """

    def get_queryset(self) -> RecordQuerySet:
        """All rows of this kind, deleted ones too; views start from `listed_for` and its kin."""
        rows = super().get_queryset()
        if self.model is Record:
            return rows
        return rows.filter(kind=self.model._meta.model_name)


class RecordBase(ModelBase):
    """Names the link from Record to a child `as_<kind>`, so that a person may have a `company`."""

    def __new__(mcs, name: str, bases: Any, attrs: dict[str, Any], **kwargs: Any) -> Any:
        """Add the parent link to direct children of Record that declare none."""
        is_child = any(base.__name__ == "Record" for base in bases if isinstance(base, RecordBase))
        if is_child and attrs.get("__module__") != "__fake__":
            attrs.setdefault(
                "record_ptr",
                models.OneToOneField(
                    "records.Record",
                    models.CASCADE,
                    parent_link=True,
                    primary_key=True,
                    related_name=f"as_{name.lower()}",
                ),
            )
        return super().__new__(mcs, name, bases, attrs, **kwargs)


class Record(models.Model, metaclass=RecordBase):
    """One row per company, person, deal, product or space; the child table holds its own columns.

    `title_key`, `sort_name` and `search_text` are derived from the other values by the kind, `held`
    from the contact data (see held.py), `segment` and `segment_points` from whatever the account
    gives points for (see segments). No constraint guards the segment: one that is deleted is on
    records until they are computed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=32, editable=False)
    number = models.BigIntegerField(_("ID number"), db_default=NextNumber(), editable=False)
    title = models.CharField(_("Name"), max_length=TITLE_LENGTH)
    sort_name = models.CharField(max_length=TITLE_LENGTH, editable=False)
    title_key = models.CharField(max_length=TITLE_LENGTH, editable=False, db_collation="C")
    search_text = models.TextField(editable=False, default="")
    held = models.PositiveSmallIntegerField(editable=False, default=0, db_default=0)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_records",
        verbose_name=_("Owner"),
        db_index=False,
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("Author"),
        db_index=False,
    )
    visibility = models.PositiveSmallIntegerField(
        _("Visibility"), choices=Visibility, default=Visibility.PUBLIC
    )
    source = models.ForeignKey(
        "records.Source",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="records",
        verbose_name=_("Acquisition source"),
        db_index=False,
    )
    segment = models.ForeignKey(
        "records.Segment",
        models.DO_NOTHING,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("Segment"),
        db_constraint=False,
        db_index=False,
    )
    segment_points = models.IntegerField(null=True, editable=False)
    custom = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("Added"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("Changed"), db_default=Now(), editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    changeset = models.ForeignKey(
        "records.ChangeSet",
        models.DO_NOTHING,
        null=True,
        editable=False,
        related_name="created_records",
        db_constraint=False,
        db_index=False,
    )

    objects = RecordManager()

    ledger_record: ClassVar[str] = "id"
    ledger_skip: ClassVar[tuple[str, ...]] = (
        "search_text",
        "held",
        "segment_id",
        "segment_points",
        "title_key",
        "sort_name",
        "updated_at",
        "version",
    )

    class Meta:
        indexes = [
            models.Index(
                models.F("kind"),
                Collate("sort_name", "pl-x-icu"),
                models.F("id"),
                name="record_sort_pl",
                condition=LIVE,
            ),
            models.Index(
                models.F("kind"),
                Collate("sort_name", "en-x-icu"),
                models.F("id"),
                name="record_sort_en",
                condition=LIVE,
            ),
            models.Index(
                fields=["kind", "created_at", "id"], name="record_created", condition=LIVE
            ),
            models.Index(
                fields=["kind", "updated_at", "id"], name="record_updated", condition=LIVE
            ),
            models.Index(fields=["kind", "owner", "id"], name="record_owner", condition=LIVE),
            models.Index(fields=["kind", "number"], name="record_number", condition=LIVE),
            models.Index(
                fields=["kind", "visibility", "id"],
                include=["owner", "held"],
                name="record_level",
                condition=LIVE,
            ),
            models.Index(fields=["kind", "held"], name="record_held", condition=LIVE),
            models.Index(fields=["source", "kind", "id"], name="record_source"),
            models.Index(
                fields=["kind", "segment", "id"],
                name="record_segment",
                condition=LIVE & models.Q(segment__isnull=False),
            ),
            models.Index(
                fields=["kind", "segment_points", "id"],
                name="record_points",
                condition=LIVE & models.Q(segment_points__isnull=False),
            ),
            models.Index(fields=["kind", "author"], name="record_author", condition=LIVE),
            models.Index(fields=["kind", "title_key"], name="record_title_key"),
            GinIndex(OpClass("search_text", "gin_trgm_ops"), name="record_search"),
            GinIndex(fields=["custom"], name="record_custom"),
            models.Index(fields=["changeset", "id"], name="record_changeset"),
            models.Index(fields=["deleted_at"], name="record_bin", condition=~LIVE),
            models.Index(fields=["id"], name="record_concealed", condition=CONCEALED),
        ]
        constraints = [models.UniqueConstraint(fields=["number"], name="record_number_unique")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row with its derived keys; called by verbs inside a change set."""
        self.derive()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The address of the profile."""
        from django.urls import reverse

        return reverse("profile", kwargs={"kind": self.kind_object, "pk": self.pk})

    @property
    def kind_object(self) -> "Kind":
        """The Kind that knows this record's fields, panels and words."""
        from orbita.records.kinds import kinds

        return kinds.by_key(self.kind)

    @property
    def is_live(self) -> bool:
        """Whether the record is not in the bin."""
        return self.deleted_at is None

    @property
    def is_public(self) -> bool:
        """Whether everyone with the right to view the kind may open it."""
        return self.visibility == Visibility.PUBLIC

    def make_title(self) -> str:
        """The name that lists and links show; kinds that compose it from parts override this."""
        return self.title

    def make_sort_name(self) -> str:
        """The name as it is sorted; persons put the last name first."""
        return self.title

    def derive(self) -> None:
        """Set kind, title and the keys for sorting and matching from the values of the record."""
        kind = self.kind_object if self.kind else None
        self.kind = self.kind or self._meta.model_name or ""
        kind = kind or self.kind_object
        title, sort_name = self.make_title(), self.make_sort_name()
        self.title = clean(title)[:TITLE_LENGTH]
        self.sort_name = self.title if sort_name == title else clean(sort_name)[:TITLE_LENGTH]
        self.title_key = kind.title_key(self.title)[:TITLE_LENGTH]

    def make_search_text(self, parts: "list[str]") -> str:
        """The searchable text: the folded name first, then `parts`, each folded."""
        return fold(" ".join([self.title, *parts]))[:8000]
