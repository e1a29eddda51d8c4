"""Vehicles as a kind of record."""

from orbita.records.kinds import Kind, Labels, Section, register
from tests.vehicles.models import Vehicle


@register
class VehicleKind(Kind):
    """Cars of clients."""

    model = Vehicle
    slug, icon, order, family, navigation = "vehicles", "car", 90, "vehicles", "work"
    labels = Labels(one="Vehicle", many="Vehicles", add="Add vehicle", import_="Import vehicles")
    columns = ("title", "vin", "mileage", "holder", "owner")
    form = (
        Section(
            "Basic data",
            ("title", "vin", "holder", "fuel", "mileage", "registered_on", "is_leased"),
        ),
        Section(
            "Other data",
            ("owner", "visibility", "participants", "tags", "groups", "notes_text"),
            "other",
        ),
    )
    headline, hints = ("vin", "holder"), ("vin", "owner")
    matching = (("number",), ("vin",), ("title",))
