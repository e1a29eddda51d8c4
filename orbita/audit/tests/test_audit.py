"""The audit log: what stands in it, who reads it, and that it stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from orbita.accounts.audit import AuditAction, AuditEntry, record_event
from orbita.accounts.tokens import issue_token
from orbita.audit.jobs import forget_old_entries
from orbita.preferences import find_setting
from orbita.records.models import Grant

PAGE = "/settings/audit/"
HIDDEN, RESTRICTED = 3, 2


def entries(action: AuditAction) -> list[AuditEntry]:
    """Those of an action, the oldest first."""
    return list(AuditEntry.objects.filter(action=action).order_by("pk"))


def dated(days: int, subject: str = "") -> None:
    """An entry that was written so many days ago: the database would not let us move it there."""
    at = timezone.now() - timedelta(days=days)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_auditentry (at, action, actor_name, subject, address, details)"
            " VALUES (%s, 'logged_in', 'Kasia', %s, '', '{}')",
            [at, subject],
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET subject = 'x'",
        "UPDATE accounts_auditentry SET times = times - 1",
        "UPDATE accounts_auditentry SET actor_id = NULL, actor_name = 'x'",
        "DELETE FROM accounts_auditentry",
        "TRUNCATE accounts_auditentry",
    ],
)
def test_nothing_that_is_written_is_changed_or_removed(anna: Any, statement: str) -> None:
    record_event(AuditAction.EXPORTED, by=anna, subject="Firmy")
    before = AuditEntry.objects.values().get()
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.values().get() == before


def test_old_entries_go_as_the_account_wants_and_that_is_an_entry(anna: Any) -> None:
    for days in (400, 100):
        dated(days)
    forget_old_entries()
    assert AuditEntry.objects.count() == 2
    find_setting("audit.keep_days").set(365, by=anna)
    forget_old_entries()
    left = [entry.action for entry in AuditEntry.objects.order_by("pk")]
    assert left == ["logged_in", "setting_changed", "audit_forgotten"]
    with pytest.raises(Error), transaction.atomic():
        AuditEntry.objects.filter(action="logged_in").delete()
    forget_old_entries()
    assert AuditEntry.objects.count() == 3


def test_refusals_are_counted_and_cannot_flood_the_log(
    client: Any, kasia: Any, marek: Any, anna: Any
) -> None:
    client.as_(kasia)
    for _times in range(3):
        assert client.get("/settings/visibility/").status_code == 403
    client.get("/settings/account/")  # another page of the same route
    client.post("/settings/account/", {"account.name": "Moja"})
    client.generic("FLOOD1", "/settings/account/")
    client.generic("FLOOD2", "/settings/account/")
    client.get("/settings/add-ons/")
    client.as_(marek).get("/settings/add-ons/", REMOTE_ADDR="203.0.113.7")
    told = [
        (one.actor, one.subject, one.times, one.address) for one in entries(AuditAction.REFUSED)
    ]
    assert told == [
        (kasia, "/settings/visibility/", 4, "127.0.0.1"),
        (kasia, "/settings/account/", 3, "127.0.0.1"),
        (kasia, "/settings/add-ons/", 1, "127.0.0.1"),
        (marek, "/settings/add-ons/", 1, "203.0.113.7"),
    ]
    assert client.as_(anna).get("/settings/account/").status_code == 200
    assert len(entries(AuditAction.REFUSED)) == 4


def test_levels_participants_owners_and_mergers_are_in_the_log(
    client: Any, make: Any, anna: Any, kasia: Any, ewa: Any
) -> None:
    first, second = (make("company", title=title, owner=kasia) for title in ("Alfa", "Beta"))
    assert not AuditEntry.objects.exists()  # what belongs to the creation is no change of access
    url = f"/companies/{first.pk}/fields/"
    client.as_(kasia)
    client.post(f"{url}visibility/", {"visibility": HIDDEN, "token_visibility": ""})
    client.post(f"{url}participants/", {"participants": f"user:{ewa.pk}"})
    level = AuditEntry.objects.get(action=AuditAction.VISIBILITY_CHANGED)
    assert (level.actor, level.subject, level.address) == (kasia, "Alfa", "127.0.0.1")
    assert level.details == {
        "record": str(first.pk),
        "kind": "company",
        "before": 1,
        "after": HIDDEN,
    }
    assert Grant.objects.filter(record=first.pk, user=ewa).exists()
    access = AuditEntry.objects.get(action=AuditAction.ACCESS_CHANGED)
    assert (access.details["what"], access.details["after"]) == ("participant", "Ewa Maj")
    client.post(f"{url}owner/", {"owner": str(ewa.pk)})
    owner = AuditEntry.objects.filter(action=AuditAction.ACCESS_CHANGED).first()
    assert owner is not None
    assert (owner.details["before"], owner.details["after"]) == ("Kasia Nowak", "Ewa Maj")
    ids = f"{first.pk},{second.pk}"
    client.as_(anna).post("/companies/merging/", {"ids": ids, "survivor": str(first.pk)})
    merger = AuditEntry.objects.get(action=AuditAction.MERGED)
    assert (merger.actor, merger.subject, merger.details["before"]) == (anna, "Alfa", ["Beta"])
    page = client.get(PAGE).text
    assert "Changed the visibility" in page
    assert f"/companies/{first.pk}/" in page
    assert "hidden" in page


def test_an_administrator_who_opens_what_others_hide_is_in_the_log(
    client: Any, make: Any, anna: Any, kasia: Any
) -> None:
    theirs = make("deal", title="Fuzja X", owner=kasia, visibility=HIDDEN)
    own = make("deal", title="Moja", owner=anna, visibility=HIDDEN)
    joint = make("deal", title="Wspólna", owner=kasia, visibility=HIDDEN)
    Grant.objects.create(record=joint.record_ptr, user=anna)
    restricted = make("deal", title="Znana", owner=kasia, visibility=RESTRICTED)
    client.as_(anna)
    for record in (theirs, own, joint, restricted, theirs):
        assert client.get(f"/deals/{record.pk}/").status_code == 200
    token = issue_token(anna, "Skrypt")
    address = f"/api/v1/deals/{theirs.pk}"
    client.get(address, headers={"Authorization": f"Bearer {token}"})
    opened = AuditEntry.objects.get(action=AuditAction.RECORD_OPENED)
    assert (opened.subject, opened.times, opened.actor) == ("Fuzja X", 3, anna)
    client.as_(kasia).get(f"/deals/{theirs.pk}/")
    assert AuditEntry.objects.filter(action=AuditAction.RECORD_OPENED).count() == 1


def test_the_page_is_narrowed_paged_and_exported_for_administrators_alone(
    client: Any, anna: Any, kasia: Any, django_assert_max_num_queries: Any
) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(action=AuditAction.LOGGED_IN, actor=kasia, actor_name="Kasia", subject=f"n{n}!")
        for n in range(60)
    )
    dated(10, "=dawno")
    find_setting("account.name").set("Alfa", by=anna)
    for user, expected in ((kasia, 403), (anna, 200)):
        assert client.as_(user).get(PAGE).status_code == expected
        assert client.post(f"{PAGE}export/").status_code == expected
    with django_assert_max_num_queries(12):
        page = client.get(PAGE, {"action": "logged_in", "actor": str(kasia.pk)}).text
    assert page.count('class="audit-entry"') == 50
    assert "n59!" in page
    assert "n9!" not in page
    before = AuditEntry.objects.filter(subject="n10!").get().pk
    query = {"action": "logged_in", "actor": str(kasia.pk), "before": str(before)}
    page = client.get(PAGE, query).text
    assert (page.count('class="audit-entry"'), "n9!" in page, "n10!" in page) == (10, True, False)
    page = client.get(PAGE, {"action": "setting_changed"}).text
    assert "Account › Account name" in page
    assert "Orbita" in page
    day = timezone.localdate() - timedelta(days=10)
    found = client.post(f"{PAGE}export/?first={day}&last={day}").getvalue().decode()
    assert "'=dawno" in found
    assert "n1!" not in found
    assert entries(AuditAction.EXPORTED)[-1].details["address"] == f"first={day}&last={day}"
    for wrong in ("?action=nothing", "?before=x", "?first=31-31-31", "?actor=1", "?before=999"):
        assert client.get(PAGE + wrong).status_code == 200


def test_subjects_and_details_are_told_in_words(client: Any, anna: Any, features: None) -> None:
    for subject, details in (
        ("custom field: company: Branża", {"deed": "added", "field": "x"}),
        ("sources.7", {"before": "Targi", "after": None}),
        ("tags.contacts", {"after": "VIP"}),
        ("relation types", {"deed": "ordered", "before": ["A"], "after": ["B"]}),
        ("something else", {"deed": "strange", "more": {"a": 1}}),
    ):
        record_event(AuditAction.SETTING_CHANGED, by=anna, subject=subject, **details)
    record_event(AuditAction.LOGGED_IN, by=anna, ways=["password", "totp"])
    page = client.as_(anna).get(PAGE).text
    for words in (
        "Custom fields › Companies › Branża",
        "Deed: added",
        "Acquisition sources",
        "Targi",
        "Tags › Contacts",
        "put in another order",
        "something else",
        "With: password, code from the app",
    ):
        assert words in page, words
    assert "sources.7" not in page
