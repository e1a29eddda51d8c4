"""Hand-over: all that somebody has, in one step, as one deed, with one undo."""

import pytest
from django.urls import reverse

from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.accounts.models import Role, Status, User
from orbita.activity.models import Notification, NotificationKind
from orbita.jobs import Cancelled
from orbita.jobs.testing import run_jobs
from orbita.members import handing
from orbita.members.models import HandOver
from orbita.preferences.changing import change
from orbita.records.kinds import kinds
from orbita.records.models import ChangeSet, Channel, Grant, Record, Visibility

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(make, make_many, kasia, ewa):
    """Kasia owns a hidden record of every kind and some companies, and takes part in a deal."""
    for kind in kinds:
        name = kind.title_from[-1] if kind.title_from else "title"
        make(kind.key, owner=kasia, visibility=Visibility.HIDDEN, **{name: f"Ukryte {kind.key}"})
    make_many("company", 3, title="Firma {}", owner=kasia)
    shared = make("deal", title="Wspólna", owner=ewa, visibility=Visibility.RESTRICTED)
    Grant.objects.create(record=shared, user=kasia)
    return shared


def owned_by(user):
    return Record.objects.filter(owner=user).count()


def give(client, user, to, *, deed="user-suspension", **values):
    """Post the form that asks what becomes of the records."""
    data = {"records": "give", "target": str(to.pk), "participation": "give"} | values
    return client.post(reverse(deed, args=[user.pk]), data)


def test_suspending_hands_over_everything_at_once_and_takes_it_back(
    client, world, anna, kasia, piotr
):
    count = len(list(kinds)) + 3
    page = client.as_(anna).get(reverse("user-suspension", args=[kasia.pk])).text
    assert "Companies: 4" in page
    answer = give(client, kasia, piotr)
    assert User.objects.get(pk=kasia.pk).status == Status.SUSPENDED
    assert (owned_by(kasia), owned_by(piotr)) == (0, count)
    assert list(Grant.objects.values_list("user", flat=True)) == [piotr.pk]
    report = client.get(answer["Location"]).text
    assert ("new owner" in report, "new participant" in report) == (True, True)
    changes = ChangeSet.objects.get(channel=Channel.LIST_OPERATION)
    assert changes.actor == anna
    entry = AuditEntry.objects.get(action=AuditAction.RECORDS_HANDED_OVER)
    assert (entry.details["to"], entry.details["count"]) == (piotr.email, count + 2)
    run_jobs()
    told = Notification.objects.filter(changeset=changes, user=piotr)
    assert list(told.values_list("record", "kind")) == [(None, NotificationKind.ASSIGNED)]

    edited = Record.objects.filter(owner=piotr).first()
    Record.objects.filter(pk=edited.pk).update(title="Zmieniona", version=99)
    assert "Hand-over" in client.get(reverse("operations")).text
    undone = client.post(reverse("undo", args=[changes.pk]), follow=True)
    assert undone.status_code == 200
    assert (owned_by(kasia), owned_by(piotr)) == (count, 0)
    assert list(Grant.objects.values_list("user", flat=True)) == [kasia.pk]
    assert User.objects.get(pk=kasia.pk).status == Status.SUSPENDED


def test_what_was_edited_since_is_kept_by_the_undo(client, make, anna, kasia, piotr, ewa):
    one, other = (make("company", title=name, owner=kasia) for name in ("Alfa", "Beta"))
    client.as_(anna)
    give(client, kasia, piotr, deed="user-hand-over")
    changes = ChangeSet.objects.get(channel=Channel.LIST_OPERATION)
    from orbita.records.saving import save_record

    save_record(one.__class__.objects.get(pk=one.pk), {"owner": ewa}, by=piotr)
    page = client.post(reverse("undo", args=[changes.pk]), follow=True).text
    assert "Alfa" in page
    owners = dict(Record.objects.values_list("title", "owner"))
    assert owners == {"Alfa": ewa.pk, "Beta": kasia.pk}
    assert other.pk


def test_records_can_go_to_the_manager_be_left_or_lose_their_owner(
    client, world, anna, marek, kasia, piotr
):
    address = reverse("user-hand-over", args=[kasia.pk])
    before = owned_by(kasia)
    client.as_(anna)
    client.post(address, {"records": "leave", "participation": "clear"})
    assert (owned_by(kasia), Grant.objects.count()) == (before, 0)
    wrong = client.post(address, {"records": "give", "target": ""})
    assert (wrong.status_code, "Choose the new owner" in wrong.text) == (422, True)
    stranger = client.post(address, {"records": f"manager:{piotr.pk}"})
    assert stranger.status_code == 422
    assert owned_by(kasia) == before
    answer = client.post(address, {"records": "clear"})
    assert owned_by(kasia) == len(list(kinds))
    assert "somebody must keep access" in client.get(answer["Location"]).text
    assert client.post(address, {"records": f"manager:{marek.pk}"}).status_code == 302
    assert (owned_by(kasia), owned_by(marek)) == (0, len(list(kinds)))


