"""Kinds of record and their registry.

A kind declares once what lists, forms, profiles, search, import, export and the API need to know.
Adding one takes a model, a `kinds.py` of about twenty lines, and an entry in INSTALLED_APPS.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from orbita.preferences import feature_enabled
from orbita.records.kind_names import named_by_account
from orbita.ui.text import fold
from orbita.ui.types import Text

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field
    from orbita.records.models import Record


@dataclass(frozen=True)
class Labels:
    """The words for a kind: whole phrases, since Polish inflects; `one`, `many` in nominative.

    `menu` is a shorter `many` for menus, where there is little room; `rows` says what the rows of
    an import are, where they give more than records of the kind. `origin` says that a value was
    taken from a record of the kind and has its name as `%(name)s`: "From the company %(name)s".
    """

    one: Text
    many: Text
    add: Text
    import_: Text
    empty: Text = ""
    menu: Text = ""
    origin: Text = ""
    rows: Text = ""


@dataclass(frozen=True)
class Section:
    """A part of a form and of the left column of a profile."""

    label: Text
    fields: tuple[str, ...]
    key: str = "basic"


@dataclass(frozen=True)
class Lines:
    """How records of the kind stand on profiles of the records that they name: a line each.

    `fields` are the values of a line; where none are named, headline, phones and e-mails. Where
    `counted_by` names a choice, the panel says how many records have each of its values, and those
    with the first one stand first, the newest above; their amounts in the field `summed` are added
    up, each currency by itself.
    """

    fields: tuple[str, ...] = ()
    counted_by: str = ""
    summed: str = ""


@dataclass(frozen=True)
class Counting:
    """A column of the kinds that records of this kind name: how many of them have one choice.

    `by` is the key of a field of choices and `value` the choice that counts. Where `summed` names
    a field of amounts, these are added up instead, as far as they are in the account's currency.
    """

    key: str
    label: Text
    by: str
    value: str
    summed: str = ""


class AccountLabels:
    """The labels of a kind as the account calls it; on the class as they were declared."""

    def __init__(self, declared: Labels) -> None:
        self.declared = declared

    def __get__(self, kind: "Kind | None", owner: type["Kind"]) -> Labels:
        return self.declared if kind is None else named_by_account(kind.key, self.declared)


class Kind:
    """One kind of record. Subclass it in `<app>/kinds.py` and put `@register` above."""

    model: ClassVar[type["Record"]]
    slug: ClassVar[str]
    icon: ClassVar[str] = "file"
    labels: ClassVar[Labels]
    family: ClassVar[str] = "contacts"
    feature: ClassVar[str] = ""
    order: ClassVar[int] = 100
    navigation: ClassVar[str] = ""
    basic: ClassVar[tuple[str, ...]] = ("title", "owner")
    columns: ClassVar[tuple[str, ...]] = ("title", "owner", "tags", "created_at")
    form: ClassVar[tuple[Section, ...]] = ()
    headline: ClassVar[tuple[str, ...]] = ()
    hints: ClassVar[tuple[str, ...]] = ("owner",)
    card: ClassVar[tuple[str, ...]] = ()
    """What the hover card shows below the name, in order: keys of fields and of facts that slices
    register (see cards.py). Where it is empty, the card shows what headline and hints name."""
    lines: ClassVar[Lines] = Lines()
    countings: ClassVar[tuple[Counting, ...]] = ()
    matching: ClassVar[tuple[tuple[str, ...], ...]] = (("number",), ("title",))
    name_noise: ClassVar[tuple[str, ...]] = ()
    """What may stand at the end of a name without telling two records apart (legal forms), folded
    and without punctuation; regular expressions of PostgreSQL."""
    segmented: ClassVar[bool] = False
    """Whether the account may sort the records of the kind into segments (see segments)."""
    has_source: ClassVar[bool] = False
    has_contact_data: ClassVar[bool] = False
    title_from: ClassVar[tuple[str, ...]] = ("title",)
    sort_from: ClassVar[str] = ""
    """The part of the name with which the sort name begins, where that is made of parts."""
    title_label: ClassVar[Text] = ""
    source_from: ClassVar[tuple[str, ...] | None] = None
    """The reference fields from whose records a new record takes its source, the first one first;
    None means all that lead to kinds with a source, in the order of the form."""
    source_to: ClassVar[tuple[str, ...]] = ()
    """The reference fields whose new records, made in a picker here, take this record's source."""
    rolls_up: ClassVar[tuple[str, ...]] = ()
    """The reference fields to whose records the wall of a record of this kind belongs, too."""
    without: ClassVar[tuple[str, ...]] = ()
    headers: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """What people call the fields in their spreadsheets, by field key, beyond the labels."""
    samples: ClassVar[Mapping[str, tuple[Any, ...]]] = {}
    """Invented values for the rows of a sample file, by field key, where the field has none."""

    def __init_subclass__(cls, **options: Any) -> None:
        """Let the account's own names stand before the declared ones."""
        super().__init_subclass__(**options)
        if isinstance(declared := cls.__dict__.get("labels"), Labels):
            cls.labels = AccountLabels(declared)  # type: ignore[assignment]

    @property
    def key(self) -> str:
        """The name of the kind in the database and in code: the model's, in lower case."""
        return str(self.model._meta.model_name)

    def __str__(self) -> str:
        return self.slug

    def title_key(self, title: str) -> str:
        """The name in the form in which two equal names match."""
        return fold(title)

    @property
    def is_key_folded(self) -> bool:
        """Whether that is the name in small letters without diacritics, and nothing else."""
        return type(self).title_key is Kind.title_key

    def split_title(self, title: str) -> dict[str, str]:
        """A whole name as the parts that make it: the last word, or what stands before a comma, is
        the last part.
        """
        first, last = self.title_from[0], self.title_from[-1]
        if "," in title:
            behind, _sign, before = (part.strip() for part in title.partition(","))
        else:
            before, _sign, behind = title.rpartition(" ")
        return {key: text for key, text in ((first, before), (last, behind)) if text}

    def is_on(self) -> bool:
        """Whether the kind's feature is switched on in the account."""
        return not self.feature or feature_enabled(self.feature)

    def may(self, viewer: "User", action: str) -> bool:
        """Whether the viewer's role may do this with records of the kind."""
        return self.is_on() and viewer.may(action, self.key)

    def declared_fields(self) -> Iterable["Field"]:
        """Fields beyond those that the model's columns give; override to add or replace by key."""
        return ()

    def search_parts(self, record: Any) -> list[str]:
        """Texts, besides title and contact data, by which the record is found."""
        return []

    def check(self, values: dict[str, Any], record: Any) -> dict[str, str]:
        """Sentences by field key about values that do not go together; empty when all is well.

        Override it for rules of the kind; callers ask `problems`.
        """
        return {}

    def problems(self, values: dict[str, Any], record: Any) -> dict[str, str]:
        """What is wrong with values about to be stored: rules of the kind and of all kinds.

        `record` is the stored record, or None or an unsaved one for a new record.
        """
        from orbita.records.checking import access_problem, owner_problem

        found = dict(self.check(values, record))
        problem = owner_problem(self, values, record) or access_problem(values, record)
        if problem:
            found.setdefault("owner", problem)
        return found

    def all_fields(self) -> dict[str, "Field"]:
        """Every built-in field by key, built once."""
        if "_fields" not in self.__dict__:
            from orbita.records.fields.build import built_in_fields

            self._fields = built_in_fields(self)
        return self._fields

    def fields(self, viewer: "User") -> dict[str, "Field"]:
        """The fields that exist for this viewer: the one list that everybody asks.

        Fields of switched-off features are left out; custom fields come after the built-in ones,
        those that the viewer's role may see, and what other packages provide comes last. What the
        account demands is marked as required. Found once in a request.
        """
        from orbita.preferences.store import request_cache

        who = viewer and (viewer.pk, viewer.role)
        cache, asked = request_cache(), (Kind.fields, self.key, who)
        if asked not in cache:
            cache[asked] = self._fields_for(viewer)
        return dict(cache[asked])

    def _fields_for(self, viewer: "User") -> dict[str, "Field"]:
        from orbita.records.arranging import demanded
        from orbita.records.fields.custom import custom_fields
        from orbita.records.fields.provided import provided_fields

        fields = {key: f for key, f in self.all_fields().items() if f.is_on(viewer)}
        fields.update(custom_fields(self, viewer))
        fields.update(provided_fields(self, viewer))
        fields.update((key, f) for key, f in demanded(self).items() if key in fields)
        return fields

    def sections(self, viewer: "User") -> list[tuple[Section, list["Field"]]]:
        """The form's sections with their fields for this viewer; empty sections are left out."""
        from orbita.records.arranging import arranged

        fields = self.fields(viewer)
        result = []
        for section in arranged(self, fields):
            chosen = [fields[key] for key in section.fields if key in fields]
            if chosen:
                result.append((section, chosen))
        return result


