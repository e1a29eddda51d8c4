"""The help: its articles, its search, what is switched off, and who is led to it from where."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from orbita.help.articles import COLLECTIONS
from orbita.help.models import Vote
from orbita.help.places import EMPTY, LISTS, PAGES, SECTIONS
from orbita.help.reading import read
from orbita.preferences.declared import sections
from orbita.preferences.models import StoredSetting

ARTICLES = [one for collection in COLLECTIONS for one in collection.articles]
FILES = Path(__file__).parents[1] / "templates" / "help" / "articles"
_HREF = re.compile(r'href="([^"]*)"')


@pytest.fixture(params=["pl", "en"])
def language(request: Any) -> Iterator[str]:
    """Each language in turn."""
    with translation.override(request.param):
        yield request.param


def links(page: str) -> set[str]:
    """Where the article itself leads; links of the frame around it are not its own."""
    article = page[page.index("<article") : page.index("</article>")]
    return set(_HREF.findall(article))


def test_each_language_has_a_file_for_each_article_and_no_other() -> None:
    slugs = sorted(one.slug for one in ARTICLES)
    for language in ("pl", "en"):
        assert sorted(file.stem for file in (FILES / language).iterdir()) == slugs


def test_every_article_has_a_title_of_its_own_text_and_a_table_of_contents(
    features: None, language: str
) -> None:
    texts = [read(article, is_administrator=False) for article in ARTICLES]
    assert len({text.title for text in texts}) == len(ARTICLES)
    for text in texts:
        anchors = [heading.anchor for heading in text.headings]
        assert len(anchors) > 1, text.slug
        assert len(set(anchors)) == len(anchors), text.slug
        assert text.body.count("<h2") == len(anchors), text.slug
        assert 100 < len(" ".join(text.blocks).split()) < 400, text.slug


def test_both_languages_say_the_same_under_the_same_headings(features: None) -> None:
    def shape(article: Any, language: str) -> list[str]:
        with translation.override(language):
            body = read(article, is_administrator=True).body
        return re.findall(r'<h2 id="[^"]+"|<(?:li|p|tr)\b', body)

    for article in ARTICLES:
        assert shape(article, "pl") == shape(article, "en"), article.slug


@pytest.mark.parametrize("are_on", [True, False])
@pytest.mark.parametrize("tongue", ["pl", "en"])
def test_every_link_of_an_article_leads_somewhere(
    client: Any, anna: Any, request: Any, are_on: bool, tongue: str
) -> None:
    if are_on:
        request.getfixturevalue("features")
    anna.language = tongue
    anna.save()
    client.as_(anna)
    for article in ARTICLES:
        if not article.is_offered:
            continue
        for link in links(client.get(reverse("help-article", args=[article.slug])).text):
            if link == reverse("sources") or link == reverse("relation-types"):
                assert are_on, (article.slug, link)
            status = client.get(link, follow=True).status_code
            assert status == 200, (article.slug, link, status)


def test_the_help_names_all_articles_and_leads_to_each(
    client: Any, kasia: Any, features: None
) -> None:
    page = client.as_(kasia).get("/help/").text
    for article in ARTICLES:
        url = reverse("help-article", args=[article.slug])
        assert f'href="{url}"' in page
        found = client.get(url)
        assert found.status_code == 200
        assert "<h1>" in found.text


def test_strangers_are_led_to_the_log_in(client: Any, kasia: Any) -> None:
    assert client.get("/help/").status_code == 302
    assert client.get("/help/contacts/").status_code == 302


def test_an_article_says_what_it_contains_and_where_to_read_on(client: Any, kasia: Any) -> None:
    page = client.as_(kasia).get("/help/lists/").text
    assert 'href="#filters"' in page
    assert 'id="filters"' in page
    assert "Updated: 22\N{NO-BREAK SPACE}Nov\N{NO-BREAK SPACE}2026" in page
    assert 'href="/help/list-operations/"' in page[page.index("See also") :]


def test_only_administrators_get_links_to_the_settings(client: Any, anna: Any, kasia: Any) -> None:
    page = client.as_(kasia).get("/help/users/").text
    assert "<strong>Account settings > Users</strong>" in page
    assert "/settings/" not in "".join(links(page))
    page = client.as_(anna).get("/help/users/").text
    assert f'<a href="{reverse("users")}">Account settings > Users</a>' in page


def found(client: Any, words: str) -> list[str]:
    """The slugs that the search answers, in their order."""
    page = client.get("/help/", {"q": words}).text
    return re.findall(r'href="/help/([a-z-]+)/"', page[page.index('id="help-results"') :])


def test_the_search_leaves_case_diacritics_and_endings_open(
    client: Any, kasia: Any, features: None
) -> None:
    kasia.language = "pl"
    kasia.save()
    client.as_(kasia)
    for typed in ("powiązania", "POWIAZANIA", "powiązaniami", "powiazanie"):
        first = {"relations", "relation-types", "relation-map", "import-relations"}
        assert set(found(client, typed)[:4]) == first, typed
    assert found(client, "cofnac import")
    assert found(client, "zrodla pozyskania")[0] == "sources"


def test_the_search_wants_all_words_and_shows_the_passage(client: Any, kasia: Any) -> None:
    client.as_(kasia)
    assert "notes-files" in found(client, "mention notified")
    assert found(client, "mention zzzz") == []
    page = client.get("/help/", {"q": "nip"}).text
    assert "<mark>NIP" in page
    assert "No article matches" in client.get("/help/", {"q": "zzzz"}).text


def test_what_is_typed_is_shown_as_text(client: Any, kasia: Any) -> None:
    page = client.as_(kasia).get("/help/", {"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page


@pytest.mark.parametrize("article", [one for one in ARTICLES if one.feature])
def test_what_is_switched_off_has_no_article(
    client: Any, kasia: Any, features: None, article: Any
) -> None:
    client.as_(kasia)
    url = reverse("help-article", args=[article.slug])
    title = read(article, is_administrator=False).title
    assert client.get(url).status_code == 200
    assert article.slug in found(client, title)
    StoredSetting.objects.filter(key=f"addons.{article.feature}").update(value=False)
    assert f'href="{url}"' not in client.get("/help/").text
    assert article.slug not in found(client, title)
    answer = client.get(url)
    assert answer.status_code == 404
    assert "switched off" in answer.text


def test_what_is_switched_off_is_not_mentioned_in_passing(client: Any, kasia: Any) -> None:
    client.as_(kasia)
    always = {one.slug for one in ARTICLES if not one.feature} - {"account"}
    for url in ("/help/", *(f"/help/{slug}/" for slug in always)):
        page = client.get(url).text
        own = page[page.index('<div class="page help-page') : page.index("</main>")].lower()
        assert re.findall(r"\b(?:relations?|spaces?|sources?)\b", own) == [], url


def test_an_unknown_article_is_not_there(client: Any, kasia: Any) -> None:
    assert client.as_(kasia).get("/help/nothing/").status_code == 404


def test_every_page_of_the_settings_leads_to_an_article(
    client: Any, anna: Any, features: None
) -> None:
    client.as_(anna)
    pages = {section.key: section.address() for section in sections() if section.address()}
    assert len(pages) > 15
    for key, url in pages.items():
        page = client.get(url, follow=True).text
        where = page[page.index('<main id="main"') :]
        assert where.count('class="help-link" href="/help/') == 1, key


def test_the_tables_name_articles_and_pages_that_exist(features: None) -> None:
    slugs = {one.slug for one in ARTICLES}
    for table in (SECTIONS, PAGES, EMPTY, LISTS):
        assert set(table.values()) <= slugs
    keys = {section.key for section in sections()} | {"search"}
    assert set(SECTIONS) >= {section.key for section in sections() if section.address()}
    assert set(SECTIONS) <= keys
    assert all(slug in slugs for one in ARTICLES for slug in one.related)


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("/companies/", "contacts"),
        ("/persons/", "contacts"),
        ("/deals/", "deals"),
        ("/products/", "products"),
        ("/spaces/", "spaces"),
        ("/bin/", "undo"),
        ("/imports/", "import-file"),
        ("/imports/new/", "import-file"),
    ],
)
def test_empty_pages_and_the_import_lead_to_their_article(
    client: Any, kasia: Any, features: None, url: str, slug: str
) -> None:
    page = client.as_(kasia).get(url).text
    assert f'class="help-link" href="/help/{slug}/"' in page


def test_a_list_with_rows_needs_no_help(client: Any, kasia: Any, make: Any) -> None:
    make("company", title="Alfa", owner=kasia)
    assert "help-link" not in client.as_(kasia).get("/companies/").text


def test_the_menu_has_the_help_for_everybody(client: Any, kasia: Any) -> None:
    page = client.as_(kasia).get("/companies/").text
    assert '<a class="side-link" href="/help/"' in page


def test_in_a_drawer_the_next_article_opens_there_too(client: Any, kasia: Any) -> None:
    headers = {"HX-Request": "true", "X-Modal": "drawer"}
    drawer = client.as_(kasia).get("/help/lists/", headers=headers).text
    assert 'href="/help/export/" data-modal="drawer"' in drawer
    assert 'href="/help/export/">' in client.get("/help/lists/").text


def test_a_reader_says_whether_it_helped_and_may_think_again(client: Any, kasia: Any) -> None:
    client.as_(kasia)
    page = client.get("/help/lists/").text
    assert "Did this answer your question?" in page
    assert 'aria-pressed="true"' not in page[page.index("help-vote") :]
    for _twice in range(2):
        shown = client.post("/help/lists/vote/", {"helpful": "1"}, follow=True).text
    assert 'value="1" aria-pressed="true"' in shown
    assert list(Vote.objects.values_list("slug", "is_helpful")) == [("lists", True)]
    shown = client.post("/help/lists/vote/", {"helpful": "0"}, follow=True).text
    assert 'value="0" aria-pressed="true"' in shown
    assert list(Vote.objects.values_list("reader", "is_helpful")) == [(kasia.pk, False)]


def test_a_vote_on_nothing_or_without_an_answer_is_refused(client: Any, kasia: Any) -> None:
    client.as_(kasia)
    assert client.post("/help/nothing/vote/", {"helpful": "1"}).status_code == 404
    assert client.post("/help/relations/vote/", {"helpful": "1"}).status_code == 404
    assert client.post("/help/lists/vote/", {"helpful": "2"}).status_code == 400
    assert client.post("/help/lists/vote/").status_code == 400
    assert not Vote.objects.exists()


def test_administrators_see_sums_and_nobody_sees_whose_votes_they_are(
    client: Any, anna: Any, kasia: Any, piotr: Any
) -> None:
    for reader, helpful in ((kasia, "1"), (piotr, "0")):
        client.as_(reader).post("/help/lists/vote/", {"helpful": helpful})
    assert "help-votes" not in client.as_(piotr).get("/help/").text
    page = client.as_(anna).get("/help/").text
    assert page.count("help-votes") == 1
    assert "It helped: 1, it did not: 1" in page
    assert "Kasia" not in page
