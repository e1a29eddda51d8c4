"""Questions of a fixed shape, worded once per process.

Django words a query anew each time, which for "the rows of these fifty ids" takes longer than the
database takes to answer. A `Question` is worded once; afterwards only its values differ.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import Lookup
from django.db.models.base import ModelState


@models.UUIDField.register_lookup
@models.ForeignKey.register_lookup
@models.OneToOneField.register_lookup
class Among(Lookup):
    """`pk__among=ids`: like `in`, with the ids as one array instead of a parameter each."""

    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        """The array as it is."""
        return "%s", [value]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """`column = ANY(array)`."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right}::uuid[])", [*left_params, *right_params]


def array(ids: Iterable[Any]) -> str:
    """Ids as the text of an array, which is quoted as a whole and not one by one."""
    return f"{{{','.join(map(str, ids))}}}"


class Varies:
    """An argument of a question whose value differs each time, like that of its ids."""

    def __init__(self, value: Any) -> None:
        self.value = value


class Place:
    """Where a value comes in, while the statement is worded."""

    def __init__(self, index: int) -> None:
        self.index = index


@dataclass(frozen=True)
class Worded:
    """A statement, its parameters with the places of what varies, how its columns are read."""

    statement: str
    parameters: tuple[Any, ...]
    convert: Callable[[Iterable[Any]], Iterable[Any]]
    model: Any
    columns: tuple[str, ...]

    def filled(self, values: Sequence[Any]) -> list[Any]:
        """The parameters with values in their places."""
        return [values[one.index] if type(one) is Place else one for one in self.parameters]


class Question:
    """What a queryset gives for a list of ids, without building the queryset again.

    `build` takes the ids and further arguments. The ids, and arguments that come as `Varies`, are
    parameters of the statement: it gets a `Place` for each, and uses it in `__among` or in a
    `RawSQL("%s", (place,))`. All others shape the statement; they must be hashable and few.
    """

    def __init__(self, build: Callable[..., Any]) -> None:
        self._build = build
        self._worded: dict[tuple[Any, ...], Worded] = {}

    def rows(self, ids: Iterable[Any] = (), *given: Any) -> list[tuple[Any, ...]]:
        """The rows of a `values_list` queryset."""
        return list(self._ask(list(ids), given)[1])

    def objects(self, ids: Iterable[Any] = (), *given: Any) -> list[Any]:
        """The instances of a queryset that joins no others."""
        worded, rows = self._ask(list(ids), given)
        return [_instance(worded.model, worded.columns, row) for row in rows]

    def _ask(self, ids: list[Any], given: tuple[Any, ...]) -> tuple[Worded, Iterable[Any]]:
        shape = tuple(Varies if type(one) is Varies else one for one in given)
        worded = self._worded.get(shape)
        if worded is None:
            worded = self._worded[shape] = self._word(given)
        values = [array(ids), *(one.value for one in given if type(one) is Varies)]
        with connection.cursor() as cursor:
            cursor.execute(worded.statement, worded.filled(values))
            found = cursor.fetchall()
        return worded, worded.convert(found)

    def _word(self, given: tuple[Any, ...]) -> Worded:
        places = iter(map(Place, itertools.count(1)))
        shaping = [next(places) if type(one) is Varies else one for one in given]
        queryset = self._build(Place(0), *shaping)
        compiler = queryset.query.get_compiler(connection=connection)
        statement, parameters = compiler.as_sql()
        columns = [expression for expression, _sql, _alias in compiler.select]
        converters = compiler.get_converters(columns)

        def convert(rows: Iterable[Any]) -> Iterable[Any]:
            return compiler.apply_converters(rows, converters) if converters else rows

        targets = (getattr(column, "target", None) for column in columns)
        names = tuple(getattr(target, "attname", "") for target in targets)
        return Worded(statement, tuple(parameters), convert, queryset.model, names)


def _instance(model: Any, columns: Sequence[str], row: Sequence[Any]) -> Any:
    """What `Model.from_db` makes of a whole row, for models that add nothing to it.

    Nobody listens for the making of instances, and a constructor that sets thirty values one by
    one takes longer than the database takes to find the row.
    """
    made = model.__new__(model)
    made.__dict__.update(zip(columns, row, strict=True))
    made._state = state = ModelState()
    state.adding, state.db = False, "default"
    return made
