"""The watch over the pages sees what it is for."""

import pytest

from tests.browser.watching import Watch

BAD = {
    "CSP violation": "const x = document.createElement('style'); x.textContent = 'p{}';"
    " document.body.append(x)",
    "another host": "location.href = 'http://127.0.0.1:9/'",
    "error on": "setTimeout(() => { throw new Error('broken') })",
    "404": "fetch('/nothing/')",
    "console error": "console.error('broken')",
}


@pytest.mark.parametrize("problem", BAD)
def test_a_problem_of_a_page_is_noticed(browse, kasia, watches: list[Watch], problem):
    page = browse(kasia)
    page.evaluate(f"() => {{ {BAD[problem]} }}")
    page.wait_for_timeout(400)
    assert any(problem in text for text in watches[0].problems)
    watches[0].problems.clear()
