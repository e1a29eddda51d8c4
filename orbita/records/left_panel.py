"""The filters beside a list: usual ones, saved views, segments, groups, tags, sources.

The list itself shows them without numbers, at no cost; the numbers, the tags and the sources come
in a second answer. A number says how many records the viewer would find behind the click, which
leaves the words and the other filters of the list as they are: what is hidden from them is in none,
and for a filter by something that is not basic only what they may open is, as in the list.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from orbita.records.dictionaries import GROUPS, TAGS, Dictionary
from orbita.records.labels import groups_lately_known_to, tags_known_to
from orbita.records.listing.counting import PATIENCE, most_used
from orbita.records.listing.filters import NEED_NO_VALUE
from orbita.records.listing.listing import Count
from orbita.records.listing.query import Condition, ListQuery
from orbita.records.listing.within import Beside, Within
from orbita.records.models import SavedView, Tag
from orbita.ui.addresses import address
from orbita.ui.templatetags.ui import tone

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

MOST_GROUPS, MOST_TAGS, MOST_SOURCES, MOST_VIEWS = 40, 12, 20, 20


@dataclass
class Entry:
    """One filter: the parameter of the address that asks for it, in words, with its number."""

    label: str
    name: str
    value: str
    icon: str = ""
    tone: int | None = None
    count: Count | None = None
    url: str = ""
    is_current: bool = False

    @property
    def field_key(self) -> str:
        """The key of the field that it filters by."""
        return self.name.rpartition(".")[0]


@dataclass
class Group:
    """A part of the panel, which folds."""

    key: str
    title: str
    items: list[Entry] = field(default_factory=list)
    manage_url: str = ""
    manage_label: str = ""
    search_url: str = ""
    search_label: str = ""
    is_open: bool = True


def first_groups(query: ListQuery, views: Sequence[SavedView]) -> list[Group]:
    """What the list shows at once: everything that is known without asking more."""
    return _finished(query, [_usual(query), _views(query, views), _segments(query), _groups(query)])


def all_groups(query: ListQuery) -> list[Group]:
    """The whole panel with its numbers."""
    viewer, beside = query.viewer, Beside(query)
    usual, groups = _usual(query), _groups(query)
    views = _views(query, SavedView.of_list(viewer, query.kind.slug))
    tags, sources, segments = _tags(query, beside), _sources(query), _segments(query)
    _count_filters(beside, [*usual.items, *segments.items, *sources.items])
    _count_uses(beside, GROUPS, groups.items)
    return _finished(query, [usual, views, segments, groups, tags, sources])


def found_tags(query: ListQuery, typed: str) -> list[Entry]:
    """The tags that contain what was typed, with their numbers."""
    known = tags_known_to(query.viewer, query.kind.family, typed=typed, limit=MOST_TAGS)
    entries = _tag_entries(known)
    _count_uses(Beside(query), TAGS, entries)
    return list(_with_addresses(query, entries))


def top_tags(query: ListQuery) -> list[Entry]:
    """The tags that are used most, with their numbers."""
    return list(_with_addresses(query, _tags(query, Beside(query)).items))


def _usual(query: ListQuery) -> Group:
    """Whose, and how old."""
    entries = [
        Entry(_("Mine"), "owner.is", "me", "user"),
        Entry(_("To take over"), "owner.empty", "1", "user-off"),
        Entry(_("Added in 7 days"), "created_at.in", "last7", "sparkles"),
        Entry(_("Untouched for 90 days"), "updated_at.in", "older90", "zzz"),
    ]
    if query.viewer.team_id:
        team = f"team:{query.viewer.team_id}"
        entries.insert(1, Entry(_("My team's"), "owner.is", team, "users"))
    return Group("quick", "", [one for one in entries if one.field_key in query.fields])


def _views(query: ListQuery, views: Iterable[SavedView]) -> Group:
    """Saved views; one leads to its own list, whatever is filtered now."""
    url, here = address("list", kind=query.kind), query.parameters()
    items = [
        Entry(
            view.name,
            "",
            "",
            "bookmark",
            url=url if view.query == here else f"{url}?{view.query}",
            is_current=view.query == here,
        )
        for view in list(views)[:MOST_VIEWS]
    ]
    return Group("views", _("Saved views"), items)


def _groups(query: ListQuery) -> Group:
    """The groups of the family in their order."""
    group = Group("groups", _("Groups"))
    if "groups" not in query.fields:
        return group
    rows = groups_lately_known_to(query.viewer, query.kind.family)[:MOST_GROUPS]
    group.items = [Entry(one.name, "groups.is", str(one.pk), "folder") for one in rows]
    if GROUPS.may_manage(query.viewer, query.kind.family):
        group.manage_url = dictionary_url(query.kind, GROUPS)
        group.manage_label = _("Manage groups")
    return group


def _tags(query: ListQuery, beside: Beside) -> Group:
    """The tags that are used most, with their numbers."""
    group = Group("tags", _("Tags"))
    if "tags" not in query.fields:
        return group
    kind, viewer = query.kind, query.viewer
    chosen = _chosen(query, "tags.is")
    used = most_used(kind, viewer, TAGS.link, TAGS.column, MOST_TAGS)
    group.items = _tag_entries(Tag.objects.filter(pk__in={*used, *chosen}).in_order())
    _count_uses(beside, TAGS, group.items)
    group.items.sort(key=lambda one: -one.count.number if one.count else 0)
    if TAGS.may_manage(viewer, kind.family):
        group.manage_url = dictionary_url(kind, TAGS)
        group.manage_label = _("Manage tags")
    if len(used) == MOST_TAGS:
        url = address("left-tags", kind=kind)
        group.search_url = f"{url}?{query.parameters()}"
        group.search_label = _("Find a tag")
    return group


def _tag_entries(tags: Iterable[Tag]) -> list[Entry]:
    return [Entry(tag.name, "tags.is", str(tag.pk), tone=tone(tag.name)) for tag in tags]


def _sources(query: ListQuery) -> Group:
    """The sources, where they are in use, and those who have none."""
    found = query.fields.get("source")
    used = found.filter() if found else None
    group = Group("sources", str(found.label) if found else "")
    if used is not None:
        *options, none = used.options(query.viewer)
        shown = [*options[:MOST_SOURCES], none] if options else []
        group.items = [Entry(str(o.label), "source.is", o.value, "target-arrow") for o in shown]
    return group


def _segments(query: ListQuery) -> Group:
    """The segments, where the kind has some; the process knows them."""
    found = query.fields.get("segment")
    used = found.filter() if found else None
    group = Group("segments", _("Segments"))
    if used is not None:
        options = used.options(query.viewer)
        group.items = [Entry(str(one.label), "segment.is", one.value, "stairs") for one in options]
    return group


def _count_uses(beside: Beside, dictionary: Dictionary, entries: list[Entry]) -> None:
    """How many records of the list carry each label; only those that the viewer may open."""
    ids = [int(one.value) for one in entries]
    patience = PATIENCE if dictionary.ordered else PATIENCE // 2
    within = beside.but(dictionary.key)
    numbers = within.with_labels(dictionary.link, dictionary.column, ids, patience=patience)
    for one in entries:
        one.count = numbers[int(one.value)]


def _count_filters(beside: Beside, entries: list[Entry]) -> None:
    """How many rows the list would have with each filter; a list is asked for all at once."""
    alike: dict[Within, list[Entry]] = {}
    for one in entries:
        alike.setdefault(beside.but(one.field_key), []).append(one)
    for within, some in alike.items():
        numbers = within.with_each([_condition(beside.query, one) for one in some])
        for one, count in zip(some, numbers, strict=True):
            one.count = count


def _condition(query: ListQuery, entry: Entry) -> Condition:
    """The filter that the entry sets."""
    found, operator = query.fields[entry.field_key], entry.name.rpartition(".")[2]
    used = found.filter()
    assert used is not None  # noqa: S101
    values = [] if operator in NEED_NO_VALUE else [entry.value]
    return Condition(found, used, operator, values, values)


def _finished(query: ListQuery, groups: list[Group]) -> list[Group]:
    """The parts that have something to show, with addresses, folded as the viewer left them."""
    folded = query.viewer.preferences.get("folded", [])
    for group in groups:
        group.items = list(_with_addresses(query, group.items))
        group.is_open = group.key not in folded
    return [group for group in groups if group.items or group.manage_url]


def _with_addresses(query: ListQuery, entries: Iterable[Entry]) -> Iterable[Entry]:
    """Each entry with the address that sets its filter, or that takes it away again."""
    url, others = address("list", kind=query.kind), {}
    for one in entries:
        if not one.name:
            yield one
            continue
        key = one.field_key
        if key not in others:
            kept = [other for other in query.conditions if other.field.key != key]
            others[key] = replace(query, conditions=kept).parameters()
        is_current = one.value in _chosen(query, one.name)
        own = "" if is_current else urlencode({one.name: one.value})
        asked = "&".join(filter(None, [others[key], own]))
        yield replace(one, url=f"{url}?{asked}" if asked else url, is_current=is_current)


def _chosen(query: ListQuery, name: str) -> list[str]:
    """The values of a filter that the address has now."""
    found = [
        condition.raw or ["1"]
        for condition in query.conditions
        if f"{condition.field.key}.{condition.operator}" == name
    ]
    return [value for values in found for value in values]


def dictionary_url(kind: "Kind", dictionary: Dictionary) -> str:
    """The page of a dictionary for the family of a kind."""
    return address("dictionary", kind=kind, which=dictionary.key)


def fold_group(viewer: "User", key: str, *, is_open: bool) -> None:
    """Remember for the viewer whether a part of the panel is open."""
    folded = [one for one in viewer.preferences.get("folded", []) if one != key][:20]
    viewer.preferences = {**viewer.preferences, "folded": folded + ([] if is_open else [key])}
    viewer.save(update_fields=["preferences"])
