"""Tags and filters of every template: icons, avatars, formats, addresses. They are builtins."""

import zlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms.utils import flatatt
from django.template import Context
from django.utils.safestring import SafeString

from orbita.ui import formats, icons
from orbita.ui import rows as drawing
from orbita.ui.html import format_html, format_html_join

register = template.Library()

TONES = 8
KIND_ICONS = {
    "persons": "user",
    "companies": "building",
    "deals": "briefcase",
    "products": "package",
    "spaces": "door",
}
KIND_SLUGS = {
    "person": "persons",
    "company": "companies",
    "deal": "deals",
    "product": "products",
    "space": "spaces",
}
LETTERED_KINDS = {"persons", "companies"}
LEGAL_FORMS = {"sp", "z", "oo", "sa", "sc", "spj", "spk", "spółka", "psa", "ltd", "inc", "gmbh"}


@register.simple_tag
def icon(name: str, **options: str) -> SafeString:
    """`{% icon "building" %}`, `{% icon "lock" class="icon-sm" %}`: a decorative inline SVG."""
    return icons.svg(str(name), options.get("class", ""))


@register.simple_tag
def kind_icon(kind: str, **options: str) -> SafeString:
    """The icon of a kind (by slug) in the kind's colour."""
    kind = KIND_SLUGS.get(kind, kind)
    classes = f"kind-{kind} kind-icon {options.get('class', '')}".strip()
    return icons.svg(options.get("icon") or KIND_ICONS.get(kind, "file-text"), classes)


@register.simple_tag
def avatar(subject: Any, size: str = "", icon: str = "") -> SafeString:
    """The sign of a user or a record: initials or the kind's icon; sizes: xs, sm, md, lg.

    It repeats the name that stands beside it, so it is hidden from screen readers.
    """
    kind = _kind_of(subject)
    colour = f"kind-{kind}" if kind else f"tone-{tone(subject)}"
    if kind and kind not in LETTERED_KINDS:
        icon = icon or getattr(_value(subject, "kind_object"), "icon", "")
        sign: str | SafeString = icons.svg(icon or KIND_ICONS.get(kind, "file-text"))
    else:
        sign = _initials_of(subject, kind)
    return format_html(
        '<span class="avatar {}{}" aria-hidden="true">{}</span>',
        colour,
        f" avatar-{size}" if size else "",
        sign,
    )


@register.simple_tag
def table_rows(rows: Iterable[Mapping[str, Any]], selectable: bool = False) -> SafeString:
    """The rows of components/table.html."""
    return drawing.draw(rows, selectable=selectable, avatar=avatar)


@register.simple_tag
def table_heads(columns: Iterable[Mapping[str, Any]]) -> SafeString:
    """The heads of components/table.html."""
    return drawing.draw_heads(columns)


@register.simple_tag
def menu_choices(choices: Iterable[Mapping[str, Any]]) -> SafeString:
    """Lines of a menu that open a window: [{label, icon, url}]."""
    return drawing.draw_choices(choices)


@register.simple_tag
def left_items(items: Iterable[Any]) -> SafeString:
    """The lines of components/left_items.html."""
    return drawing.draw_left(one if isinstance(one, Mapping) else vars(one) for one in items)


@register.filter
def initials(text: Any) -> str:
    """One or two capital letters out of a name."""
    words = [word for word in str(text or "").split() if any(map(str.isalnum, word))]
    letters = [next(filter(str.isalnum, word)) for word in (*words[:1], *words[1:][-1:])]
    return "".join(letters).upper()[:2] or "?"


@register.filter
def day(value: date | datetime | None, style: str = "words") -> str:
    """`{{ value|day }}`: "21 lis 2026" or "dziś"; `|day:"exact"` without words."""
    return formats.day(value, words=style != "exact") if value else ""


@register.filter
def moment(value: datetime | None, style: str = "words") -> str:
    """`{{ value|moment }}`: "21 lis 2026, 14:05" or "dziś, 14:05"; `|moment:"exact"`."""
    return formats.moment(value, words=style != "exact") if value else ""


