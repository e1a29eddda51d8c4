"""Every ordered pair of kinds × symmetric or not × level × viewer: shown, counted, offered.

The world has each near record tied by each type and side to one far record of each level. Every
door is opened by everybody, and must say what the rules say (`Viewer`), no more and no less.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from conftest import ViewingClient, api_headers
from orbita.accounts.tokens import issue_token
from orbita.activity.following import follow
from orbita.activity.models import Notification
from orbita.activity.telling import tell
from orbita.imports import importing
from orbita.records.history import history
from orbita.records.kinds import Kind, kinds
from orbita.records.models import Visibility
from orbita.relations.facings import Facing, facings, facings_for, offered_for
from orbita.relations.models import Relation, Side
from tests.relations.world import LEVELS, Viewer, World, deeds, record

pytestmark = pytest.mark.django_db
KINDS = [kind.slug for kind in kinds]
Fault = tuple[Any, ...]


@pytest.fixture(params=KINDS)
def kind(request: Any) -> Kind:
    """Each kind in turn, on the near side."""
    return kinds.get(request.param)


@pytest.fixture(params=["some", pytest.param("all", marks=pytest.mark.long)])
def scope(request: Any) -> "Scope":
    """Some of all in every run, all in the long proof."""
    place = KINDS.index(request.getfixturevalue("kind").slug)
    return Scope(place, is_whole=request.param == "all")


@dataclass(frozen=True)
class Scope:
    """Which viewers and types are tried: all, or some that differ from kind to kind."""

    place: int
    is_whole: bool

    def viewers(self, world: World) -> list[Viewer]:
        """One with access and one without, in turn."""
        if self.is_whole:
            return world.viewers
        groups = [[v for v in world.viewers if v.has_access is has] for has in (True, False)]
        return [group[self.place % len(group)] for group in groups]

    def far(self, world: World) -> list[tuple[str, int]]:
        """Far records of all levels."""
        found = sorted(world.far)
        return found if self.is_whole else found[self.place % 2 :: 2]

    def facings(self, world: World, kind: Kind) -> list[Facing]:
        """Every third type, so that together the kinds try each pair in both directions."""
        found = world.facings_of(kind)
        return found if self.is_whole else found[self.place % 3 :: 3]


def each(
    world: World,
    scope: Scope,
    look: Callable[[Viewer, ViewingClient], Iterator[tuple[Any, Any, Any]]],
) -> list[Fault]:
    """Where what a viewer reads differs from what they should: who, where, read, expected."""
    faults = []
    for viewer in scope.viewers(world):
        browser = ViewingClient().as_(viewer.user)
        for place, read, expected in look(viewer, browser):
            if read != expected:
                faults.append((viewer.name, place, read, expected))
    return faults


def text_of(response: Any) -> str:
    """The whole answer."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return str(body.decode("utf-8-sig"))


def leaks(world: World, viewer: Viewer, text: str) -> list[str]:
    """The names in the text that the viewer must not read."""
    return [name for name in world.unknown(viewer) if name in text]


def address(kind: Kind, near: Any, part: str = "") -> str:
    """An address below a record's profile."""
    return f"/{kind.slug}/{near.pk}/{part}"


def asked(token: str, path: str, query: dict[str, Any] | None = None) -> Any:
    """An answer of the API."""
    headers = api_headers(token)
    return ViewingClient().get(f"/api/v1{path}", query or {}, headers=headers)


def test_the_types_that_exist_are_the_same_for_all(world, kind):
    """Both sides of an asymmetric type, also where its kinds are equal; one of a symmetric one."""
    wanted = 2 * len(KINDS) + 1
    for viewer in world.viewers:
        assert len(facings_for(viewer.user, kind)) == wanted
        assert len(offered_for(viewer.user, kind)) == wanted


def test_the_panel_shows_and_counts(world, kind, scope):
    near = world.near[kind.key]

    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        answer = browser.get(address(kind, near, "panels/relations/"))
        groups = {one.facing.key: one for one in answer.context["groups"]}
        for facing in world.facings_of(kind):
            group = groups[facing.key]
            names = sorted(one.far.title for one in group.ties)
            yield facing.key, (names, group.total), (world.names(facing, viewer), len(names))
            closed = {one.far.title for one in group.ties if not one.is_open}
            wanted = {
                world.far[facing.far_kind, level].title
                for level in viewer.known
                if not viewer.opens(level)
            }
            yield (facing.key, "lock"), closed, wanted
        yield from said(world, kind, viewer, text_of(answer))

    assert each(world, scope, look) == []


