"""Questions of a fixed shape, worded once per process.

Django words a query anew each time, which for "the rows of these fifty ids" takes longer than the
database takes to answer. A `Question` is worded once; afterwards only its values differ.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Lookup
from django.db.models.base import ModelState
from django.db.models.expressions import RawSQL
from django.db.models.query import get_related_populators


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


@models.CharField.register_lookup
@models.TextField.register_lookup
class Like(Among):
    """`name__like=pattern`: a pattern of SQL (see `pattern`), which may come in later."""

    lookup_name = "like"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """`column LIKE pattern`."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} LIKE {right}", [*left_params, *right_params]


def pattern(text: str, *, before: str = "", after: str = "%") -> str:
    """What LIKE understands as this text, whatever its signs, between the two.

    >>> pattern("50%", before="%")
    '%50\\\\%%'
    """
    return before + connection.ops.prep_for_like_query(text) + after


def value(given: Any, type: str) -> RawSQL:
    """A value, or the place of one, of a type of PostgreSQL: for all lookups but ours."""
    return RawSQL(f"%s::{type}", (given,))  # noqa: S611 - the type is never a user's


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
    """A statement, its parameters with the places of what varies, how its rows are read."""

    statement: str
    parameters: tuple[Any, ...]
    convert: Callable[[Iterable[Any]], Iterable[Any]] = iter
    instance: Callable[[Sequence[Any]], Any] = tuple

    def filled(self, values: Sequence[Any]) -> list[Any]:
        """The parameters with values in their places."""
        return [values[one.index] if type(one) is Place else one for one in self.parameters]


MOST_WORDINGS = 500


class Question:
    """What a queryset gives for a list of ids, without building the queryset again.

    `build` takes the ids and further arguments. The ids, and arguments that come as `Varies`, are
    parameters of the statement: it gets a `Place` for each, and uses it in `__among`, in `__like`
    or as a `value`. All others shape the statement; they must be hashable and few.
    """

    def __init__(self, build: Callable[..., Any]) -> None:
        self._build = build
        self._worded: dict[tuple[Any, ...], Worded] = {}

    def rows(self, ids: Iterable[Any] = (), *given: Any) -> list[tuple[Any, ...]]:
        """The rows of a `values_list` queryset."""
        return list(self._ask(list(ids), given)[1])

    def objects(self, ids: Iterable[Any] = (), *given: Any) -> list[Any]:
        """The instances of a queryset, with what it joins and annotates."""
        worded, rows = self._ask(list(ids), given)
        return [worded.instance(row) for row in rows]

    def _ask(self, ids: list[Any], given: tuple[Any, ...]) -> tuple[Worded, Iterable[Any]]:
        shape = tuple(Varies if type(one) is Varies else one for one in given)
        worded = self._worded.get(shape)
        if worded is None:
            places = iter(map(Place, itertools.count(1)))
            shaping = [next(places) if type(one) is Varies else one for one in given]
            if len(self._worded) >= MOST_WORDINGS:
                self._worded.clear()
            worded = self._worded[shape] = self._word(self._build(Place(0), *shaping))
        if not worded.statement:
            return worded, ()
        values = [array(ids), *(one.value for one in given if type(one) is Varies)]
        with connection.cursor() as cursor:
            cursor.execute(worded.statement, worded.filled(values))
            found = cursor.fetchall()
        return worded, worded.convert(found)

    def _word(self, queryset: Any) -> Worded:
        compiler = queryset.query.get_compiler(connection=connection)
        try:
            statement, parameters = compiler.as_sql()
        except EmptyResultSet:
            return Worded("", ())
        converters = compiler.get_converters(
            [expression for expression, _sql, _alias in compiler.select]
        )

        def convert(rows: Iterable[Any]) -> Iterable[Any]:
            return compiler.apply_converters(rows, converters) if converters else rows

        return Worded(statement, tuple(parameters), convert, _reading(queryset.model, compiler))


class Composition(Question):
    """A question of several querysets: `build` gives the statement itself and its parameters."""

    def _word(self, composed: Any) -> Worded:
        statement, parameters = composed
        return Worded(statement, tuple(parameters))


def _reading(model: Any, compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """How a row of the compiled statement becomes an instance."""
    if compiler.klass_info is None:
        return tuple
    chosen = compiler.klass_info["select_fields"]
    columns = slice(chosen[0], chosen[-1] + 1)
    names = [expression.target.attname for expression, _sql, _alias in compiler.select[columns]]
    joined = get_related_populators(compiler.klass_info, compiler.select, "default")  # type: ignore[call-arg]
    annotations = compiler.annotation_col_map.items()

    def instance(row: Sequence[Any]) -> Any:
        made = _instance(model, names, row[columns])
        for one in joined:
            one.populate(row, made)
        for name, column in annotations:
            setattr(made, name, row[column])
        return made

    return instance


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