@register.simple_tag
def when(value: date | datetime | None) -> SafeString | str:
    """A <time> in words, with the exact moment as its title."""
    if not value:
        return ""
    is_moment = isinstance(value, datetime)
    show = formats.moment if is_moment else formats.day
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        show(value, words=False),  # type: ignore[arg-type]
        show(value),  # type: ignore[arg-type]
    )


@register.filter
def number(value: int | float | Decimal | None, places: int | None = None) -> str:
    """`{{ value|number }}`: "12 480"; `|number:2` fixes the decimals."""
    return formats.number(value, places)


@register.filter
def money(amount: int | float | Decimal | None, currency: str = "PLN") -> str:
    """`{{ amount|money:"PLN" }}`: "120 000,00 PLN"."""
    return formats.money(amount, currency)


@register.filter
def bytesize(count: int | None) -> str:
    """`{{ file.size|bytesize }}`: "1,2 MB"."""
    return formats.size(count)


@register.filter
def percent_of(part: float | None, whole: float | None) -> int:
    """The part as whole percents, 0 to 100, for `<progress>`."""
    return max(0, min(100, round(100 * (part or 0) / whole))) if whole else 0


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """`{% query sort="name" after=None %}`: this URL's query with changes; empty removes."""
    request = context.get("request")
    parameters = dict(request.GET.lists()) if request else {}
    for key, value in changes.items():
        parameters.pop(key, None)
        if isinstance(value, list | tuple):
            parameters[key] = list(value)
        elif value is not None and value != "":
            parameters[key] = [str(value)]
    return "?" + urlencode(parameters, doseq=True)


@register.simple_tag(takes_context=True)
def query_inputs(context: Context, *without: str) -> SafeString:
    """This URL's query as hidden inputs of a form, without the parameters named."""
    request = context.get("request")
    parameters = request.GET.lists() if request else ()
    return format_html_join(
        "",
        '<input type="hidden" name="{}" value="{}">',
        ((key, value) for key, values in parameters if key not in without for value in values),
    )


@register.simple_tag
def attrs(values: Mapping[str, Any] | None, **more: Any) -> SafeString:
    """A dictionary as HTML attributes; True stands alone, None and False are left out."""
    combined = {**(values or {}), **{key.replace("_", "-"): value for key, value in more.items()}}
    return flatatt({key: value for key, value in combined.items() if value is not None})


def _kind_of(subject: Any) -> str:
    """The slug of a record's kind, whether the record holds the kind, its slug or its key."""
    kind = "" if isinstance(subject, str) else _value(subject, "kind")
    name = str(getattr(kind, "slug", kind) or "")
    return KIND_SLUGS.get(name, name)


def _value(subject: Any, name: str) -> Any:
    """An attribute of a record or a key of a dictionary."""
    if isinstance(subject, str):
        return ""
    return subject.get(name, "") if isinstance(subject, Mapping) else getattr(subject, name, "")


def _initials_of(subject: Any, kind: str) -> str:
    if isinstance(subject, str):
        return initials(subject)
    own = _value(subject, "initials")
    return own or _initials_of_title(str(_value(subject, "title") or subject), kind)


@lru_cache(maxsize=4096)
def _initials_of_title(title: str, kind: str) -> str:
    return initials(_without_legal_form(title) if kind == "companies" else title)


def _without_legal_form(title: str) -> str:
    """The first two words of a company's name that say something: not "i", not "Sp. z o.o."."""
    bare = ((word, word.replace(".", "").casefold()) for word in title.split())
    words = [word for word, plain in bare if plain not in LEGAL_FORMS and len(plain) > 1]
    return " ".join(words[:2]) or title


def tone(subject: Any) -> int:
    """The colour of a thing, the same everywhere: a number of the classes `tone-0`, `tone-1`, …"""
    identity = str(getattr(subject, "pk", None) or subject)
    return zlib.crc32(identity.encode()) % TONES
