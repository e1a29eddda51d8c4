"""What administrators do with custom fields: each verb checks, writes, tells and audits.

A deleted field lies in the bin with its values until it is restored, or removed for good: then
the values go, through the ledger, which keeps them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orbita.accounts.audit import AuditAction, record_event
from orbita.jobs import enqueue
from orbita.jobs.models import Job
from orbita.preferences.cached import touch
from orbita.records.arranging import forget_field, reorder_fields
from orbita.records.changes import change_set
from orbita.records.fields.provided import provided_fields
from orbita.records.indexing import is_indexable
from orbita.records.jobs import index_custom_field, remove_custom_field, retype_custom_field
from orbita.records.kinds import kinds
from orbita.records.models import CustomField, CustomOption
from orbita.records.retyping import Retyping
from orbita.records.rewriting import AT_ONCE, having, rewrite
from orbita.records.segments.changing import follow_field
from orbita.ui.text import fold

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

MOST = 300
AUDITED = (
    *("label", "type", "section", "help", "required"),
    *("default", "is_unique", "is_indexed", "suggests", "roles"),
)


class WouldLoseError(ValueError):
    """A change of type that would lose so many values."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def state_of(definition: CustomField) -> dict[str, Any]:
    """What the audit remembers of a definition."""
    return {name: getattr(definition, name) for name in AUDITED}


def tell(
    definition: CustomField,
    deed: str,
    *,
    by: "User",
    request: HttpRequest | None = None,
    **details: Any,
) -> None:
    """Write the deed into the audit, and have segments that the field gives points to follow."""
    record_event(
        AuditAction.SETTING_CHANGED,
        by=by,
        subject=f"custom field: {definition.kind}: {definition.label}",
        request=request,
        deed=deed,
        field=str(definition.pk),
        **details,
    )
    follow_field(definition)


def check_label(kind: "Kind", label: str, *, but: CustomField | None = None) -> None:
    """ValidationError when another field of the kind is called so, in any language."""
    taken = {
        fold(str(d.label))
        for d in CustomField.objects.known().filter(kind=kind.key)
        if but is None or d.pk != but.pk
    }
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            taken |= {fold(str(field.label)) for field in kind.all_fields().values()}
    if fold(label) in taken:
        raise ValidationError(_("There is a field “%(label)s” already") % {"label": label})


def check_free_label(kind: "Kind", label: str, *, but: CustomField | None = None) -> None:
    """The same for a custom field, which is not called like a relation of the kind either."""
    check_label(kind, label, but=but)
    if fold(label) in {fold(str(field.label)) for field in provided_fields(kind, None).values()}:
        raise ValidationError(_("There is a field “%(label)s” already") % {"label": label})


def add_field(
    definition: CustomField,
    options: Sequence[str] = (),
    *,
    by: "User",
    request: HttpRequest | None = None,
) -> CustomField:
    """Store a new field as the last of its kind, with its options."""
    with transaction.atomic():
        rows = CustomField.objects.known().filter(kind=definition.kind)
        if rows.count() >= MOST:
            raise ValidationError(_("There can be at most %(most)d fields") % {"most": MOST})
        definition.position = (rows.aggregate(last=Max("position"))["last"] or 0) + 1
        definition.save()
        CustomOption.objects.bulk_create(
            CustomOption(field=definition, name=name, position=number)
            for number, name in enumerate(options)
        )
        touch("custom_fields")
        if definition.is_indexed:
            enqueue(index_custom_field, field_id=str(definition.pk))
        tell(definition, "added", by=by, request=request, after=state_of(definition))
    return definition


