"""Figures with their budgets, and how they are shown."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which `percent` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


@dataclass
class Figure:
    """One line of the table. `less_is_better` says on which side of the budget it should be.

    `slowness` is how much more time than the machine of the budgets this one takes for the least
    that Django can do; a budget that the machine cannot keep is judged in proportion.
    """

    size: str
    name: str
    viewer: str
    value: float
    unit: str = "ms"
    p50: float | None = None
    queries: int | None = None
    budget: float | None = None
    query_budget: int | None = None
    less_is_better: bool = True
    ratio: float | None = None
    slowness: float = 1.0
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        """Whether it keeps its budgets; one without any does."""
        asked, allowed = self.queries, self.query_budget
        if asked is not None and allowed is not None and asked > allowed:
            return False
        return self.keeps(self.slowness)

    def keeps(self, slowness: float) -> bool:
        """Whether the value keeps its budget on a machine that is so much slower."""
        if self.budget is None:
            return True
        if self.less_is_better:
            return self.value <= self.budget * slowness
        return self.value >= self.budget / slowness

    def line(self) -> list[str]:
        """The cells of the table."""
        sign = "≤" if self.less_is_better else "≥"
        budget = f"{sign} {self.budget:g}" if self.budget is not None else ""
        if self.query_budget is not None:
            budget += f", ≤ {self.query_budget} queries"
        return [
            self.size,
            self.name,
            self.viewer,
            f"{self.p50:.1f}" if self.p50 is not None else "",
            f"{self.value:.1f} {self.unit}",
            f"×{self.ratio:.1f}" if self.ratio is not None else "",
            str(self.queries) if self.queries is not None else "",
            budget,
            "" if self.budget is None and self.query_budget is None else self.verdict(),
        ]

    def verdict(self) -> str:
        """In a word."""
        if not self.is_ok:
            return "OVER"
        return "ok" if self.keeps(1.0) else f"ok (machine ×{self.slowness:.1f})"


HEAD = ["records", "what", "viewer", "p50", "p95 or value", "ratio", "queries", "budget", ""]


def table(figures: Sequence[Figure]) -> str:
    """The figures as text in columns."""
    lines = [HEAD, *(figure.line() for figure in figures)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    right = (3, 4, 5, 6)
    rows = []
    for line in lines:
        cells = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        rows.append("  ".join(cells).rstrip())
    return "\n".join([rows[0], "-" * len(rows[0]), *rows[1:]])


def write_json(path: Path, figures: Sequence[Figure], about: dict[str, Any]) -> None:
    """All figures as a file."""
    entries = [{**asdict(figure), "ok": figure.is_ok} for figure in figures]
    path.write_text(json.dumps({**about, "figures": entries}, indent=1, ensure_ascii=False) + "\n")


def read_json(path: Path) -> list[Figure]:
    """The figures of a file, without those of the machine itself."""
    entries = json.loads(path.read_text())["figures"]
    names = {one.name for one in fields(Figure)}
    found = [Figure(**{k: v for k, v in entry.items() if k in names}) for entry in entries]
    return [figure for figure in found if figure.name.startswith(("import", "COPY"))]
