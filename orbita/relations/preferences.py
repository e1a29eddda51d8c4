"""The switch of relations."""

from django.utils.translation import gettext_lazy as _

from orbita.preferences.declared import Addon, Section, register
from orbita.relations.examples import begin

register(
    Section(
        "relations",
        _("Relations"),
        icon="affiliate",
        order=43,
        url="relation-types",
        help=_("What records can be to each other, such as branch and head office."),
    ),
    Addon(
        "relations",
        _("Relations"),
        _("Connections between records with meanings of your own, such as branch or referrer."),
        switch=_("Allow relations on the profiles of contacts, deals and so on"),
        off=_(
            "When you switch it off, relations disappear from profiles, forms, lists and "
            "imports. They stay stored and return when you switch the add-on on again."
        ),
        icon="affiliate",
        url="relation-types",
        begin=begin,
    ),
)
