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


def provide(provider: Provider) -> Provider:
    """Have `provider(kind, viewer)` give fields by key, in their order; also as a decorator.

    It is asked often, so it asks the database nothing; `viewer` is None for the system itself.
    """
    _providers.append(provider)
    return provider


def provided_fields(kind: "Kind", viewer: Any) -> "dict[str, Field]":
    """What all providers give to the kind, as far as it exists for the viewer."""
    return {key: f for provider in _providers for key, f in provider(kind, viewer).items()}