def said(world: World, kind: Kind, viewer: Viewer, text: str) -> Iterator[tuple[Any, Any, Any]]:
    """The notes that stand in the text, and names that must not."""
    read, unread = world.notes(kind, viewer)
    yield "notes", {note for note in read if note not in text}, set()
    yield "foreign notes", {note for note in unread if note in text}, set()
    yield "leaks", leaks(world, viewer, text), []


def test_the_page_of_all_shows_each_type(world, kind, scope):
    near = world.near[kind.key]

    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        for facing in scope.facings(world, kind):
            answer = browser.get(address(kind, near, "relations/"), {"type": facing.key})
            names = sorted(tie.far.title for tie in answer.context["ties"])
            yield facing.key, names, world.names(facing, viewer)
            yield (facing.key, "leaks"), leaks(world, viewer, text_of(answer)), []
        hidden = browser.get(address(kind, near, "relations/"), {"q": "Daleki", "sort": "newest"})
        yield "search", leaks(world, viewer, text_of(hidden)), []

    assert each(world, scope, look) == []


def test_the_window_offers_what_is_known_and_not_tied_yet(world, kind, scope):
    near = world.near[kind.key]

    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        for facing in scope.facings(world, kind):
            for typed, place in (("wolny", world.free), ("daleki", {}), ("bliski", world.near)):
                answer = browser.get(
                    address(kind, near, "relations/new/suggestions/"),
                    {"type": facing.key, "q": typed},
                )
                found = {one["value"] for one in answer.json()["results"]}
                yield (facing.key, typed), found, offered(place, facing, viewer, near)
                yield (facing.key, "leaks"), leaks(world, viewer, text_of(answer)), []

    assert each(world, scope, look) == []


def offered(place: dict[Any, Any], facing: Facing, viewer: Viewer, near: Any) -> set[str]:
    """The ids that a picker offers: of the other kind, known, and never the record itself."""
    found = [place.get((facing.far_kind, level)) for level in viewer.known]
    found.append(place.get(facing.far_kind))
    return {str(one.pk) for one in found if one is not None and one.pk != near.pk}


def test_cards_of_the_other_ends(world, kind, scope):
    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        nobody = browser.get(f"/{kind.slug}/{uuid4()}/card/", headers={"HX-Request": "true"})
        for level in LEVELS:
            far = world.far[kind.key, level]
            answer = browser.get(address(kind, far, "card/"), headers={"HX-Request": "true"})
            if viewer.knows(level):
                yield level, (answer.status_code, far.title in text_of(answer)), (200, True)
            else:
                yield level, answer.status_code, nobody.status_code
                yield level, leaks(world, viewer, text_of(answer)), []

    assert each(world, scope, look) == []


def test_the_form_shows_known_ends_as_chips(world, kind, scope):
    near = world.near[kind.key]

    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        answer = browser.get(address(kind, near, "edit/"))
        form = answer.context["form"]
        for facing in world.facings_of(kind):
            initial = form.get_initial_for_field(form.fields[facing.key], facing.key)
            found = sorted(str(getattr(one, "pk", one)) for one in initial)
            known = [world.far[facing.far_kind, level].pk for level in viewer.known]
            yield facing.key, found, sorted(map(str, known))
        yield "leaks", leaks(world, viewer, text_of(answer)), []

    assert each(world, scope, look) == []


def test_columns_of_the_list_and_of_the_export(world, kind, scope):
    near, faced = world.near[kind.key], world.facings_of(kind)
    columns = ",".join(["title", *(facing.key for facing in faced)])

    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        page = text_of(browser.get(f"/{kind.slug}/", {"columns": columns, "q": near.title}))
        yield "list", leaks(world, viewer, page), []
        yield "list", {n for f in faced for n in world.names(f, viewer) if n not in page}, set()
        answer = browser.get(
            f"/{kind.slug}/export/csv/", {"columns": columns, "q": near.title}, follow=True
        )
        head, *rows = csv.reader(io.StringIO(text_of(answer)), delimiter=";")
        own = [row for row in rows if near.title in row]
        yield "export", len(own), 1
        for facing in faced if own else ():
            cell = own[0][head.index(facing.label)]
            yield ("export", facing.key), ends_in(cell), world.names(facing, viewer)

    assert each(world, scope, look) == []


def ends_in(cell: str) -> list[str]:
    """The names in a cell, without the ID numbers."""
    return sorted(item.split("(")[0].strip() for item in cell.split(";"))


