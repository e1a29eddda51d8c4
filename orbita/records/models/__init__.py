"""The tables of the kernel: a record, what hangs on every record, and the ledger."""

from orbita.records.models.access import AccessRole, Grant
from orbita.records.models.contact_data import (
    Address,
    ContactPoint,
    ContactType,
    PhoneType,
)
from orbita.records.models.custom_field import CustomField, CustomFieldType, CustomOption
from orbita.records.models.duplicate import DuplicatePair, DuplicateSearch
from orbita.records.models.export import Export
from orbita.records.models.form_layout import FormLayout
from orbita.records.models.group import Group, RecordGroup
from orbita.records.models.ledger import Change, ChangeSet, Channel
from orbita.records.models.merger import Merger
from orbita.records.models.operation import OperationRow, OperationRun, RunState
from orbita.records.models.record import Record, Visibility
from orbita.records.models.release import Release, ReleaseNotice
from orbita.records.models.saved_view import SavedView
from orbita.records.models.segment import (
    Segment,
    Segmentation,
    SegmentParameter,
    SegmentRange,
)
from orbita.records.models.source import Source
from orbita.records.models.submission import Submission
from orbita.records.models.tag import RecordTag, Tag
from orbita.records.models.undo import Leftover, LeftoverReason, Undo, UndoState
from orbita.records.models.visit import Visit

__all__ = [
    "AccessRole",
    "Address",
    "Change",
    "ChangeSet",
    "Channel",
    "ContactPoint",
    "ContactType",
    "CustomField",
    "CustomFieldType",
    "CustomOption",
    "FormLayout",
    "Export",
    "DuplicatePair",
    "DuplicateSearch",
    "Grant",
    "Group",
    "Merger",
    "OperationRow",
    "OperationRun",
    "PhoneType",
    "Leftover",
    "LeftoverReason",
    "Record",
    "RecordGroup",
    "RecordTag",
    "RunState",
    "SavedView",
    "Segment",
    "SegmentParameter",
    "SegmentRange",
    "Segmentation",
    "Source",
    "Submission",
    "Tag",
    "Undo",
    "UndoState",
    "Visibility",
    "Release",
    "ReleaseNotice",
    "Visit",
]
