"""SQL that the ORM has no word for."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    Expression,
    ExpressionWrapper,
    OuterRef,
    Q,
    Value,
)
from django.db.models.expressions import Combinable


class RowIsPast(Expression):
    """`(key, id) > (value, id)` as one row comparison, which an index range answers at any depth.

    With `backwards` it is `<`. Spelled out with OR it would scan the index from its beginning.
    """

    conditional = True
    output_field = BooleanField()

    def __init__(self, left: list[Any], right: list[Any], *, backwards: bool) -> None:
        super().__init__()
        self.left = [side if isinstance(side, Combinable) else Value(side) for side in left]
        self.right = [
            side if hasattr(side, "resolve_expression") else Value(side) for side in right
        ]
        self.operator = "<" if backwards else ">"

    def get_source_expressions(self) -> list[Any]:
        """Both sides."""
        return [*self.left, *self.right]

    def set_source_expressions(self, exprs: Any) -> None:
        """Both sides, resolved."""
        half = len(exprs) // 2
        self.left, self.right = exprs[:half], exprs[half:]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The row comparison."""
        sides: list[str] = []
        params: list[Any] = []
        for side in (self.left, self.right):
            compiled = [compiler.compile(expression) for expression in side]
            sides.append("(" + ", ".join(sql for sql, _params in compiled) + ")")
            for _sql, side_params in compiled:
                params.extend(side_params)
        return f"{sides[0]} {self.operator} {sides[1]}", params


class Has(Exists):
    """EXISTS over the rows of a satellite that belong to the outer record.

    The planner is free to join, unless the rows are asked one by one: when the whole query probes
    (`probing.py`) or this condition is to be asked `alone`. OFFSET 0 keeps a subquery from being
    turned into a join; shortcuts inside fall away, too.
    """

    def __init__(self, queryset: Any, *, alone: bool = False, **kwargs: Any) -> None:
        super().__init__(queryset, **kwargs)
        self.alone = alone

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **kwargs: Any) -> Any:
        """The condition, with the fence where it is wanted."""
        is_asked_alone = self.alone or getattr(compiler.query, "probes", False)
        self.query.probes = is_asked_alone  # type: ignore[attr-defined]
        if is_asked_alone:
            kwargs.setdefault("template", "EXISTS(%(subquery)s OFFSET 0)")
        return super().as_sql(compiler, connection, *args, **kwargs)


class Shortcut(ExpressionWrapper):
    """A condition that follows from others and finds their rows sooner, by an index.

    Where the whole query probes, each row is asked by itself and this would only cost; one that
    `lasts` stays where the rows are walked in the order of the list.
    """

    lasts = False

    def __init__(self, condition: Q) -> None:
        super().__init__(condition, output_field=BooleanField())
        self.condition = condition

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The condition, or nothing that would have to be asked."""
        query = compiler.query
        if getattr(query, "probes", False) and not (self.lasts and getattr(query, "walks", False)):
            return "TRUE", []
        return super().as_sql(compiler, connection)


class Sieve(ExpressionWrapper):
    """A condition that follows from others and is asked sooner than they are.

    Only where the whole query probes: an index of the others finds their rows by itself.
    """

    def __init__(self, condition: Q) -> None:
        super().__init__(condition, output_field=BooleanField())
        self.condition = condition

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The condition, or nothing where rows are not asked one by one."""
        if getattr(compiler.query, "probes", False):
            return super().as_sql(compiler, connection)
        return "TRUE", []


def has_many(rows: Any, every: Any, near: str, number: int) -> Q:
    """The record has at least so many of these rows, which name it in the column `near`.

    `every` are the rows among which they are, without the conditions that are costly to ask: the
    records that have so many of those are found first, by one walk along an index.
    """
    grouped = every.order_by().values(near).annotate(number=Count("pk"))
    candidates = grouped.filter(number__gte=number).values(near)
    own = rows.filter(**{near: OuterRef("pk")})[number - 1 : number]
    return Q(Shortcut(Q(pk__among=ArraySubquery(candidates)))) & Q(Exists(own))
