"""A shelf behaves as a dictionary, however little of it is in memory."""

from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orbita.records.several import Several
from orbita.ui.shelves import Shelf

NUMBERS = st.integers(0, 5)
KEYS = (
    NUMBERS
    | st.sampled_from(["a", "b", "1"])
    | NUMBERS.map(lambda number: UUID(int=number))
    | st.tuples(st.integers(0, 2), st.sampled_from(["ą", "x"]))
)
busy_machine = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
STEPS = st.lists(st.tuples(st.sampled_from(["set", "drop", "clear"]), KEYS, st.integers()))


@busy_machine
@given(STEPS, st.integers(1, 4))
def test_a_shelf_answers_as_a_dictionary(steps, most):
    shelf, known = Shelf[int](most), {}
    for verb, key, value in steps:
        if verb == "set":
            shelf[key] = known[key] = value
        elif verb == "drop":
            shelf.drop(key)
            known.pop(key, None)
        elif value % 7 == 0:
            shelf.clear()
            known.clear()
        assert all(shelf.get(key) == known.get(key) for _verb, key, _value in steps)
        assert all((key in shelf) == (key in known) for _verb, key, _value in steps)
        assert len(shelf._near) < most


@busy_machine
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4))), st.integers(1, 3))
def test_several_values_keep_their_order_on_a_shelf(pairs, most):
    several, known = Several[int](most), {}
    for key, value in pairs:
        several.add(key, value)
        if value not in known.setdefault(key, []):
            known[key].append(value)
    for key, values in known.items():
        assert several.of(key) == values
        several.drop(key, lambda value: value % 2 == 0)
        assert several.of(key) == [value for value in values if value % 2]
