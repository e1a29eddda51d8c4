"""Questions of a fixed shape, worded once per process.

Django words a query anew each time, which for "the rows of these fifty ids" takes longer than the
database takes to answer. A `Question` is worded once; afterwards only its ids differ.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import Lookup


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


PLACE = object()


@dataclass(frozen=True)
class Worded:
    """A statement, its parameters with the place of the ids, and how its columns are read."""

    statement: str
    parameters: tuple[Any, ...]
    place: int
    convert: Callable[[Iterable[Any]], Iterable[Any]]
    model: Any
    columns: tuple[str, ...]


class Question:
    """What a queryset gives for a list of ids, without building the queryset again.

    `build` takes the ids and further arguments, which must be hashable and few in their kinds,
    and uses the ids in exactly one `__among`.
    """

    def __init__(self, build: Callable[..., Any]) -> None:
        self._build = build
        self._worded: dict[tuple[Any, ...], Worded] = {}

    def rows(self, ids: Iterable[Any], *given: Any) -> list[tuple[Any, ...]]:
        """The rows of a `values_list` queryset."""
        return list(self._ask(list(ids), given)[1])

    def objects(self, ids: Iterable[Any], *given: Any) -> list[Any]:
        """The instances of a queryset that joins no others."""
        worded, rows = self._ask(list(ids), given)
        return [worded.model.from_db("default", worded.columns, row) for row in rows]

    def _ask(self, ids: list[Any], given: tuple[Any, ...]) -> tuple[Worded, Iterable[Any]]:
        worded = self._worded.get(given)
        if worded is None:
            worded = self._worded[given] = self._word(given)
        parameters = [*worded.parameters]
        parameters[worded.place] = ids
        with connection.cursor() as cursor:
            cursor.execute(worded.statement, parameters)
            found = cursor.fetchall()
        return worded, worded.convert(found)

    def _word(self, given: tuple[Any, ...]) -> Worded:
        queryset = self._build(PLACE, *given)
        compiler = queryset.query.get_compiler(connection=connection)
        statement, parameters = compiler.as_sql()
        (place,) = [i for i, parameter in enumerate(parameters) if parameter is PLACE]
        columns = [expression for expression, _sql, _alias in compiler.select]
        converters = compiler.get_converters(columns)

        def convert(rows: Iterable[Any]) -> Iterable[Any]:
            return compiler.apply_converters(rows, converters) if converters else rows

        names = tuple(getattr(column.target, "attname", "") for column in columns)
        return Worded(statement, tuple(parameters), place, convert, queryset.model, names)
