"""A company of Kasia's with everything that an address can lead to, and the way to each."""

import io
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from orbita.accounts.models import Role, User
from orbita.accounts.rights import ACTIONS
from orbita.files.storing import add, written
from orbita.imports import importing
from orbita.imports.models import SavedMapping
from orbita.notes.models import Comment
from orbita.notes.writing import write_comment, write_note
from orbita.preferences.models import StoredSetting
from orbita.records import trash
from orbita.records.changes import change_set
from orbita.records.kinds import kinds
from orbita.records.models import (
    DuplicatePair,
    Export,
    Group,
    OperationRun,
    Record,
    SavedView,
    Segment,
)
from orbita.relations.facings import facings_for

UNWATCHED = (
    "accounts_auditentry",
    "accounts_apitoken",
    "accounts_counter",
    "accounts_session",
    "django_session",
    "records_visit",
)
"""Tables that a refused request may write to: it is told of, counted, a token is used."""


class World:
    """The records and what hangs on them, all of kind company and Kasia's."""

    def __init__(self, make: Any, relation_type: Any, tie: Any, owner: User) -> None:
        self.owner = owner
        self.company = make("company", title="Alfa", owner=owner)
        self.other = make("company", title="Beta", owner=owner)
        self.person = make("person", last_name="Lis", owner=owner, company=self.company)
        self.binned = make("company", title="Gamma", owner=owner)
        trash.move_to_bin(self.binned, by=owner)
        self.note = self._note(is_deleted=False)
        self.gone_note = self._note(is_deleted=True)
        self.comment = self._comment(is_deleted=False)
        self.gone_comment = self._comment(is_deleted=True)
        self.file, self.gone_file = self._files()
        type_ = relation_type("company", "Centrala", "company", "Oddział")
        self.group = Group.named("contacts", "Klienci")
        self.relation = tie(type_, self.company, self.other, by=owner)
        Segment.objects.create(kind="company", name="A", from_points=0)
        self.view = SavedView.objects.create(kind="companies", owner=owner, name="Moje")
        first, second = sorted((self.company.pk, self.other.pk))
        self.pair = DuplicatePair.objects.create(
            kind="company", first_id=first, second_id=second, reasons=["title"], score=90
        )
        self.run = OperationRun.objects.create(owner=owner, kind="company", operation="delete")
        self.export = Export.objects.create(owner=owner, kind="companies", format="csv", name="a")
        file = io.BytesIO("Nazwa;Miasto\nDelta;Kraków\n".encode())
        self.saved = SavedMapping.objects.create(owner=owner, kind="companies", name="Nasz")
        self.imp = importing.upload(file, name="a.csv", kind=kinds.get("companies"), by=owner)

    def _note(self, *, is_deleted: bool) -> Any:
        from orbita.notes.writing import delete_note

        note = write_note(self.company, "<p>Notatka</p>", by=self.owner)
        if is_deleted and note is not None:
            delete_note(note, by=self.owner)
        return note

    def _comment(self, *, is_deleted: bool) -> Any:
        from orbita.notes.writing import delete_comment

        write_comment(self.note, "<p>Odpowiedź</p>", by=self.owner)
        comment = Comment.objects.order_by("-pk")[0]
        if is_deleted:
            delete_comment(comment, by=self.owner)
        return comment

    def _files(self) -> list[Any]:
        from orbita.files.models import File
        from orbita.files.storing import delete

        found = []
        for name in ("umowa.txt", "stara.txt"):
            upload = SimpleUploadedFile(name, b"tekst", "text/plain")
            with written([upload]) as parts, change_set(by=self.owner):
                add(parts, Record.objects.get(pk=self.company.pk), by=self.owner)
            found.append(File.objects.order_by("-pk")[0])
        delete(found[1], by=self.owner)
        return found

    def url(self, name: str, pattern: str) -> str:
        """An address of this name; its parts stand for what is there."""
        parts = {
            "kind": kinds.get("persons" if name in ("unlink", "suggest-values") else "companies"),
            "other": kinds.get("persons"),
            "pk": self._key(name, pattern),
            "relation": self.relation.pk,
            "option": uuid4(),
            "number": self.pair.pk,
            "format": "csv",
            "which": "groups",
            "role": "user",
            "part": "contacts",
            "slug": "contacts",
            "token": uuid4() if "<uuid:token>" in pattern else "abc-def",
            "uidb64": "abc",
            "key": self._word(name),
        }
        return reverse(name, kwargs={key: parts[key] for key in parts if f"{key}>" in pattern})

    def _key(self, name: str, pattern: str) -> Any:
        if "<int:pk>" in pattern:
            return self.group.pk
        found = {
            "unlink": self.person,
            "restoration": self.binned,
            "note-restoration": self.gone_note,
            "comment-versions": self.comment,
            "comment-edit": self.comment,
            "comment-deletion": self.comment,
            "comment-restoration": self.gone_comment,
            "file-restoration": self.gone_file,
            "saved-view": self.view,
        }
        beginnings = {
            "notes/": self.note,
            "files/": self.file,
            "imports/": self.imp,
            "exports/": self.export,
            "operations/": self.run,
            "<kind:kind>/": self.company,
        }
        one = found.get(name) or next(
            (thing for start, thing in beginnings.items() if pattern.startswith(start)), None
        )
        return one.pk if one is not None else uuid4()

    def _word(self, name: str) -> str:
        words = {
            "panel": "followers",
            "filter": "city",
            "value": "nip",
            "suggest-values": "position",
            "unlink": "company",
            "link": "company",
            "flow": "source",
            "settings-section": "account",
            "bin-section": "notes",
            "settings-part": "visibility",
        }
        return words.get(name, "spaces" if name.startswith("settings") else "delete")

    def data(self, name: str) -> dict[str, Any]:
        """What a form at this address sends."""
        both = [str(self.company.pk), str(self.other.pk)]
        given: dict[str, Any] = {
            "operation": {"ids": both},
            "operation-runs": {"ids": both},
            "import-value": {"path": "city"},
            "import-application": {"saved": str(self.saved.pk)},
            "merging": {"ids": both, "survivor": both[0]},
        }
        if name in ("dictionary-deletion", "dictionary-merging"):
            return {"ids": [str(self.group.pk)]}
        if name.startswith("relation-end"):
            facing = facings_for(self.owner, kinds.get("companies"))[0]
            return {"type": facing.key, "q": ""}
        return given.get(name, {})


