"""An import: a file that somebody brought, how it is to be read, and what becomes of its rows."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orbita.imports.readers import Choices
from orbita.jobs.models import Job
from orbita.records.models import Undo
from orbita.ui.ids import uuid7

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind


class State(models.TextChoices):
    """Where an import stands."""

    UPLOADED = "uploaded", _("Uploaded")
    MAPPED = "mapped", _("Columns matched")
    PLANNING = "planning", _("Being checked")
    PLANNED = "planned", _("Checked")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Outcome(models.TextChoices):
    """What becomes of a row."""

    WAITING = "waiting", _("Waiting")
    CREATED = "created", _("Created")
    UPDATED = "updated", _("Updated")
    UNCHANGED = "unchanged", _("Unchanged")
    SKIPPED = "skipped", _("Skipped")
    REJECTED = "rejected", _("Rejected")

    def word(self, *, is_written: bool) -> str:
        """What became of the row, or what would become of it."""
        planned = PLANNED_WORDS.get(self)
        return str(self.label if is_written or planned is None else planned)


PLANNED_WORDS = {
    Outcome.CREATED: _("Will be created"),
    Outcome.UPDATED: _("Will be updated"),
    Outcome.UNCHANGED: _("No change"),
    Outcome.SKIPPED: _("Will be skipped"),
    Outcome.REJECTED: _("Will be rejected"),
}


class Duplicates(models.TextChoices):
    """What to do with a row whose record is there already."""

    UPDATE = "update", _("Update the record")
    SKIP = "skip", _("Skip the row")
    CREATE = "create", _("Add another record")


class BadCell(models.TextChoices):
    """What to do with a row in which one cell cannot be read."""

    REJECT = "reject", _("Reject the row")
    EMPTY = "empty", _("Leave the cell empty")


class Decimals(models.TextChoices):
    """What stands before the decimals where a number can be read in two ways."""

    AUTO = "auto", _("Do not guess")
    COMMA = "comma", _("A comma: 1.234,50")
    POINT = "point", _("A point: 1,234.50")


class DateOrder(models.TextChoices):
    """What comes first in 03/04/2026."""

    DAY = "day", _("The day: 31.12.2026")
    MONTH = "month", _("The month: 12/31/2026")


class ImportQuerySet(models.QuerySet["Import"]):
    """Imports by who may see them."""

    def visible_to(self, viewer: "User") -> Self:
        """One's own, but of kinds that the role may not view; administrators see all."""
        from orbita.records.kinds import kinds

        if viewer.is_administrator:
            return self
        closed = [kind.slug for kind in kinds if not viewer.may("view", kind.key)]
        return self.filter(owner=viewer).exclude(kind__in=closed)


class Import(models.Model):
    """A file on its way into the account.

    `choices` say how the file is read, `columns` are its headers, `sample` its first rows,
    `mapping` leads from the index of a column to the path of a target (`nip`, `company.nip`).
    `layout` is the key of the program whose export the file was recognised as (see recognising.py).
    `draft` is what the page of the mapping held when it was left for a moment: `mapping` and
    `options`, as they were typed.
    `position` is the number of the last row that is settled; it moves in the transaction that
    writes the rows, so an interrupted import goes on where it stopped. `linked` is the same for
    the ties to other records, which are made when all rows have their records. `coming` are the
    names that a dry run found new to the dictionaries (groups, tags, sources), by field key.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="imports")
    kind = models.CharField(max_length=32)
    name = models.CharField(max_length=255)
    key = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField(default=0)
    choices = models.JSONField(default=dict)
    inspection = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    mapping_is_chosen = models.BooleanField(default=False)
    layout = models.CharField(max_length=40, blank=True)
    options = models.JSONField(default=dict)
    draft = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State, default=State.UPLOADED)
    message = models.TextField(blank=True)
    counts = models.JSONField(default=dict)
    coming = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)
    linked = models.PositiveIntegerField(default=0)
    staged = models.BooleanField(default=False)
    dry_run = models.BooleanField(default=True)
    changeset_id = models.UUIDField(null=True, db_index=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["owner", "-created_at"], name="import_of_owner")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page that fits the state."""
        if self.state in (State.UPLOADED, State.MAPPED):
            return reverse("import-mapping", args=[self.pk])
        if self.state == State.PLANNED:
            return reverse("import-preview", args=[self.pk])
        return reverse("import", args=[self.pk])

    @property
    def kind_object(self) -> "Kind":
        """What the rows become."""
        from orbita.records.kinds import kinds

        return kinds.get(self.kind)

    @property
    def path(self) -> Path:
        """Where the file lies, under a name that its owner did not choose."""
        return Path(settings.MEDIA_ROOT) / "imports" / self.key

    @property
    def reading(self) -> Choices:
        """How the file is read."""
        return Choices(**self.choices)

    @property
    def is_busy(self) -> bool:
        """Whether a worker has it or will have it, and nothing may be changed."""
        return self.state in (State.PLANNING, State.RUNNING)

    @property
    def is_finished(self) -> bool:
        """Whether records were written, or were about to be."""
        return self.changeset_id is not None and not self.is_busy

    @property
    def can_go_on(self) -> bool:
        """Whether a real run stopped midway."""
        return self.changeset_id is not None and self.state in (State.FAILED, State.CANCELLED)

    @property
    def undo(self) -> Undo | None:
        """The undo of what it wrote, begun or done."""
        if self.changeset_id is None:
            return None
        return Undo.objects.filter(changeset_id=self.changeset_id).first()

    def option(self, name: str) -> Any:
        """One of the options, or its default."""
        return self.options.get(name, DEFAULT_OPTIONS[name])


