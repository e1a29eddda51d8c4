"""The fixed cast, and a world to put records into; shared by all tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from orbita.accounts.models import Role, Team, User
from orbita.jobs.testing import clear_queue
from orbita.records.listing import probing


class ViewingClient(Client):
    """A browser without script; `as_` logs somebody in and keeps the session."""

    def as_(self, user: User) -> "ViewingClient":
        """The same client, logged in as the user, who reads English."""
        self.force_login(user)
        return self


@pytest.fixture(autouse=True)
def empty_queue(request: pytest.FixtureRequest) -> None:
    """No test starts with the jobs of another; those that commit leave theirs behind."""
    names = {"db", "transactional_db", "live_server"} & set(request.fixturenames)
    if names or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        clear_queue()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Tests read English, the language of the source; what needs Polish says so."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def sizes_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks for the size of a table once more because the one before took a minute."""
    monkeypatch.setattr(probing, "SMALL_SECONDS", 86_400)


@pytest.fixture
def client() -> ViewingClient:
    """Nobody, until `as_` says who."""
    return ViewingClient()


@pytest.fixture
def teams(db: None) -> dict[str, Team]:
    """The teams: Handel above Handel Południe and Handel Północ, and Realizacja beside."""
    top = Team.objects.create(name="Handel")
    return {
        "handel": top,
        "poludnie": Team.objects.create(name="Handel Południe", parent=top),
        "polnoc": Team.objects.create(name="Handel Północ", parent=top),
        "realizacja": Team.objects.create(name="Realizacja"),
    }


def _user(first: str, last: str, **values: Any) -> User:
    email = f"{first}@orbita.example".lower()
    values.setdefault("language", "en")
    return User.objects.create_user(
        email, "correct horse", first_name=first, last_name=last, **values
    )


@pytest.fixture
def anna(teams: dict[str, Team]) -> User:
    """The administrator."""
    return _user("Anna", "Zielińska", role=Role.ADMINISTRATOR)


@pytest.fixture
def marek(teams: dict[str, Team]) -> User:
    """The manager of Handel Południe."""
    return _user("Marek", "Wójcik", role=Role.MANAGER, team=teams["poludnie"])


@pytest.fixture
def kasia(teams: dict[str, Team]) -> User:
    """A user in Handel Południe."""
    return _user("Kasia", "Nowak", team=teams["poludnie"])


@pytest.fixture
def piotr(teams: dict[str, Team]) -> User:
    """A user in Handel Północ."""
    return _user("Piotr", "Lis", team=teams["polnoc"])


@pytest.fixture
def ewa(teams: dict[str, Team]) -> User:
    """A user in Realizacja."""
    return _user("Ewa", "Maj", team=teams["realizacja"])


def api_headers(token: str, **more: str) -> dict[str, str]:
    """Headers of a call of the API; answers repeat the request's id, which is always the same."""
    own = {"Authorization": f"Bearer {token}", "X-Request-Id": "the-same-for-all-calls"}
    return own | {name.replace("_", "-"): value for name, value in more.items()}


def switch_on() -> None:
    """Switch on sources, relations and spaces, as in the demo account."""
    from orbita.preferences.models import StoredSetting

    for key in ("sources", "relations", "spaces"):
        StoredSetting.objects.update_or_create(key=f"addons.{key}", defaults={"value": True})


@pytest.fixture
def features(db: None) -> None:
    """Sources, relations and spaces switched on, as in the demo account."""
    switch_on()


def make_record(
    key: str, *, owner: User | None = None, by: User | None = None, **values: Any
) -> Any:
    """A stored record of the kind with this key; for worlds that a whole module shares."""
    from orbita.records.kinds import kinds
    from orbita.records.saving import new_record, save_record

    kind = kinds.by_key(key)
    author = by or owner or User.objects.first() or _user("Autor", "Testowy")
    record = new_record(kind, by=author)
    save_record(record, {"owner": owner, **values}, by=author, fields=kind.all_fields())
    return kind.model.objects.get(pk=record.pk)


@pytest.fixture
def make(features: None) -> Callable[..., Any]:
    """`make("company", title=…, owner=…, visibility=…)`: a stored record of the kind with this key.

    Values are given by field key. The owner is also who adds it.
    """
    return make_record


@pytest.fixture
def make_many(make: Callable[..., Any]) -> Callable[..., list[Any]]:
    """`make_many("company", 60, title="Firma {}", owner=…)`: so many, added in one deed."""
    from orbita.records.changes import change_set

    def make_in_one_deed(
        key: str, count: int, *, title: str, owner: User | None, by: User | None = None
    ) -> list[Any]:
        with change_set(by=by or owner):
            return [
                make(key, title=title.format(number), owner=owner, by=by) for number in range(count)
            ]

    return make_in_one_deed


@pytest.fixture
def relation_type(features: None) -> Callable[..., Any]:
    """`relation_type("company", "Centrala", "company", "Oddział")`: a stored type, A first."""
    from orbita.relations.models import RelationType

    def make_type(kind_a: str, label_a: str, kind_b: str, label_b: str, **values: Any) -> Any:
        return RelationType.objects.create(
            kind_a=kind_a, label_a=label_a, kind_b=kind_b, label_b=label_b, **values
        )

    return make_type


def tie_ends(type_: Any, a: Any, b: Any, *, by: User | None = None, **values: Any) -> Any:
    """A stored relation between the record on side A and that on side B."""
    from orbita.relations.facings import facings
    from orbita.relations.models import Side
    from orbita.relations.relating import relate

    facing = next(one for one in facings() if (one.type.pk, one.side) == (type_.pk, Side.A))
    author = by or User.objects.filter(role=Role.ADMINISTRATOR).first()
    if author is None:
        author = _user("Wiesław", "Łącznik", role=Role.ADMINISTRATOR)
    return relate(a, facing, b.pk, by=author, **values)


@pytest.fixture
def tie(db: None) -> Callable[..., Any]:
    """`tie(type, a, b, by=…, note=…)`: a stored relation between the record on side A and B's."""
    return tie_ends