def give(role: Role, *actions: str) -> None:
    """Let the role do just this with companies and persons."""
    for kind in ("company", "person"):
        key, value = f"rights.{role}.{kind}", list(actions)
        StoredSetting.objects.update_or_create(key=key, defaults={"value": value})


def give_all_but(role: Role, *taken: str) -> None:
    """Take rights from the role; without the one to view all are gone."""
    give(role, *(action for action in ACTIONS if action not in taken))


def written_rows() -> dict[str, tuple[int, ...]]:
    """How many rows this transaction has added, changed and deleted, by table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables "
            "WHERE relname <> ALL(%s)",
            [list(UNWATCHED)],
        )
        return {name: tuple(counts) for name, *counts in cursor.fetchall()}


def send(client: Client, method: str, url: str, data: Any = None) -> int:
    """The status; what an allowed request does is taken back."""
    try:
        with transaction.atomic():
            if method in ("GET", "HEAD"):
                answer = client.generic(method, url, QUERY_STRING=_query(data))
            else:
                answer = client.post(url, data or {}) if method == "POST" else client.delete(url)
            raise _TakeBackError(answer.status_code)
    except _TakeBackError as done:
        return done.status


class _TakeBackError(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


def _query(data: Any) -> str:
    from urllib.parse import urlencode

    return urlencode(data or {}, doseq=True)
