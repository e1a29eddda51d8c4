"""Whether a JSON value has the shape that a Field declares, said in a sentence.

Knows the few words of JSON Schema that fields use: type, enum, anyOf, items, properties,
required, additionalProperties.
"""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

Schema = dict[str, Any]
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, Decimal),
    "array": (list,),
    "object": (dict,),
}


def fits(value: Any, schema: Schema) -> bool:
    """Whether the value is of the schema; texts and numbers are not checked further."""
    if "anyOf" in schema:
        return any(fits(value, option) for option in schema["anyOf"])
    if "enum" in schema:
        return isinstance(value, str | int) and not isinstance(value, bool)
    wanted: str | None = schema.get("type")
    if wanted is None:
        return True
    if not isinstance(value, _TYPES[wanted]) or (isinstance(value, bool) and wanted != "boolean"):
        return False
    if isinstance(value, list):
        return all(fits(item, schema.get("items", {})) for item in value)
    return not isinstance(value, dict) or _has_properties(value, schema)


def _has_properties(value: dict[str, Any], schema: Schema) -> bool:
    known = schema.get("properties", {})
    if any(key not in value for key in schema.get("required", ())):
        return False
    if schema.get("additionalProperties") is False and not value.keys() <= known.keys():
        return False
    return all(fits(item, known.get(key, {})) for key, item in value.items())


def sentence(schema: Schema) -> str:
    """What was wanted, in words."""
    options = schema.get("anyOf", [schema])
    first = options[0].get("type", "string")
    words = {
        "string": _("Give a text"),
        "boolean": _("Give true or false"),
        "integer": _("Give a whole number"),
        "number": _("Give a number"),
        "array": _("Give a list of the documented shape"),
        "object": _("Give an object of the documented shape"),
    }
    return words[first]
