"""The records of the demo account that stories and tests speak of, and some more to share."""

from typing import Any

RESTRICTED, HIDDEN = "restricted", "hidden"


def _phone(number: str, label: str = "") -> list[dict[str, str]]:
    return [{"value": number, "label": label}]


def _mobile(number: str) -> list[dict[str, str]]:
    return [{"value": number, "label": "", "type": "mobile"}]


def _place(street: str, postcode: str, city: str, label: str = "") -> list[dict[str, str]]:
    return [
        {"label": label, "street": street, "postcode": postcode, "city": city, "country": "Polska"}
    ]


# Each entry: the owner's first name, then values by field key. `company` names a company's title.
COMPANIES: list[tuple[str, dict[str, Any]]] = [
    (
        "Kasia",
        {
            "title": "ACME Sp. z o.o.",
            "nip": "1234563218",
            "phones": _phone("+48 12 345 67 89", "centrala"),
            "emails": _phone("biuro@acme.example"),
            "www": _phone("www.acme.example"),
            "addresses": _place("ul. Długa 12", "31-146", "Kraków", "siedziba"),
            "source": "Strona www",
            "tags": ["Klient", "VIP"],
            "groups": ["Kluczowi klienci"],
            "description": "Producent okuć meblowych. Wdrożenie CRM planowane na jesień.",
            "Branża": "Produkcja",
        },
    ),
    (
        "Kasia",
        {
            "title": "ACME Oddział Łódź",
            "phones": _phone("+48 42 630 11 22"),
            "addresses": _place("ul. Piotrkowska 80", "90-102", "Łódź"),
            "tags": ["Klient"],
        },
    ),
    (
        "Marek",
        {
            "title": "Budex S.A.",
            "nip": "1111111111",
            "phones": _phone("+48 32 257 18 40"),
            "emails": _phone("kontakt@budex.example"),
            "www": _phone("budex.example"),
            "addresses": _place("ul. Przemysłowa 4", "40-020", "Katowice"),
            "source": "Polecenie",
            "tags": ["Prospekt"],
            "Branża": "Budownictwo",
        },
    ),
    (
        "Piotr",
        {
            "title": "Nowak Transport",
            "phones": _phone("+48 58 301 44 55"),
            "addresses": _place("ul. Kolejowa 9", "80-220", "Gdańsk"),
            "tags": ["Dostawca"],
        },
    ),
    (
        "Kasia",
        {
            "title": "Nowak Transport",
            "phones": _phone("+48 17 852 30 10"),
            "addresses": _place("ul. Lwowska 101", "35-301", "Rzeszów"),
            "source": "Telefon",
        },
    ),
    (
        "Kasia",
        {
            "title": "Żółw Logistyka",
            "phones": _mobile("+48 601 200 300"),
            "emails": _phone("spedycja@zolw-logistyka.example"),
            "addresses": _place("ul. Magazynowa 7", "61-003", "Poznań"),
            "source": "Targi",
            "tags": ["Partner"],
        },
    ),
    (
        "Piotr",
        {
            "title": "Delta Inwestycje S.A.",
            "nip": "9999999999",
            "visibility": HIDDEN,
            "addresses": _place("Rynek 1", "50-106", "Wrocław"),
        },
    ),
]

PERSONS: list[tuple[str, dict[str, Any]]] = [
    (
        "Kasia",
        {
            "first_name": "Jan",
            "last_name": "Kowalski",
            "position": "Dyrektor",
            "company": "ACME Sp. z o.o.",
            "phones": _mobile("+48 600 100 200"),
            "emails": _phone("jan.kowalski@acme.example"),
            "source": "LinkedIn",
            "tags": ["VIP"],
        },
    ),
    (
        "Marek",
        {
            "first_name": "Jan",
            "last_name": "Kowalski",
            "position": "Kierownik zakupów",
            "company": "Budex S.A.",
            "emails": _phone("j.kowalski@budex.example"),
        },
    ),
    (
        "Kasia",
        {
            "first_name": "Zofia",
            "last_name": "Łęcka",
            "phones": _mobile("+48 695 400 500"),
            "emails": _phone("zofia.lecka@poczta.example"),
            "addresses": _place("ul. Kwiatowa 3/5", "31-510", "Kraków", "dom"),
        },
    ),
]

