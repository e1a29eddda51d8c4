"""The demo account: its people, its settings, its records. The same ones every time."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from orbita.accounts.models import Invitation, Role, Team, User
from orbita.activity.following import follow_own
from orbita.demo import cast, scenes, words
from orbita.demo.inventing import Inventor
from orbita.demo.talk import talk
from orbita.demo.ties import tie_all
from orbita.preferences import snapshot
from orbita.preferences.changing import change
from orbita.records.changes import change_set
from orbita.records.fields.base import Context, Field
from orbita.records.kinds import Kind, kinds
from orbita.records.models import Channel, CustomField, CustomOption, Record, Source
from orbita.records.saving import new_record, save_record
from orbita.records.segments.examples import take_over

SEED = "Orbita"
COMPANIES, PERSONS, DEALS = 60, 120, 40
_FEATURES = ("sources", "relations", "spaces")
_OWNERS = ("Kasia", "Kasia", "Kasia", "Marek", "Piotr", "Piotr", "Ewa", "Anna", "Jan", "")


class AccountInUse(Exception):  # noqa: N818
    """There are users already; the demo account is only for an empty database."""


def load_demo() -> int:
    """Load everything, or nothing; answers the number of records. Raises AccountInUse."""
    with transaction.atomic(), snapshot(), translation.override("pl"):
        if User.objects.exists():
            raise AccountInUse(
                "People work in this account already; the demo account goes into an empty database."
            )
        people = make_people()
        make_settings(people["Anna"])
        make_invitation(people["Anna"])
        DemoRecords(people).make_all()
        take_over(kinds.by_key("company"), by=people["Anna"])
        return Record.objects.count()


def make_people() -> dict[str, User]:
    """Teams and users of the cast; answers the users by first name."""
    teams: dict[str | None, Team | None] = {None: None}
    for name, parent in cast.TEAMS:
        teams[name] = Team.objects.create(name=name, parent=teams[parent])
    return {
        first: User.objects.create_user(
            cast.address_of(first),
            cast.PASSWORD if status == "active" else None,
            first_name=first,
            last_name=last,
            role=role,
            status=status,
            team=teams[team],
        )
        for first, last, role, status, team in cast.USERS
    }


def make_invitation(by: User) -> None:
    """Somebody who was invited two days ago and has not come yet; no letter is sent."""
    sent = timezone.now() - timedelta(days=2)
    Invitation.objects.create(
        email=cast.INVITED,
        role=Role.USER,
        team=Team.objects.filter(name="Handel Północ").first(),
        invited_by=by,
        sent_at=sent,
        expires_at=sent + timedelta(days=7),
    )


def make_settings(by: User) -> None:
    """The features of the demo account, its dictionary of sources and its own fields."""
    for position, name in enumerate(words.SOURCES):
        Source.objects.create(name=name, position=position)
    change(
        {"account.name": "Orbita Demo"} | {f"addons.{feature}": True for feature in _FEATURES},
        by=by,
    )
    industry = CustomField.objects.create(kind="company", label="Branża", type="choice")
    for position, name in enumerate(words.INDUSTRIES):
        CustomOption.objects.create(field=industry, name=name, position=position)
    CustomField.objects.create(kind="space", label="Budżet", type="money")


class DemoRecords:
    """Puts the records in, each by its owner, through the verbs that forms use."""

    def __init__(self, people: dict[str, User]) -> None:
        self.people = people
        self.inventor = Inventor(SEED)
        self.random = self.inventor.random
        self.companies: dict[str, Any] = {}
        self.fields = {kind.key: fields_by_name(kind, people["Anna"]) for kind in kinds}

    def make_all(self) -> None:
        """The scenes first, then the crowd, then what people changed and said afterwards."""
        self.make_scenes()
        self.make_crowd()
        self.make_products()
        self.make_changes()
        tie_all(self.people)
        talk(self.companies, self.people)

    def make_scenes(self) -> None:
        """The records that stories and tests speak of."""
        for owner, values in scenes.COMPANIES:
            record = self.add("company", owner, values)
            self.companies.setdefault(record.title, record)
        for key, entries in (
            ("person", scenes.PERSONS),
            ("deal", scenes.DEALS),
            ("space", scenes.SPACES),
        ):
            for owner, values in entries:
                self.add(key, owner, values)

    def make_crowd(self) -> None:
        """Invented companies, people and deals around them."""
        invented: list[tuple[str, dict[str, Any]]] = []
        while len(invented) < COMPANIES:
            company = self.inventor.company()
            owner = self.random.choice(_OWNERS)
            if company["title"] not in self.companies:
                values = {**company, **self.trimmings(("Klient", "Prospekt", "Newsletter"))}
                self.companies[company["title"]] = self.add("company", owner, values)
                invented.append((owner, company))
        for number in range(PERSONS):
            owner, company = invented[self.random.randrange(COMPANIES)]
            at = company if number % 10 else None
            values = {**self.inventor.person(at), **self.trimmings(("VIP", "Newsletter"))}
            self.add("person", owner, {**values, "company": at["title"] if at else None})
        for _number in range(DEALS):
            owner, company = invented[self.random.randrange(COMPANIES)]
            self.add("deal", owner, self.deal(company["title"]))

    def trimmings(self, tags: Iterable[str]) -> dict[str, Any]:
        """A source and tags, as often as they are filled in in real life."""
        values: dict[str, Any] = {"tags": [tag for tag in tags if self.random.random() < 0.2]}
        if self.random.random() < 0.7:
            values["source"] = self.random.choice(words.SOURCES)
        return values

    def deal(self, company: str) -> dict[str, Any]:
        """A deal with the company: half of them open, the others decided."""
        status = self.random.choice(("open", "open", "open", "won", "won", "lost", "inactive"))
        days = self.random.randint(7, 180) * (1 if status == "open" else -1)
        return {
            "title": f"{self.random.choice(scenes.PROJECTS)} – {company}",
            "company": company,
            "value": str(self.random.randint(8, 400) * 500),
            "currency": self.random.choice(("PLN", "PLN", "PLN", "EUR")),
            "status": status,
            "expected_close": (timezone.localdate() + timedelta(days=days)).isoformat(),
            **self.trimmings(("Wdrożenie", "Abonament")),
        }

    def make_products(self) -> None:
        """The price list."""
        for name, sku, price, unit, group in scenes.PRODUCTS:
            values = {"title": name, "sku": sku, "price": price, "unit": unit, "groups": [group]}
            self.add("product", "Anna", values)

    def make_changes(self) -> None:
        """What others than the owners did to the best known records, so that there is a history."""
        acme = self.companies["ACME Sp. z o.o."]
        budex = self.companies["Budex S.A."]
        self.edit(acme, "Marek", {"tags": ["Klient", "VIP", "Umowa ramowa"]})
        self.edit(acme, "Anna", {"regon": "123456785"})
        self.edit(budex, "Marek", {"regon": "271095588"})
        self.edit(budex, "Kasia", {"tags": ["Prospekt", "Targi 2025"], "source": "Targi"})

    def add(self, key: str, owner: str, values: dict[str, Any]) -> Any:
        """A record added by its owner; Anna adds those that belong to nobody or to who left."""
        person = self.people.get(owner)
        by = person if person is not None and person.is_active else self.people["Anna"]
        record = new_record(kinds.by_key(key), by=by)
        self.save(record, {**values, "owner": person}, by, quiet=True)
        return record

    def edit(self, record: Any, name: str, values: dict[str, Any]) -> None:
        """A change made by somebody."""
        self.save(record, values, self.people[name])

    def save(self, record: Any, values: dict[str, Any], by: User, *, quiet: bool = False) -> None:
        """Store values given by field key or label, in a change set of their own."""
        named = self.fields[record.kind]
        context = Context(by)
        cleaned = {
            named[name].key: self.understood(named[name], value, context)
            for name, value in values.items()
            if value is not None or name == "owner"
        }
        every = {field.key: field for field in named.values()}
        with change_set(by=by, channel=Channel.FORM, quiet=quiet) as changes:
            save_record(record, cleaned, by=by, fields=every)
            follow_own(changes)

    def understood(self, field: Field, value: Any, context: Context) -> Any:
        """The value as the field takes it: names become users, teams and records."""
        if field.key == "owner":
            return value
        if field.key == "participants":
            return [self.people.get(name) or Team.objects.get(name=name) for name in value]
        if field.key == "company":
            return self.companies[value]
        return field.parse(value, context)


def fields_by_name(kind: Kind, viewer: User) -> dict[str, Field]:
    """The fields of a kind by key, and the account's own ones by label."""
    found = {}
    for key, field in kind.fields(viewer).items():
        found[str(field.label) if key.startswith("custom_") else key] = field
    return found