def test_a_kind_that_must_have_an_owner_is_not_left_without(client, anna, kasia, make):
    make("company", title="Alfa", owner=kasia)
    change({"owner.required.contacts": True}, by=anna)
    address = reverse("user-hand-over", args=[kasia.pk])
    assert "without an owner" not in client.as_(anna).get(address).text
    assert client.post(address, {"records": "clear"}).status_code == 422
    assert owned_by(kasia) == 1


def test_a_kind_that_asks_for_an_owner_meanwhile_keeps_it(client, anna, kasia, make, monkeypatch):
    monkeypatch.setattr(handing, "AT_ONCE", 0)
    make("company", title="Alfa", owner=kasia)
    make("deal", title="Szansa", owner=kasia)
    client.as_(anna)
    address = client.post(reverse("user-hand-over", args=[kasia.pk]), {"records": "clear"})
    change({"owner.required.contacts": True}, by=anna)
    run_jobs()
    page = client.get(address["Location"]).text
    assert ("an owner is required" in page, "Alfa" in page) == (True, True)
    assert list(Record.objects.filter(owner=kasia).values_list("title", flat=True)) == ["Alfa"]


def test_much_is_done_by_the_worker_stopped_and_gone_on_with(
    client, world, anna, kasia, piotr, monkeypatch
):
    monkeypatch.setattr(handing, "AT_ONCE", 1)
    count = owned_by(kasia)
    address = give(client.as_(anna), kasia, piotr, deed="user-removal")["Location"]
    made = HandOver.objects.get()
    assert "every 1s" in client.get(address).text
    assert owned_by(kasia) == count
    refused = client.post(reverse("undo", args=[made.pk]))
    assert refused.status_code == 404
    asked = []

    class Impatient(handing.Nobody):
        def check_cancelled(self):
            asked.append(1)
            if len(asked) > 4:
                raise Cancelled

    with pytest.raises(Cancelled):
        handing.execute(HandOver.objects.select_related("owner", "user").get(), Impatient())
    made.refresh_from_db()
    assert made.state == "cancelled"
    assert 0 < owned_by(piotr) < count
    assert "Go on" in client.get(address).text
    client.post(reverse("hand-over-continuation", args=[made.pk]))
    run_jobs()
    made.refresh_from_db()
    assert (made.state, owned_by(kasia), owned_by(piotr)) == ("done", 0, count)
    assert ChangeSet.objects.filter(channel=Channel.LIST_OPERATION).count() == 1
    assert Notification.objects.filter(user=piotr, changeset=made.changeset_id).count() == 1
    assert Notification.objects.filter(user=anna, kind=NotificationKind.HAND_OVER).exists()
    assert client.get(reverse("notifications")).status_code == 200


def test_a_target_who_left_meanwhile_gets_nothing(client, world, anna, kasia, piotr, monkeypatch):
    monkeypatch.setattr(handing, "AT_ONCE", 1)
    address = give(client.as_(anna), kasia, piotr, deed="user-hand-over")["Location"]
    client.post(reverse("user-suspension", args=[piotr.pk]), {"records": "leave"})
    run_jobs()
    assert "no longer active" in client.get(address).text
    assert owned_by(piotr) == 0


def test_only_administrators_see_a_hand_over(client, world, anna, kasia, piotr, marek):
    address = give(client.as_(anna), kasia, piotr)["Location"]
    made = HandOver.objects.get()
    for name in ("hand-over-cancellation", "hand-over-continuation"):
        assert client.as_(marek).post(reverse(name, args=[made.pk])).status_code == 403
    assert client.get(address).status_code == 403
    User.objects.filter(pk=marek.pk).update(role=Role.ADMINISTRATOR)
    assert client.get(address).status_code == 200


def test_records_are_offered_to_those_who_may_see_all_their_kinds(
    client, world, anna, kasia, piotr, marek
):
    change({"rights.user.deal": []}, by=anna)
    page = client.as_(anna).get(reverse("user-hand-over", args=[kasia.pk]))
    offered = set(page.context["form"].fields["target"].queryset)
    assert ({anna, marek} <= offered, piotr in offered) == (True, False)
    before = owned_by(kasia)
    answer = give(client, kasia, piotr, deed="user-hand-over")
    assert (answer.status_code, owned_by(kasia), owned_by(piotr)) == (422, before, 0)
    assert not HandOver.objects.exists()
