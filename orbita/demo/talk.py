"""What the cast wrote on the walls of the demo account, and whom they called."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from orbita.accounts.models import User
from orbita.notes.calls import CallFacts
from orbita.notes.models import CallDirection, CallOutcome
from orbita.notes.writing import pin, write_comment, write_note

# Title of the record, author, the text with {names} of those mentioned, whether it is pinned,
# and the comments: author and text.
NOTES: list[tuple[str, str, str, bool, list[tuple[str, str]]]] = [
    (
        "ACME Sp. z o.o.",
        "Kasia",
        "<p>Rozmowa z panem Kowalskim: <strong>chcą zacząć przed końcem roku</strong>. Czekają na "
        "ofertę na 25 stanowisk:</p><ul><li>import bazy z arkuszy</li>"
        "<li>szkolenie w Krakowie, najlepiej w piątek</li></ul>",
        True,
        [
            ("Marek", "<p>Do 10% rabatu mogę zatwierdzić od ręki.</p>"),
            ("Kasia", "<p>Dziękuję, wysyłam ofertę jutro rano.</p>"),
        ],
    ),
    (
        "ACME Sp. z o.o.",
        "Marek",
        "<p>{Kasia} podpisali umowę ramową. Proszę, dołącz skan i ustal termin startu.</p>",
        False,
        [],
    ),
    (
        "Budex S.A.",
        "Kasia",
        "<p>Poznani na targach w Katowicach. Interesuje ich moduł magazynowy, budżet dopiero po "
        "nowym roku. {Marek}, to Twój teren.</p>",
        False,
        [("Marek", "<p>Dzwonię do nich w poniedziałek.</p>")],
    ),
    (
        "Żółw Logistyka",
        "Ewa",
        "<p>Wdrożenie idzie zgodnie z planem, odbiór pierwszego etapu w przyszłym tygodniu. "
        "{Kasia}, warto zapytać ich o referencje.</p>",
        False,
        [],
    ),
    (
        "Nowak Transport",
        "Anna",
        "<p>Są dwie firmy o tej nazwie: w Gdańsku i w Rzeszowie. Przy fakturach patrzymy na NIP."
        "</p>",
        False,
        [],
    ),
]

# Title of the record, author, whether somebody answered, the number, and the text.
CALLS: list[tuple[str, str, bool, str, str]] = [
    ("Budex S.A.", "Marek", False, "+48 32 123 45 67", ""),
    (
        "Budex S.A.",
        "Marek",
        True,
        "+48 32 123 45 67",
        "<p>Chcą prezentację modułu magazynowego, najlepiej w styczniu.</p>",
    ),
]


def talk(records: dict[str, Any], people: dict[str, User]) -> None:
    """Write the notes, comments and calls; those mentioned and the followers hear of them."""
    for title, author, text, is_pinned, comments in NOTES:
        by = people[author]
        note = write_note(records[title], _with_mentions(text, people), by=by)
        assert note is not None  # noqa: S101
        for name, answer in comments:
            write_comment(note, answer, by=people[name])
        if is_pinned:
            pin(note, by=by)
    for title, author, is_reached, number, text in CALLS:
        outcome = CallOutcome.REACHED if is_reached else CallOutcome.NOT_REACHED
        at = timezone.now() - timedelta(minutes=10 if is_reached else 40)
        call = CallFacts(CallDirection.OUTGOING, outcome, number, at)
        write_note(records[title], text, by=people[author], call=call)


def _with_mentions(text: str, people: dict[str, User]) -> str:
    """The text with names in braces as mentions of their users."""
    for name, user in people.items():
        mention = f'<span data-mention="{user.pk}">@{user.name}</span>'
        text = text.replace(f"{{{name}}}", mention)
    return text