DEALS: list[tuple[str, dict[str, Any]]] = [
    (
        "Kasia",
        {
            "title": "Wdrożenie CRM – ACME",
            "company": "ACME Sp. z o.o.",
            "value": "120000.00",
            "source": "Strona www",
            "tags": ["Wdrożenie"],
        },
    ),
    (
        "Kasia",
        {
            "title": "Audyt sprzedaży – ACME",
            "company": "ACME Sp. z o.o.",
            "value": "104000.00",
            "status": "won",
            "source": "Polecenie",
        },
    ),
    (
        "Piotr",
        {
            "title": "Serwis 2026",
            "company": "Żółw Logistyka",
            "value": "500000.00",
            "visibility": HIDDEN,
            "source": "Targi",
        },
    ),
]

SPACES: list[tuple[str, dict[str, Any]]] = [
    (
        "Ewa",
        {
            "title": "Projekt ABC",
            "visibility": RESTRICTED,
            "description": "Wdrożenie dla klienta: plan, ustalenia, pliki.",
            "groups": ["Projekty"],
            "tags": ["pilne"],
            "Budżet": "12500.50",
        },
    ),
    (
        "Marek",
        {
            "title": "Techniki sprzedażowe",
            "description": "Co działa w rozmowie z klientem. Dopisujcie przykłady.",
            "groups": ["Wiedza"],
        },
    ),
    (
        "Piotr",
        {
            "title": "Fuzja X",
            "visibility": HIDDEN,
            "participants": ["Piotr"],
            "description": "Poufne.",
        },
    ),
    ("Anna", {"title": "Witamy w zespole", "groups": ["Wiedza"]}),
    ("Marek", {"title": "Cenniki i rabaty", "groups": ["Wiedza"], "tags": ["oferta"]}),
    (
        "Marek",
        {
            "title": "Narady Handlu Południe",
            "visibility": RESTRICTED,
            "participants": ["Handel Południe"],
        },
    ),
    ("Ewa", {"title": "Wdrożenie Żółw Logistyka", "groups": ["Projekty"], "Budżet": "84000"}),
    (
        "Ewa",
        {
            "title": "Migracja serwerowni",
            "groups": ["Projekty"],
            "visibility": RESTRICTED,
            "participants": ["Kasia", "Realizacja"],
        },
    ),
    ("Ewa", {"title": "Ciekawe artykuły", "groups": ["Wiedza"]}),
    ("Piotr", {"title": "Konkurencja na Pomorzu", "tags": ["rynek"]}),
    ("Anna", {"title": "Procedury RODO", "groups": ["Wiedza"], "tags": ["ważne"]}),
]

# Name, SKU, price, unit, group.
PRODUCTS = (
    ("Licencja CRM Start (użytkownik / rok)", "CRM-START", "468.00", "szt.", "Licencje"),
    ("Licencja CRM Zespół (użytkownik / rok)", "CRM-TEAM", "708.00", "szt.", "Licencje"),
    ("Licencja CRM Firma (użytkownik / rok)", "CRM-CORP", "948.00", "szt.", "Licencje"),
    ("Moduł importu i integracji", "MOD-IMPORT", "2400.00", "szt.", "Licencje"),
    ("Moduł statystyk rozszerzonych", "MOD-STAT", "1800.00", "szt.", "Licencje"),
    ("Wdrożenie podstawowe", "WDR-1", "7900.00", "szt.", "Usługi"),
    ("Wdrożenie rozszerzone", "WDR-2", "19900.00", "szt.", "Usługi"),
    ("Konsultacja wdrożeniowa", "KONS", "280.00", "godz.", "Usługi"),
    ("Migracja danych z arkuszy", "MIGR", "3500.00", "szt.", "Usługi"),
    ("Opieka serwisowa – podstawowa", "SERW-P", "490.00", "mies.", "Usługi"),
    ("Opieka serwisowa – 24/7", "SERW-24", "1490.00", "mies.", "Usługi"),
    ("Szkolenie użytkowników (grupa do 10 osób)", "SZK-U", "3200.00", "dzień", "Szkolenia"),
    ("Szkolenie administratorów", "SZK-A", "1900.00", "dzień", "Szkolenia"),
    ("Warsztat „Źródła pozyskania”", "WAR-ZR", "1500.00", "szt.", "Szkolenia"),
    ("Telefon IP z zestawem słuchawkowym", "TEL-IP", "639.00", "szt.", "Sprzęt"),
)

PROJECTS = (
    "Wdrożenie CRM",
    "Migracja danych",
    "Szkolenie zespołu",
    "Modernizacja serwerowni",
    "Umowa serwisowa",
    "Integracja z magazynem",
    "Sklep internetowy",
    "Audyt procesów",
    "Licencje na 2027",
    "Telefonia IP",
)
