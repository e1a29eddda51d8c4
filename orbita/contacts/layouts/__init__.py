"""Files of other programs, for people and companies. What they do not list is left to the guess."""

from orbita.contacts.layouts import address_books, programs  # noqa: F401
