"""Bulk data for benchmarks: the same kernel rules as in forms, written with COPY.

What is derived (title, keys, searchable text) comes from the models and kinds themselves; a test
holds it against `reindex`. Everything belongs to one change set.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from orbita.accounts.models import Team, User
from orbita.contacts.models import Company, Person
from orbita.deals.models import Deal, DealStatus
from orbita.demo import scenes, words
from orbita.demo.inventing import Inventor, Weighted, fading
from orbita.records import held
from orbita.records.changes import change_set
from orbita.records.kinds import kinds
from orbita.records.models import (
    AccessRole,
    Address,
    Channel,
    ContactPoint,
    ContactType,
    Grant,
    Record,
    RecordTag,
    Source,
    Tag,
    Visibility,
)

CHUNK = 20_000
PERIOD = timedelta(days=3 * 365)
_LEVELS = Weighted([Visibility.PUBLIC, Visibility.RESTRICTED, Visibility.HIDDEN], [90, 7, 3])
_TAGS_EACH = Weighted([0, 1, 2, 3], [45, 35, 15, 5])
_POINTS = (("emails", ContactType.EMAIL), ("phones", ContactType.PHONE), ("www", ContactType.WWW))
_KEPT_BY_DATABASE = ("number",)


def load(
    *,
    companies: int,
    persons: int,
    deals: int = 0,
    owners: int = 50,
    seed: int = 1,
    vacuum: bool = True,
    then: Callable[[], None] | None = None,
) -> None:
    """Add that many records to what is there; the same data for the same seed and state.

    `then` adds more in the same change set, of which the ledger keeps no row of new records.
    `vacuum` gives the planner its figures, and lets it read indexes alone.
    """
    people = make_owners(owners)
    bulk = Bulk(Inventor(f"{seed}/{Record.objects.count()}"), people)
    with change_set(
        by=people[0], channel=Channel.COMMAND, label="Bulk data", quiet=True
    ) as changes:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        bulk.changeset_id = changes.pk
        for made in (bulk.companies(companies), bulk.persons(persons), bulk.deals(deals)):
            store(made)
        if then is not None:
            then()
    if vacuum:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


def make_owners(count: int) -> list[User]:
    """Everybody who works here, and as many new users in teams of ten as it takes for `count`."""
    inventor = Inventor("owners")
    for number in range(User.objects.active().count(), count):
        team, _created = Team.objects.get_or_create(name=f"Zespół {number // 10 + 1}")
        first, last = inventor.name()
        User.objects.get_or_create(
            email=f"owner{number:04d}@load.example",
            defaults={"first_name": first, "last_name": last, "team": team, "password": "!"},
        )
    return list(User.objects.active().order_by("created_at", "email"))


Row = tuple[Any, ...]
COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    ContactPoint: ("record_id", "type", "value", "key", "label", "position"),
    Address: ("record_id", "label", "street", "postcode", "city", "country", "position"),
    RecordTag: ("record_id", "tag_id"),
    Grant: ("record_id", "user_id", "team_id", "role"),
}


@dataclass
class Made:
    """An invented record with the rows that hang on it, by table."""

    record: Record
    satellites: dict[type[models.Model], list[Row]]


class Bulk:
    """Invents records one after the other, oldest first."""

    def __init__(self, inventor: Inventor, people: Sequence[User]) -> None:
        self.inventor, self.random = inventor, inventor.random
        self.changeset_id: UUID | None = None
        self.owners = fading([user.pk for user in people], 0.4)
        self.teams = [user.team_id for user in people if user.team_id]
        self.sources: list[int | None] = list(Source.objects.values_list("pk", flat=True)) or [None]
        self.tags = fading([Tag.named("contacts", name).pk for name in words.TAGS], 0.8)
        self.known = list(Company.objects.values_list("pk", "title")[:100_000])
        self.now = timezone.now()

    def companies(self, count: int) -> Iterator[Made]:
        """Companies; people and deals that come later choose among them."""
        self.known = [] if count else self.known
        for number in range(count):
            values = self.inventor.company()
            record = Company(
                title=values["title"],
                nip=values["nip"],
                regon=values["regon"],
                **self.common("company", number / count),
            )
            self.known.append((record.pk, record.title))
            yield self.finished(record, values)

    def persons(self, count: int) -> Iterator[Made]:
        """People, four of five at a company, a hundred of them at the largest ones."""
        for number in range(count):
            at = self.some_company(1.5) if self.random.random() < 0.8 else None
            values = self.inventor.person({"title": at[1]} if at else None)
            record = Person(
                first_name=values["first_name"],
                last_name=values["last_name"],
                position=values["position"],
                company_id=at[0] if at else None,
                **self.common("person", number / count),
            )
            yield self.finished(record, values)

    def deals(self, count: int) -> Iterator[Made]:
        """Deals with companies, two of five open."""
        statuses = Weighted(list(DealStatus), [40, 30, 22, 8])
        for number in range(count):
            at = self.some_company(2)
            record = Deal(
                title=f"{self.random.choice(scenes.PROJECTS)} – {at[1] if at else number}",
                company_id=at[0] if at else None,
                value=self.random.randint(5, 4000) * 100,
                status=statuses.pick(self.random),
                expected_close=(self.now + timedelta(days=self.random.randint(-400, 200))).date(),
                **self.common("deal", number / count),
            )
            yield self.finished(record, {})

    def some_company(self, power: float) -> tuple[UUID, str] | None:
        """One of the companies, the first ones more often."""
        if not self.known:
            return None
        return self.known[int(len(self.known) * self.random.random() ** power)]

    def common(self, kind: str, part: float) -> dict[str, Any]:
        """What every record has; `part` says how far in the period it was made."""
        created = self.now - PERIOD * (1 - part)
        owner = self.owners.pick(self.random)
        return {
            "id": uuid7_at(created, self.random.getrandbits(80)),
            "kind": kind,
            "owner_id": owner if self.random.random() < 0.95 else None,
            "author_id": owner,
            "visibility": _LEVELS.pick(self.random),
            "source_id": self.random.choice(self.sources) if self.random.random() < 0.6 else None,
            "created_at": created,
            "updated_at": created + (self.now - created) * self.random.random() ** 2,
            "changeset_id": self.changeset_id,
        }

    def finished(self, record: Record, values: dict[str, Any]) -> Made:
        """The record with what is derived from its values, and its satellites."""
        pk = record.pk = record.id
        record.derive()
        points, addresses = point_rows(pk, values), address_rows(pk, values)
        parts = kinds.by_key(record.kind).search_parts(record)
        record.held = held.of_points(type_ for _pk, type_, *_rest in points)
        for _pk, _type, value, key, _label, _position in points:
            parts += [key] if key == value else [key, value]
        for _pk, _label, street, postcode, city, country, position in addresses:
            parts += [city, street]
            if position == 0:
                record.held |= held.of_address(street, postcode, city, country)
        record.search_text = record.make_search_text(parts)
        made = Made(record, {ContactPoint: points, Address: addresses})
        if record.kind != "deal":
            made.satellites[RecordTag] = self.tag_rows(pk)
        if record.visibility != Visibility.PUBLIC:
            made.satellites[Grant] = self.grant_rows(pk)
        return made

    def tag_rows(self, pk: UUID) -> list[Row]:
        """No tag, or up to three."""
        tags = {self.tags.pick(self.random) for _n in range(_TAGS_EACH.pick(self.random))}
        return [(pk, tag) for tag in sorted(tags)]

    def grant_rows(self, pk: UUID) -> list[Row]:
        """A participant for some closed records, a team for a few."""
        rows: list[Row] = []
        if self.random.random() < 0.3:
            rows.append((pk, self.owners.pick(self.random), None, AccessRole.PARTICIPANT))
        if self.teams and self.random.random() < 0.1:
            rows.append((pk, None, self.random.choice(self.teams), AccessRole.PARTICIPANT))
        return rows


def point_rows(pk: UUID, values: dict[str, Any]) -> list[Row]:
    """Contact points in the order in which `reindex` reads them."""
    return [
        (pk, type_, entry["value"], point_key(type_, entry["value"]), "", position)
        for key, type_ in _POINTS
        for position, entry in enumerate(values.get(key, ()))
    ]


def address_rows(pk: UUID, values: dict[str, Any]) -> list[Row]:
    """Addresses, the main one first."""
    return [
        (pk, "", entry["street"], entry["postcode"], entry["city"], entry["country"], position)
        for position, entry in enumerate(values.get("addresses", ()))
    ]


def point_key(type_: ContactType, value: str) -> str:
    """The normal form of an invented value, quicker than checking strangers' input."""
    return value[1:].replace(" ", "") if type_ == ContactType.PHONE else value


