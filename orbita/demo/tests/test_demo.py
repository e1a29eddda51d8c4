"""The demo account is the cast of the acceptance scenarios, with a crowd around it."""

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from stdnum.pl import nip, regon

from orbita.accounts.models import Invitation, Role, Status, Team, User
from orbita.activity.following import followers
from orbita.activity.models import Notification, NotificationKind
from orbita.activity.telling import tell
from orbita.contacts.models import Company, Person
from orbita.deals.models import Deal
from orbita.demo.cast import INVITED, LOGINS
from orbita.notes.models import Note
from orbita.preferences import feature_enabled
from orbita.records.models import Change, ChangeSet, Record, Visibility
from orbita.records.saving import reindex
from orbita.spaces.models import Space


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """The demo account, loaded once for all tests here and taken back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        call_command("demo", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def world(demo: None, db: None) -> None:
    """Every test here sees the demo account."""


def test_somebody_is_invited_and_has_not_come_yet():
    (invitation,) = Invitation.objects.open()
    assert (invitation.email, invitation.team.name) == (INVITED, "Handel Północ")


def user(first_name: str) -> User:
    """Somebody of the cast."""
    return User.objects.get(first_name=first_name)


def test_the_cast_works_in_a_tree_of_teams() -> None:
    south = Team.objects.get(name="Handel Południe")
    assert south.parent == Team.objects.get(name="Handel")
    assert {member.first_name for member in User.objects.filter(team=south)} == {"Marek", "Kasia"}
    assert user("Anna").role == Role.ADMINISTRATOR
    assert user("Marek").role == Role.MANAGER
    assert user("Jan").status == Status.SUSPENDED


def test_everybody_on_the_list_of_logins_can_log_in() -> None:
    for email, password, _role in LOGINS:
        assert Client().login(request=None, username=email, password=password), email
    assert len(LOGINS) == 5


def test_the_features_are_on() -> None:
    assert all(feature_enabled(feature) for feature in ("sources", "relations", "spaces"))


def test_the_companies_and_people_of_the_scenarios_are_there() -> None:
    acme = Company.objects.get(title="ACME Sp. z o.o.")
    assert (acme.nip, acme.owner) == ("1234563218", user("Kasia"))
    assert acme.addresses.get().city == "Kraków"
    assert Company.objects.get(title="Budex S.A.").nip == "1111111111"
    cities = Company.objects.filter(title="Nowak Transport").values_list(
        "addresses__city", flat=True
    )
    assert set(cities) == {"Gdańsk", "Rzeszów"}
    assert Company.objects.filter(title="Żółw Logistyka").exists()
    employers = Person.objects.filter(title="Jan Kowalski").values_list("company__title", flat=True)
    assert set(employers) == {"ACME Sp. z o.o.", "Budex S.A."}
    assert Person.objects.get(title="Zofia Łęcka").company is None


def test_what_is_closed_is_closed() -> None:
    kasia = user("Kasia")
    listed = Record.objects.listed_for(kasia)
    assert not listed.filter(title__in=["Serwis 2026", "Fuzja X", "Delta Inwestycje S.A."]).exists()
    assert listed.filter(title="Projekt ABC", visibility=Visibility.RESTRICTED).exists()
    assert not Space.objects.readable_by(kasia).filter(title="Projekt ABC").exists()
    assert Space.objects.readable_by(kasia).filter(title="Techniki sprzedażowe").exists()
    assert Deal.objects.get(title="Serwis 2026").owner == user("Piotr")


def test_there_is_a_crowd_with_valid_numbers() -> None:
    assert Company.objects.count() >= 60
    assert Person.objects.count() >= 120
    assert Deal.objects.count() >= 40
    for company in Company.objects.all():
        assert company.nip is None or nip.is_valid(company.nip)
        assert company.regon is None or regon.is_valid(company.regon)


def test_companies_are_in_segments_and_the_best_known_one_is_in_the_highest() -> None:
    acme = Company.objects.select_related("segment").get(title="ACME Sp. z o.o.")
    assert str(acme.segment) == "A"
    assert {str(company.segment) for company in Company.objects.select_related("segment")} > {
        "A",
        "C",
    }


def test_others_have_changed_something_and_the_ledger_knows_who() -> None:
    acme = Company.objects.get(title="ACME Sp. z o.o.")
    actors = Change.objects.filter(record_id=acme.pk).values_list(
        "changeset__actor__first_name", flat=True
    )
    assert {"Anna", "Marek"} <= set(actors)


def test_every_record_is_found_by_its_text() -> None:
    before = list(Record.objects.order_by("pk").values_list("pk", "search_text", "held"))
    for model in (Company, Person, Deal, Space):
        reindex(list(model.objects.all()))
    assert list(Record.objects.order_by("pk").values_list("pk", "search_text", "held")) == before


def test_it_refuses_an_account_in_which_people_work() -> None:
    count = Record.objects.count()
    with pytest.raises(CommandError, match="empty database"):
        call_command("demo")
    assert Record.objects.count() == count


def test_the_cast_talks_on_the_walls_and_hears_of_it() -> None:
    acme = Company.objects.get(title="ACME Sp. z o.o.")
    assert Note.objects.live().filter(record=acme).count() == 2
    assert user("Kasia") in followers(acme)
    for changes in ChangeSet.objects.order_by("pk"):
        tell(changes)
    kinds_of_news = set(
        Notification.objects.filter(user=user("Kasia"), record=acme).values_list("kind", flat=True)
    )
    assert {NotificationKind.MENTION, NotificationKind.CHANGE} <= kinds_of_news