def filters(world: World, viewer: Viewer, facing: Facing) -> Iterator[tuple[str, bool]]:
    """Conditions, each with whether the near record meets it."""
    known = len(viewer.known)
    yield f"{facing.key}.filled=1", True
    yield f"{facing.key}.empty=1", False
    for count in (1, known, known + 1):
        yield f"{facing.key}.atleast={count}", count <= known
    for level in viewer.known:
        yield f"{facing.key}.is={world.far[facing.far_kind, level].pk}", True
        yield f"{facing.key}.not={world.far[facing.far_kind, level].pk}", False
        yield f"{facing.key}.is={world.free[facing.far_kind, level].pk}", False


def test_filters_count_what_is_known(world, kind, scope):
    near = world.near[kind.key]

    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        for facing in scope.facings(world, kind)[: None if scope.is_whole else 2]:
            for query, is_met in filters(world, viewer, facing):
                answer = browser.get(f"/{kind.slug}/?{query}&q={near.title}")
                yield query, near.title in rows_of(answer), is_met
                yield query, leaks(world, viewer, text_of(answer)), []
            for level in set(LEVELS) - set(viewer.known):
                hidden = world.far[facing.far_kind, level].pk
                for operator in ("is", "not"):
                    read = [
                        rows_of(browser.get(f"/{kind.slug}/?{facing.key}.{operator}={pk}"))
                        for pk in (hidden, uuid4())
                    ]
                    yield (facing.key, operator, level), read[0], read[1]

    assert each(world, scope, look) == []


def rows_of(answer: Any) -> set[str]:
    """The names in a list."""
    return {str(row["title"]) for row in answer.context["rows"]}


def test_the_api_tells_the_relations_of_a_record(world, kind, scope):
    near = world.near[kind.key]

    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        token = issue_token(viewer.user, "test")
        for path in (f"/{kind.slug}/{near.pk}", f"/{kind.slug}"):
            answer = asked(token, path, {} if path.endswith(str(near.pk)) else {"q": near.title})
            body = answer.json()
            one = body if "id" in body else body["items"][0]
            names = sorted(row["other"]["title"] for row in one["relations"])
            wanted = sorted(n for f in world.facings_of(kind) for n in world.names(f, viewer))
            yield path, names, wanted
            yield from said(world, kind, viewer, text_of(answer))
        answer = asked(token, "/relations", {"record": str(near.pk), "limit": 100})
        body = answer.json()
        yield "total", (len(body["items"]), body["total"]), (len(wanted), len(wanted))
        yield from said(world, kind, viewer, text_of(answer))

    assert each(world, scope, look) == []


def test_the_api_answers_for_one_relation_as_for_none(world, kind, scope):
    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        token, nobody = issue_token(viewer.user, "test"), uuid4()
        none = text_of(asked(token, f"/relations/{nobody}")).replace(str(nobody), "")
        for facing, level in product(scope.facings(world, kind)[::2], LEVELS[1:]):
            key, tie = facing.key, world.ties[facing.key, level]
            answer = asked(token, f"/relations/{tie.pk}")
            if viewer.knows(level):
                yield key, answer.status_code, 200
                yield (key, "note"), "note" in answer.json(), viewer.opens(level)
            else:
                yield key, text_of(answer).replace(str(tie.pk), ""), none

    assert each(world, scope, look) == []


def test_a_relation_of_two_closed_records_is_known_to_nobody_without_access(world):
    """Also to those who know of both records by their names."""
    scope = Scope(0, is_whole=True)

    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        token = issue_token(viewer.user, "test")
        for pk in world.closed[:6]:
            status = asked(token, f"/relations/{pk}").status_code
            yield "one", status, 200 if viewer.has_access else 404
        total = asked(token, "/relations", {"limit": 1}).json()["total"]
        known = len(world.ties) // len(LEVELS) * len(viewer.known)
        yield "total", total, known + (len(world.closed) if viewer.has_access else 0)
        kind = next(iter(kinds))
        near = world.near[kind.key]
        found = browser.get(address(kind, near, "map/"), {"hops": 2}).context["map"]
        far = {world.far[key, Visibility.RESTRICTED].pk for key, _level in world.far}
        between = [one for one in found.lines if {one.near.record.pk, one.far.record.pk} <= far]
        yield "map", bool(between), viewer.has_access

    assert each(world, scope, look) == []


