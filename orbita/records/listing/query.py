"""What a list's address asks for: words, filters, order, columns, page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from orbita.records.listing.filters import NEED_NO_VALUE, BadFilterError, Filter
from orbita.records.off import fields_off

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind

PAGE_SIZES = (25, 50, 100)
RESERVED = ("q", "sort", "columns", "after", "before", "size", "view", "last")


@dataclass
class Condition:
    """One filter in use."""

    field: "Field"
    filter: Filter
    operator: str
    values: list[Any]
    raw: list[str]

    def words(self, viewer: "User") -> tuple[str, str]:
        """The filter in words, for a chip: "City" and "Kraków", "Owner" and "is empty"."""
        label, operator = str(self.field.label), self.filter.operator_label(self.operator)
        if self.operator in NEED_NO_VALUE:
            return label, operator
        value = self.filter.describe(self.operator, self.values, viewer)
        return label if self.operator in ("is", "in") else f"{label} {operator}", value

    def parameters(self) -> list[tuple[str, str]]:
        """The part of the address that says it."""
        name = f"{self.field.key}.{self.operator}"
        return [(name, value) for value in (self.raw or ["1"])]


@dataclass
class ListQuery:
    """A list's address, understood. Unknown names and senseless filters are collected as errors.

    `ids`, which no address holds, leaves only these of its rows: the ticked ones.
    """

    kind: "Kind"
    viewer: "User"
    fields: dict[str, "Field"]
    q: str = ""
    conditions: list[Condition] = field(default_factory=list)
    sort: str = ""
    descending: bool = False
    columns: list[str] = field(default_factory=list)
    size: int = 50
    after: str = ""
    before: str = ""
    last: bool = False
    ids: tuple[Any, ...] | None = None
    errors: list[str] = field(default_factory=list)

    @classmethod
    def read(
        cls,
        kind: "Kind",
        viewer: "User",
        parameters: QueryDict,
        *,
        fields: "Mapping[str, Field] | None" = None,
    ) -> "ListQuery":
        """Understand the parameters of an address."""
        query = cls(kind, viewer, dict(fields or kind.fields(viewer)))
        query.q = parameters.get("q", "")[:200].strip()
        for name in parameters:
            if "." in name:
                query._read_filter(name, parameters.getlist(name))
        query._read_sort(parameters.get("sort", ""))
        query._read_columns(parameters.get("columns", ""))
        size = parameters.get("size", "")
        query.size = next((one for one in PAGE_SIZES if size == str(one)), 50)
        query.after, query.before = parameters.get("after", ""), parameters.get("before", "")
        query.last = parameters.get("last") == "1"
        return query

    def _read_filter(self, name: str, values: list[str]) -> None:
        key, _dot, operator = name.rpartition(".")
        found = self.fields.get(key)
        used = found.filter() if found else None
        try:
            if found is None or used is None:
                raise BadFilterError(key)
            cleaned = used.clean(operator, values, self.viewer)
        except BadFilterError:
            text = self._off(key) or _("The filter “%(name)s” is not known") % {"name": name[:60]}
            self.errors.append(text)
            return
        raw = [] if operator in NEED_NO_VALUE else [value for value in values if value]
        self.conditions.append(Condition(found, used, operator, cleaned, raw))

    def _read_sort(self, sort: str) -> None:
        key = sort.removeprefix("-")
        if key and (key not in self.fields or self.fields[key].order_by() is None):
            text = _("The list cannot be sorted by “%(name)s”") % {"name": key[:60]}
            self.errors.append(self._off(key) or text)
            key = ""
        self.sort, self.descending = key or "title", bool(key) and sort.startswith("-")

    def _off(self, key: str) -> str:
        """What the list leaves out because a field is switched off; it returns with the field."""
        field = fields_off(self.kind, self.viewer).get(key)
        if field is None:
            return ""
        return _(
            "“%(name)s” is switched off in the account; the list is shown without it. "
            "Saved views keep it until it is switched on again."
        ) % {"name": field.label}

    def _read_columns(self, columns: str) -> None:
        chosen = columns.split(",") if columns else self.default_columns()
        known = [
            key for key in dict.fromkeys(chosen) if key in self.fields and self.fields[key].column
        ]
        self.columns = ["title", *(key for key in known if key != "title")]

    def default_columns(self) -> list[str]:
        """The viewer's own choice for the kind, or else the kind's."""
        own = self.viewer.preferences.get("columns", {}).get(self.kind.slug)
        return list(own or self.kind.columns)

    @property
    def shown(self) -> list["Field"]:
        """The fields of the columns."""
        return [self.fields[key] for key in self.columns]

    @property
    def needs_read(self) -> bool:
        """Whether something else than basic fields narrows or sorts.

        Then only records that the viewer may open take part: a closed one must not betray its
        value by being found, or by its place.
        """
        used = [condition.field for condition in self.conditions]
        used.append(self.fields[self.sort])
        return any(not used_field.basic for used_field in used)

    def parameters(self, **changes: Any) -> str:
        """The address of this list without its page, with some parameters changed."""
        pairs: list[tuple[str, str]] = [("q", self.q)] if self.q else []
        for condition in self.conditions:
            pairs += condition.parameters()
        if self.sort != "title" or self.descending:
            pairs.append(("sort", f"{'-' if self.descending else ''}{self.sort}"))
        if self.columns != ["title", *(c for c in self.default_columns() if c != "title")]:
            pairs.append(("columns", ",".join(self.columns)))
        if self.size != 50:
            pairs.append(("size", str(self.size)))
        pairs = [(name, value) for name, value in pairs if name not in changes]
        pairs += [(name, str(value)) for name, value in changes.items() if value is not None]
        return urlencode(pairs)

    def without(self, condition: Condition) -> str:
        """The address without one filter."""
        kept = [other for other in self.conditions if other is not condition]
        clone = ListQuery(**{**self.__dict__, "conditions": kept})
        return clone.parameters()
