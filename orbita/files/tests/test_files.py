"""Files on records, through their addresses."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from orbita.files import jobs, storing
from orbita.files.models import File
from orbita.records.models import Change, ChangeSet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def upload(name="umowa.pdf", content=b"%PDF-1.4 abc"):
    return SimpleUploadedFile(name, content)


def add(client, user, record, *files):
    url = f"{record.get_absolute_url()}files/"
    return client.as_(user).post(url, {"files": list(files)})


def stored(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def acme(make, kasia):
    return make("company", title="ACME", owner=kasia)


def test_a_file_is_added_listed_and_downloaded(client, kasia, marek, acme, folder):
    assert add(client, kasia, acme, upload(), upload("plan.txt", b"plan")).status_code == 302
    assert File.objects.count() == 2
    panel = client.as_(marek).get(f"{acme.get_absolute_url()}panels/files/").content.decode()
    assert "umowa.pdf" in panel
    assert "plan.txt" in panel
    file = File.objects.get(name="umowa.pdf")
    answer = client.get(f"/files/{file.pk}/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-1.4")
    assert "umowa" not in file.key
    assert len(stored(folder)) == 2


def test_a_download_can_do_no_harm(client, kasia, acme):
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    add(client, kasia, acme, upload('Oferta "Żółw"\r\n.svg', svg))
    answer = client.get(f"/files/{File.objects.get().pk}/")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=utf-8''" in disposition
    assert "\r" not in disposition
    assert "\n" not in disposition
    assert answer["Cache-Control"] == "private, no-store"


def test_a_record_that_is_closed_closes_its_files(client, kasia, piotr, make):
    hidden = make("company", title="Fuzja X", owner=piotr, visibility=3)
    add(client, piotr, hidden, upload())
    url = f"/files/{File.objects.get().pk}/"
    assert client.get(url).status_code == 200
    assert client.as_(kasia).get(url).status_code == 404
    assert client.head(url).status_code == 404
    assert client.post(f"{url}deletion/").status_code == 404
    assert add(client, kasia, hidden, upload("b.pdf")).status_code == 404
    assert File.objects.count() == 1
    nothing = client.get("/files/01a1ff6f-69c1-76a9-85e4-ca0c6d74d3a8/")
    assert nothing.status_code == 404


def test_a_refused_file_takes_the_others_with_it_and_says_why(
    client, kasia, acme, folder, settings
):
    settings.FILE_MAX_BYTES = 10
    page = add(client, kasia, acme, upload("a.txt", b"ok"), upload("wirus.exe", b"MZ"))
    assert page.status_code == 422
    assert "“wirus.exe” is a program" in page.content.decode()
    page = add(client, kasia, acme, upload("dużo.txt", b"x" * 11))
    assert "“dużo.txt” is larger than" in page.content.decode()
    assert add(client, kasia, acme).status_code == 422
    page = add(client, kasia, acme, *[upload(f"{n}.txt", b"x") for n in range(21)])
    assert "at most 20" in page.content.decode()
    assert File.objects.count() == 0
    assert stored(folder) == []


def test_bytes_go_when_their_row_cannot_be_written(kasia, acme, folder):
    def fail():
        with storing.written([upload()]) as parts:
            storing.add(parts, acme, by=kasia)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert stored(folder) == []


def test_only_ones_own_file_is_deleted_and_the_deed_can_be_taken_back(
    client, anna, kasia, marek, acme
):
    add(client, kasia, acme, upload())
    url = f"/files/{File.objects.get().pk}/"
    assert client.as_(marek).post(f"{url}deletion/").status_code == 404
    assert client.as_(kasia).post(f"{url}deletion/").status_code == 302
    assert client.get(url).status_code == 404
    assert client.as_(marek).post(f"{url}restoration/").status_code == 404
    client.as_(kasia).post(f"{url}restoration/")
    assert client.get(url).status_code == 200
    assert client.as_(anna).post(f"{url}deletion/").status_code == 302


def test_the_history_tells_of_files(client, kasia, marek, acme):
    add(client, kasia, acme, upload())
    client.post(f"/files/{File.objects.get().pk}/deletion/")
    wall = client.as_(marek).get(f"{acme.get_absolute_url()}wall/").content.decode()
    assert "umowa.pdf" in wall
    assert "deleted" in wall
    files = client.get(f"{acme.get_absolute_url()}wall/?show=files").content.decode()
    assert "umowa.pdf" not in files
    assert ChangeSet.objects.filter(changes__table="files_file").distinct().count() == 2
    kept = Change.objects.filter(table="files_file", action="I").get().after
    assert "key" not in kept


def test_bytes_without_a_row_are_swept_after_a_day(kasia, acme, folder, monkeypatch):
    with storing.written([upload()]) as parts:
        storing.add(parts, acme, by=kasia)
    orphan = default_storage.save("attachments/ab/abcdef", upload())
    jobs.sweep()
    assert default_storage.exists(orphan)
    monkeypatch.setattr(
        default_storage, "get_modified_time", lambda _key: timezone.now() - timedelta(days=2)
    )
    jobs.sweep()
    assert not default_storage.exists(orphan)
    assert len(stored(folder)) == 1
