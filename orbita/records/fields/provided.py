"""Fields that other packages give to kinds while the product runs: one for each type of relation.

The kernel asks for them wherever it asks for a kind's fields, and knows nothing else of them.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind

Provider = Callable[["Kind", Any], "Mapping[str, Field]"]
_providers: list[Provider] = []
_providers_off: list[Provider] = []


def provide(provider: Provider, *, off: Provider | None = None) -> Provider:
    """Have `provider(kind, viewer)` give fields by key, in their order; also as a decorator.

    It is asked often, so it asks the database nothing; `viewer` is None for the system itself.
    `off` gives those that exist and are switched off now, each with the add-on that it belongs to.
    """
    _providers.append(provider)
    if off is not None:
        _providers_off.append(off)
    return provider


def provided_fields(kind: "Kind", viewer: Any) -> "dict[str, Field]":
    """What all providers give to the kind, as far as it exists for the viewer."""
    return {key: f for provider in _providers for key, f in provider(kind, viewer).items()}


def provided_fields_off(kind: "Kind", viewer: Any) -> "dict[str, Field]":
    """What they would give, were everything switched on."""
    return {key: f for provider in _providers_off for key, f in provider(kind, viewer).items()}