def uuid7_at(moment: datetime, random_bits: int) -> UUID:
    """The id that a record made at this moment would have."""
    value = (int(moment.timestamp() * 1000) << 80) | random_bits
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)


def store(stream: Iterable[Made]) -> None:
    """Write a stream of records, chunk by chunk, table by table."""
    stream = iter(stream)
    while True:
        children: list[Record] = []
        satellites: dict[type[models.Model], list[Row]] = {model: [] for model in COLUMNS}
        copy_records(Record, _noting(islice(stream, CHUNK), children, satellites))
        if not children:
            return
        copy_records(type(children[0]), children)
        for model, rows in satellites.items():
            copy(model, COLUMNS[model], rows)


def _noting(
    made: Iterable[Made],
    children: list[Record],
    satellites: dict[type[models.Model], list[Row]],
) -> Iterator[Record]:
    for one in made:
        children.append(one.record)
        for model, rows in one.satellites.items():
            satellites[model] += rows
        yield one.record


def copy_records(model: type[models.Model], records: Iterable[Record]) -> None:
    """COPY the columns that this very table has, without those that the database fills in."""
    columns = [
        (str(column.column), column.attname)
        for column in model._meta.local_concrete_fields
        if column.name not in _KEPT_BY_DATABASE
    ]
    attributes = [attribute for _column, attribute in columns]
    rows = ([_plain(record.__dict__[name]) for name in attributes] for record in records)
    copy(model, [column for column, _attribute in columns], rows)


def copy(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows into a table."""
    names = ", ".join(f'"{column}"' for column in columns)
    statement = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(statement) as out:
        for row in rows:
            out.write_row(row)


def _plain(value: Any) -> Any:
    return "{}" if isinstance(value, dict) else value
