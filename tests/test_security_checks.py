"""The table of checks says the truth: what it names exists, and nothing is left out."""

import ast
import re
from collections import Counter, defaultdict

from orbita.launcher.paths import ROOT

TABLE = ROOT / "docs" / "security-checks.md"
ROW = re.compile(r"^\| ([A-Z]+)-(\d+) \| (.+?) \| (.*) \|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")
INSTEAD = re.compile(r"\b(?:Later|Reason:|later)|`make ")


def rows():
    return [
        (f"{name}-{number}", proof) for name, number, _w, proof in ROW.findall(TABLE.read_text())
    ]


def known_in(path):
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_check_stands_once_and_without_gaps():
    numbers = defaultdict(list)
    for check, _proof in rows():
        name, _dash, number = check.partition("-")
        numbers[name].append(int(number))
    assert Counter(check for check, _proof in rows()).most_common(1)[0][1] == 1
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    assert len(rows()) == 205


def test_every_check_has_a_proof_or_a_reason():
    empty = [
        check for check, proof in rows() if not TEST.search(proof) and not INSTEAD.search(proof)
    ]
    assert empty == []


def test_every_named_test_exists():
    named = [(check, path, test) for check, proof in rows() for path, test in TEST.findall(proof)]
    missing = [(check, path) for check, path, _test in named if not (ROOT / path).is_file()]
    assert missing == []
    found = {path: known_in(path) for _check, path, _test in named}
    assert [one for one in named if one[2] and one[2] not in found[one[1]]] == []
