"""Invents companies and people: the same ones for the same seed, spread as in real life.

Values come as the fields of the kinds take them. Numbers have valid checksums, mail and web
addresses end in `.example`.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Any

from orbita.demo import words
from orbita.ui.text import fold

Values = dict[str, Any]
_NIP_WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)
_REGON_WEIGHTS = (8, 9, 2, 3, 4, 5, 6, 7)
_MOBILE = ("501", "512", "535", "570", "601", "604", "660", "693", "726", "781", "793", "886")
_LEGAL_FORM = re.compile(
    f" ({'|'.join(re.escape(form) for form, _weight in words.LEGAL_FORMS if form)})$"
)
_FEMININE = (("ski", "ska"), ("cki", "cka"), ("dzki", "dzka"), ("iński", "ińska"))


class Weighted:
    """Picks out of words by their weight."""

    def __init__(self, items: Sequence[Any], weights: Sequence[float]) -> None:
        self.items, self.weights = list(items), list(accumulate(weights))

    def pick(self, random: Random) -> Any:
        """One of the words."""
        return random.choices(self.items, cum_weights=self.weights)[0]  # noqa: S311


def fading(items: Sequence[Any], power: float) -> Weighted:
    """The first word is the most frequent one, the n-th `n ** power` times rarer (Zipf's law)."""
    return Weighted(items, [1 / (place**power) for place in range(1, len(items) + 1)])


_WOMEN, _MEN = fading(words.WOMEN, 0.8), fading(words.MEN, 0.8)
_SURNAMES = fading(
    [*words.SURNAMES, *(stem + end for end in words.ENDINGS for stem in words.STEMS)], 0.6
)
_CITIES = Weighted([city[:3] for city in words.CITIES], [city[3] for city in words.CITIES])
_STREETS = fading(words.STREETS, 0.5)
_LEGAL_FORMS = Weighted(*zip(*words.LEGAL_FORMS, strict=True))
_POSITIONS = Weighted(*zip(*words.POSITIONS, strict=True))


class Inventor:
    """A stream of invented companies and people."""

    def __init__(self, seed: int | str) -> None:
        self.random = Random(seed)  # noqa: S311
        self._serial = self.random.randrange(10**9)

    def company(self) -> Values:
        """A company: name, NIP, REGON, contact data, address."""
        chance = self.random.random
        city, postcode, area = _CITIES.pick(self.random)
        title = self.company_name(city)
        domain = self.domain(title)
        phones = [self.landline(area)] if chance() < 0.6 else [self.mobile()]
        if chance() < 0.15:
            phones.append(self.mobile())
        return {
            "title": title,
            "nip": self.nip() if chance() < 0.9 else None,
            "regon": self.regon() if chance() < 0.7 else None,
            "phones": _entries(phones if chance() < 0.85 else []),
            "emails": _entries([f"biuro@{domain}"] if chance() < 0.8 else []),
            "www": _entries([f"www.{domain}"] if chance() < 0.5 else []),
            "addresses": [self.address(city, postcode)] if chance() < 0.95 else [],
        }

    def person(self, company: Values | None = None) -> Values:
        """A person; one at a company has its mail domain."""
        chance = self.random.random
        first, last = self.name()
        domain = "poczta.example"
        if company is not None:
            domain = self.domain(company["title"])
        mail = f"{host(first)}.{host(last)}@{domain}"
        city, postcode, _area = _CITIES.pick(self.random)
        return {
            "first_name": first,
            "last_name": last,
            "position": _POSITIONS.pick(self.random) if company is not None else "",
            "phones": _entries([self.mobile()] if chance() < 0.75 else []),
            "emails": _entries([mail] if chance() < 0.8 else []),
            "addresses": [self.address(city, postcode)] if chance() < 0.3 else [],
        }

    def name(self) -> tuple[str, str]:
        """First and last name, of one gender."""
        last = _SURNAMES.pick(self.random)
        if self.random.random() < 0.5:
            return _WOMEN.pick(self.random), feminine(last)
        return _MEN.pick(self.random), last

    def company_name(self, city: str) -> str:
        """A coined name, or a family's, or a workshop's; often with a trade and a legal form."""
        pick, chance = self.random.choice, self.random.random()
        form = _LEGAL_FORMS.pick(self.random)
        if chance < 0.55:
            parts = [pick(words.BEGINNINGS) + pick(words.MIDDLES)]
            if self.random.random() < 0.6:
                parts.append(pick(words.TRADES))
        elif chance < 0.8:
            parts = [_SURNAMES.pick(self.random), pick(words.TRADES)]
        else:
            first, last = self.name()
            parts, form = [pick(words.WORKSHOPS), first, last], ""
        if self.random.random() < 0.08:
            parts.append(city)
        return " ".join(filter(None, [*parts, form]))

    def domain(self, title: str) -> str:
        """The company's domain, without its legal form."""
        return f"{host(_LEGAL_FORM.sub('', title))}.example"

    def address(self, city: str, postcode: str) -> dict[str, str]:
        """A postal address in the city."""
        house = self.random.randint(1, 180)
        name = _STREETS.pick(self.random)
        street = f"{name} {house}" if name == "Rynek" else f"ul. {name} {house}"
        return {
            "label": "",
            "street": street if self.random.random() < 0.8 else f"{street}/{house % 40 + 1}",
            "postcode": f"{postcode}-{self.random.randint(1, 999):03d}",
            "city": city,
            "country": "Polska",
        }

    def mobile(self) -> str:
        """A mobile number as it is written internationally."""
        number = self.random.randrange(10**6)
        return f"+48 {self.random.choice(_MOBILE)} {number // 1000:03d} {number % 1000:03d}"

    def landline(self, area: str) -> str:
        """A number of the area as it is written internationally."""
        number = self.random.randrange(2_000_000, 8_999_999)
        return f"+48 {area} {number // 10000:03d} {number // 100 % 100:02d} {number % 100:02d}"

    def nip(self) -> str:
        """A NIP with a valid checksum; no two of one inventor are equal."""
        while True:
            self._serial = (self._serial + 618_033_989) % 10**9
            number = f"{self._serial:09d}"
            check = _weighted(number, _NIP_WEIGHTS) % 11
            if check < 10 and "0" not in number[:3]:
                return f"{number}{check}"

    def regon(self) -> str:
        """A REGON of nine digits with a valid checksum."""
        number = f"{self.random.randrange(10**8):08d}"
        return f"{number}{_weighted(number, _REGON_WEIGHTS) % 11 % 10}"


@lru_cache(maxsize=4096)
def host(text: str) -> str:
    """The text as a part of a mail address: letters and digits of ASCII alone."""
    return "".join(char for char in fold(text) if char.isascii() and char.isalnum())[:40] or "x"


def feminine(surname: str) -> str:
    """The surname as a woman bears it."""
    for ending, womans in _FEMININE:
        if surname.endswith(ending):
            return surname.removesuffix(ending) + womans
    return surname


def _weighted(number: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True))


def _entries(values: list[str]) -> list[dict[str, str]]:
    return [{"value": value, "label": ""} for value in values]