def test_the_history_and_the_wall_tell_of_known_ends(world, kind, scope):
    near = world.near[kind.key]

    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        lines = [line for entry in history(near, viewer.user) for line in entry.lines]
        told = sorted(line.after for line in lines if "Daleki" in line.after)
        wanted = [
            after(world, facing, level, viewer)
            for facing in world.facings_of(kind)
            for level in viewer.known
        ]
        yield "history", told, sorted(wanted)
        wall = text_of(browser.get(address(kind, near, "wall/"), {"show": "changes"}))
        yield "wall", leaks(world, viewer, wall), []

    assert each(world, scope, look) == []


def after(world: World, facing: Facing, level: int, viewer: Viewer) -> str:
    """What the history says of the relation: the note where both ends are open."""
    name = world.far[facing.far_kind, level].title
    note = world.ties[facing.key, level].note
    return f"{name} ({note})" if viewer.opens(level) else name


def test_the_map_shows_known_records(world, kind, scope):
    near = world.near[kind.key]

    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        answer = browser.get(address(kind, near, "map/"))
        names = {node.record.title for node in answer.context["map"].nodes} - {near.title}
        wanted = {n for f in world.facings_of(kind) for n in world.names(f, viewer)}
        yield "map", names, wanted
        yield "leaks", leaks(world, viewer, text_of(answer)), []
        yield "notes", "Nota-" in text_of(answer), False

    assert each(world, scope, look) == []


def test_chains_lead_to_known_records(world, kind, scope):
    near = world.near[kind.key]

    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        url = address(kind, near, "connection/")
        nobody = browser.get(url, {"to": str(uuid4())})
        for key, level in scope.far(world):
            far = world.far[key, level]
            answer = browser.get(url, {"to": str(far.pk)})
            if viewer.knows(level):
                yield (key, level), (answer.status_code, answer.context["is_found"]), (200, True)
            else:
                yield (key, level), answer.status_code, nobody.status_code
            yield (key, "leaks"), leaks(world, viewer, text_of(answer)), []
        found = browser.get(address(kind, near, "connection/suggestions/"), {"q": "daleki"})
        yield "offered", leaks(world, viewer, text_of(found)), []

    assert each(world, scope, look) == []


def test_the_preview_of_a_merger_counts_known_relations(world, kind, scope):
    near = world.near[kind.key]
    other = record(kind, "Drugi", None, world.viewers)
    values = {"ids": [str(other.pk), str(near.pk)], "survivor": str(other.pk)}

    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        answer = browser.get(reverse("merging", kwargs={"kind": kind}), values)
        counts = [m.count for m in answer.context["plan"].moves if str(m.label) == "Relations"]
        yield "count", counts, [len(world.facings_of(kind)) * len(viewer.known)]
        yield "leaks", leaks(world, viewer, text_of(answer)), []

    assert each(world, scope, look) == []


def test_list_operations_take_known_ends_alone(world, kind, scope):
    near = world.near[kind.key]

    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        for facing in scope.facings(world, kind)[: None if scope.is_whole else 2]:
            nobody = previewed(browser, "add", facing, near, uuid4())
            yield facing.key, nobody[0], 422
            for level in LEVELS:
                add = previewed(browser, "add", facing, near, world.free[facing.far_kind, level].pk)
                part = previewed(browser, "remove", facing, near, world.far_of(facing, level).pk)
                if viewer.knows(level):
                    yield (facing.key, level), (add[:2], part[:2]), ((200, 1), (200, 1))
                else:
                    yield (facing.key, level), add, nobody
                    yield (facing.key, level), part[0], 422
                    yield (facing.key, level), leaks(world, viewer, add[2] + part[2]), []

    assert each(world, scope, look) == []


def previewed(
    browser: ViewingClient, deed: str, facing: Facing, near: Any, end: Any
) -> tuple[int, int, str]:
    """Status of the preview, how many rows would change, and what stands there."""
    url = f"/{near.kind_object.slug}/operations/{deed}-relation/"
    data = {"ids": [str(near.pk)], "facing": facing.key, f"end_{facing.far_kind}": str(end)}
    answer = browser.post(url, {**data, "step": "preview"})
    found = answer.context["preview"].changing if answer.status_code == 200 else 0
    errors = str(answer.context["form"].errors) if answer.status_code == 422 else text_of(answer)
    return answer.status_code, found, errors