def change_field(
    definition: CustomField,
    before: Mapping[str, Any],
    *,
    by: "User",
    request: HttpRequest | None = None,
) -> bool:
    """Store a changed definition; whether anything was changed."""
    after = state_of(definition)
    if after == dict(before):
        return False
    with transaction.atomic():
        definition.save()
        if after["section"] != before["section"]:
            forget_field(kinds.by_key(definition.kind), definition.key)
        if after["is_indexed"] != before["is_indexed"]:
            enqueue(index_custom_field, field_id=str(definition.pk))
        changed = [name for name in after if after[name] != before[name]]
        tell(
            definition,
            "changed",
            by=by,
            request=request,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return True


def order_fields(
    kind: "Kind", ids: Iterable[str], *, by: "User", request: HttpRequest | None = None
) -> None:
    """Put the fields in this order, in lists and in their places in the form."""
    wanted = {pk: place for place, pk in enumerate(ids)}
    with transaction.atomic():
        rows = list(CustomField.objects.in_use().filter(kind=kind.key).select_for_update())
        before = [str(row.pk) for row in rows]
        rows.sort(key=lambda row: (wanted.get(str(row.pk), len(wanted)), row.position))
        after = [str(row.pk) for row in rows]
        if before == after:
            return
        for place, row in enumerate(rows):
            row.position = place
        CustomField.objects.bulk_update(rows, ["position"])
        touch("custom_fields")
        reorder_fields(kind, [row.key for row in rows])
        record_event(
            AuditAction.SETTING_CHANGED,
            by=by,
            subject=f"custom fields: {kind.key}",
            request=request,
            deed="ordered",
            before=before,
            after=after,
        )


def set_aside(
    definition: CustomField, *, by: "User", request: HttpRequest | None = None, bin: bool = False
) -> None:
    """Archive the field, or put it into the bin; its values stay where they are."""
    with transaction.atomic():
        count = having(definition).count()
        if bin:
            definition.deleted_at = timezone.now()
        else:
            definition.archived_at = timezone.now()
        definition.save()
        enqueue(index_custom_field, field_id=str(definition.pk))
        deed = "moved to the bin" if bin else "archived"
        tell(definition, deed, by=by, request=request, count=count)


def bring_back(definition: CustomField, *, by: "User", request: HttpRequest | None = None) -> None:
    """Restore an archived or deleted field with its values; refused when its label is taken."""
    check_free_label(kinds.by_key(definition.kind), definition.label, but=definition)
    with transaction.atomic():
        definition.archived_at = definition.deleted_at = None
        definition.save()
        if definition.is_indexed:
            enqueue(index_custom_field, field_id=str(definition.pk))
        count = having(definition).count()
        tell(definition, "restored", by=by, request=request, count=count)


def remove_for_good(
    definition: CustomField, *, by: "User", request: HttpRequest | None = None
) -> Job | None:
    """Remove a field of the bin and all its values; a job when there are many."""
    with transaction.atomic():
        definition.removed_at = timezone.now()
        definition.save()
        count = having(definition).count()
        tell(
            definition, "removed", by=by, request=request, count=count, before=state_of(definition)
        )
        if count > AT_ONCE:
            label = _("Removing the field %(name)s") % {"name": definition.label}
            pk = str(definition.pk)
            return Job.start(
                remove_custom_field, owner=by, label=label[:200], total=count, field_id=pk
            )
        finish_removal(definition, by=by)
    return None


def finish_removal(definition: CustomField, *, by: "User", progress: Any = None) -> int:
    """Take the values from all records, and then the definition away."""
    label = f"Custom field removed: {definition.label}"
    rows = having(definition)
    count = rewrite(definition, rows, lambda _raw: None, by=by, label=label, progress=progress)
    with transaction.atomic():
        forget_field(kinds.by_key(definition.kind), definition.key)
        enqueue(index_custom_field, field_id=str(definition.pk))
        definition.delete()
    return count


def retype(
    definition: CustomField, type_: str, *, by: "User", request: HttpRequest | None = None
) -> Job | None:
    """Change the type; WouldLoseError names how many values speak against it."""
    retyping = Retyping(definition, type_, by=by)
    if lost := retyping.lost():
        raise WouldLoseError(lost)
    count = having(definition).count()
    if count > AT_ONCE:
        label = _("Changing the type of %(name)s") % {"name": definition.label}
        return Job.start(
            retype_custom_field,
            owner=by,
            label=label[:200],
            total=count,
            field_id=str(definition.pk),
            type_=type_,
        )
    finish_retyping(definition, type_, by=by, request=request)
    return None


def finish_retyping(
    definition: CustomField,
    type_: str,
    *,
    by: "User",
    request: HttpRequest | None = None,
    progress: Any = None,
) -> int:
    """Convert all values and the definition in one transaction, or nothing."""
    retyping = Retyping(definition, type_, by=by)
    label = f"Type of a custom field changed: {definition.label}"
    with change_set(by=by, label=label, quiet=True):
        rows = having(definition)
        try:
            count = rewrite(
                definition, rows, retyping.change(), by=by, label=label, progress=progress
            )
        except ValidationError as error:
            raise WouldLoseError(retyping.lost()) from error
        tell(definition, "type", by=by, request=request, before=definition.type, after=type_)
        definition.default = retyping.default()
        definition.type = type_
        definition.is_indexed = definition.is_indexed and is_indexable(type_)
        definition.save()
        enqueue(index_custom_field, field_id=str(definition.pk))
    return count