DEFAULT_OPTIONS: dict[str, Any] = {
    "duplicates": Duplicates.UPDATE.value,
    "bad_cell": BadCell.REJECT.value,
    "create_missing": True,
    "create_entries": False,
    "take_over": False,
    "owner": "account",
    "decimals": Decimals.AUTO.value,
    "dates": DateOrder.DAY.value,
    "values": {},
    "answers": {},
}


class ImportRow(models.Model):
    """A row of the file as it was read, and what became of it.

    `number` is the row's number as a spreadsheet program shows it. `messages` are
    {column, text, warning}, `diff` is [[path, old, new], …]; `links` are the records that it
    names (links.Link); `is_open` says that one of them is not clear or could not be tied. `ends`
    are the ids of records that it names by references and that have ties of their own, by the key
    of the reference; those of a dry run need not exist.
    """

    pk = models.CompositePrimaryKey("parent_id", "number")
    parent = models.ForeignKey(Import, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    cells = models.JSONField()
    outcome = models.CharField(
        max_length=10, choices=Outcome, default=Outcome.WAITING, db_default=Outcome.WAITING.value
    )
    record_id = models.UUIDField(null=True)
    messages = models.JSONField(default=list, db_default=[])
    diff = models.JSONField(default=list, db_default=[])
    links = models.JSONField(default=list, db_default=[])
    is_open = models.BooleanField(default=False, db_default=False)
    ends = models.JSONField(default=dict, db_default={})

    class Meta:
        ordering = ("number",)
        indexes = [
            models.Index(
                fields=["parent", "number"],
                name="import_row_open",
                condition=models.Q(is_open=True),
            ),
            models.Index(
                fields=["parent", "number"],
                name="import_row_rejected",
                condition=models.Q(outcome="rejected"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"


class SavedMappingQuerySet(models.QuerySet["SavedMapping"]):
    """Saved mappings by who may use and who may change them."""

    def usable_by(self, viewer: "User") -> Self:
        """One's own, and those that an administrator shared."""
        return self.filter(models.Q(owner=viewer) | models.Q(is_shared=True))

    def changeable_by(self, viewer: "User") -> Self:
        """One's own; administrators also change those that are shared."""
        own = models.Q(owner=viewer)
        return self.filter(own | models.Q(is_shared=True) if viewer.is_administrator else own)


class SavedMapping(models.Model):
    """A mapping under a name, for later files with the same headers.

    `columns` are pairs of a header and the path of its target, in the order of the file that it was
    made from; `options` are those of the import.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32)
    name = models.CharField(_("Name"), max_length=80)
    is_shared = models.BooleanField(_("For everybody"), default=False)
    columns = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = SavedMappingQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(fields=["owner", "kind", "name"], name="saved_mapping_name")
        ]

    def __str__(self) -> str:
        return self.name