def check_notifications(world: World, pairs: list[tuple[Facing, int]]) -> list[Fault]:
    """Followers hear of a new relation that they may know, once, and of no other."""
    faults = []
    for near in world.near.values():
        for viewer in world.viewers:
            follow(near, by=viewer.user)
    for facing, level, changes in deeds(world, pairs):
        tell(changes)
        tell(changes)
        near = world.near[facing.kind]
        for viewer in world.viewers:
            rows = Notification.objects.filter(user=viewer.user, changeset=changes)
            heard = [row.record_id for row in rows if row.record_id == near.pk]
            wanted = [near.pk] if viewer.knows(level) else []
            if heard != wanted:
                faults.append((viewer.name, facing.key, level, heard, wanted))
            page = text_of(ViewingClient().as_(viewer.user).get("/notifications/"))
            faults += [(viewer.name, facing.key, name) for name in leaks(world, viewer, page)]
    return faults


def test_followers_hear_of_known_relations_alone(world):
    """AC-18, VIS-16; some of the types, the long proof tries all."""
    some = [one for number, one in enumerate(facings()) if number % 40 == 5]
    assert check_notifications(world, [(one, level) for one in some for level in LEVELS]) == []


@pytest.mark.long
def test_followers_hear_of_all_known_relations_alone(world):
    assert check_notifications(world, [(one, level) for one in facings() for level in LEVELS]) == []


def test_a_relation_is_made_by_id_with_known_records_alone(world, kind, scope):
    """VIS-28, through the window and the API."""
    near = world.near[kind.key]

    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        token = issue_token(viewer.user, "test")
        facing = next(f for f in world.facings_of(kind) if f.side == Side.A)
        url = address(kind, near, "relations/new/")
        answers = {}
        for level in [0, *LEVELS]:
            pk = str(world.free[facing.far_kind, level].pk if level else uuid4())
            data = {"type": facing.key, "other": pk, "note": "", "since": "", "until": ""}
            answer = browser.post(url, data)
            body = {"type": facing.type.pk, "a": str(near.pk), "b": pk}
            told = ViewingClient().post(
                "/api/v1/relations",
                body,
                content_type="application/json",
                headers=api_headers(token),
            )
            answers[level] = (answer.status_code, told.status_code, strip(told, pk))
        for level in LEVELS:
            is_made = answers[level][0] in (200, 204, 302)
            yield level, is_made, viewer.knows(level)
            if not viewer.knows(level):
                yield level, answers[level], answers[0]
        facing_ends = [world.free[facing.far_kind, level].pk for level in LEVELS]
        Relation.objects.filter(type=facing.type, b__in=facing_ends).delete()

    assert each(world, scope, look) == []


def strip(answer: Any, pk: str) -> str:
    """An answer without the id that was sent."""
    return text_of(answer).replace(pk, "") if answer.status_code >= 400 else ""


def test_imports_find_what_is_known(world, kind, scope, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    near, used = world.near[kind.key], scope.facings(world, kind)

    def look(viewer: Viewer, browser: ViewingClient) -> Iterator[tuple[Any, Any, Any]]:
        rows: list[tuple[str, int, Callable[[Any], str], str]] = []
        for level in LEVELS:
            there = viewer.knows(level)
            rows += [
                ("far", level, lambda one: one.title, "present" if there else "missing"),
                ("free", level, lambda one: one.title, "added" if there else "missing"),
                ("far", level, lambda one: f"#{one.number}", "present")
                if viewer.opens(level)
                else ("far", level, lambda one: f"#{one.number}", "missing"),
            ]
        cells = {
            one.key: [
                say(getattr(world, place)[one.far_kind, level]) for place, level, say, _v in rows
            ]
            for one in used
        }
        table = [
            ["Numer", *cells],
            [str(near.number), *("|".join(names) for names in cells.values())],
        ]
        file = io.BytesIO("\n".join(";".join(line) for line in table).encode())
        imp = importing.upload(file, name="plik.csv", kind=kind, by=viewer.user)
        paths = ["number", *cells]
        importing.set_mapping(imp, {str(index): path for index, path in enumerate(paths)})
        importing.run_here(imp, dry_run=True)
        (row,) = importing.report(imp, outcome="")["rows"]
        for one in used:
            found = [link["verdict"] for link in row["links"] if link["field"] == one.key]
            yield one.key, found, [verdict for *_rest, verdict in rows]
        said = {link["sentence"] for link in row["links"] if link["verdict"] == "missing"}
        yield "sentences", said - {f"{k.labels.one}: not found" for k in kinds}, set()
        page = text_of(browser.get(reverse("import-preview", args=[imp.pk])))
        typed = {name for names in cells.values() for name in names}
        yield "leaks", [name for name in leaks(world, viewer, page) if name not in typed], []

    assert each(world, scope, look) == []
