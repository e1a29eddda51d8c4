"""The cast of the demo account: who works in it. Read by the launcher without Django."""

PASSWORD = "orbita-demo-2026"  # noqa: S105

TEAMS = (
    ("Handel", None),
    ("Handel Południe", "Handel"),
    ("Handel Północ", "Handel"),
    ("Realizacja", None),
)

# First name, last name, role, status, team.
USERS = (
    ("Anna", "Zielińska", "administrator", "active", None),
    ("Marek", "Wójcik", "manager", "active", "Handel Południe"),
    ("Kasia", "Nowak", "user", "active", "Handel Południe"),
    ("Piotr", "Lis", "user", "active", "Handel Północ"),
    ("Ewa", "Maj", "user", "active", "Realizacja"),
    ("Jan", "Dawny", "user", "suspended", "Handel Północ"),
)

INVITED = "zofia@orbita.example"


def address_of(first_name: str) -> str:
    """The e-mail address with which somebody of the cast logs in."""
    return f"{first_name.lower()}@orbita.example"


LOGINS = [
    (address_of(first), PASSWORD, f"{role} of {team}" if role == "manager" else role)
    for first, _last, role, status, team in USERS
    if status == "active"
]
