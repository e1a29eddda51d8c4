"""Two at once: who waits for the other reads what the other wrote."""

import threading
import time

import pytest
from django.db import connections, transaction

from conftest import ViewingClient
from orbita.records.models import Record

pytestmark = pytest.mark.django_db(transaction=True)


def while_others_hold(record, write, request):
    """Send `request` while somebody holds the record and then commits `write`; its answer."""
    answers = []

    def send():
        try:
            answers.append(request())
        finally:
            connections.close_all()

    thread = threading.Thread(target=send)
    with transaction.atomic():
        list(Record.objects.filter(pk=record.pk).select_for_update())
        list(type(record).objects.filter(pk=record.pk).select_for_update())
        thread.start()
        time.sleep(1.5)
        write()
    thread.join()
    return answers[0]


def test_who_waits_for_the_lock_sees_the_new_title_and_asks(make, kasia, anna):
    record = make("company", title="ACME", nip="5260250274", owner=kasia)
    browser = ViewingClient().as_(anna)
    url = f"/companies/{record.pk}/edit/"
    base = browser.get(url).context["form"].initial["base"]

    def rename():
        Record.objects.filter(pk=record.pk).update(title="Nowa Era", sort_name="Nowa Era")

    data = {"title": "Stara Era", "nip": "5260250274", "visibility": "1", "base": base}
    data["owner"] = str(kasia.pk)
    answer = while_others_hold(record, rename, lambda: browser.post(url, data))
    assert answer.status_code == 409
    assert "Nowa Era" in answer.content.decode()
    assert Record.objects.get(pk=record.pk).title == "Nowa Era"


def test_a_value_saved_beside_keeps_what_others_wrote_meanwhile(make, kasia, anna):
    record = make("company", title="ACME", nip="5260250274", owner=kasia)
    browser = ViewingClient().as_(anna)
    url = f"/companies/{record.pk}/fields/description/"

    def write():
        Record.objects.filter(pk=record.pk).update(title="Nowa Era", sort_name="Nowa Era")
        type(record).objects.filter(pk=record.pk).update(regon="012345675")

    answer = while_others_hold(record, write, lambda: browser.post(url, {"description": "Opis"}))
    assert answer.status_code == 302
    record.refresh_from_db()
    assert (record.title, record.regon, record.description) == ("Nowa Era", "012345675", "Opis")