class Registry:
    """All kinds, by slug and by key."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}

    def register(self, kind_class: type[Kind]) -> type[Kind]:
        """Take a kind in; used as a decorator."""
        kind = kind_class()
        if any(kind.slug == other.slug or kind.key == other.key for other in self):
            raise ValueError(f"There is a kind '{kind.slug}' already")
        self._kinds[kind.slug] = kind
        return kind_class

    def unregister(self, slug: str) -> None:
        """Forget a kind; for tests."""
        self._kinds.pop(slug, None)

    def __iter__(self) -> Iterator[Kind]:
        return iter(sorted(self._kinds.values(), key=lambda kind: (kind.order, kind.slug)))

    def get(self, slug: str) -> Kind:
        """The kind with this slug; KeyError when there is none."""
        return self._kinds[slug]

    def by_key(self, key: str) -> Kind:
        """The kind with this key; KeyError when there is none."""
        for kind in self._kinds.values():
            if kind.key == key:
                return kind
        raise KeyError(key)

    def of_model(self, model: type[models.Model]) -> Kind:
        """The kind whose records are of this model."""
        return self.by_key(str(model._meta.model_name))

    def for_viewer(self, viewer: "User", action: str = "view") -> list[Kind]:
        """The kinds that are switched on and with which the viewer's role may do this."""
        return [kind for kind in self if kind.may(viewer, action)]


kinds = Registry()
register = kinds.register


class KindConverter:
    """A kind's slug in a URL; unknown ones do not match, of those switched off the views say so."""

    regex = "[a-z][a-z0-9-]*"

    def to_python(self, value: str) -> Kind:
        """The kind, or ValueError, which makes the URL not match."""
        try:
            return kinds.get(value)
        except KeyError as error:
            raise ValueError(value) from error

    def to_url(self, value: Kind | str) -> str:
        """The slug."""
        return str(value)
