"""The pages of the help: all articles, the search, one article, a vote on it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views import View

from orbita.help.articles import Article, find_article, offered, related_to
from orbita.help.finding import LONGEST, find_articles
from orbita.help.reading import read
from orbita.help.voting import all_votes, vote_of, vote_on
from orbita.records.off import refuse_switched_off


class HelpView(View):
    """GET /help/?q=…: the collections, or the articles in which the words stand."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        user: Any = request.user
        typed = request.GET.get("q", "")[:LONGEST].strip()
        context: dict[str, Any] = {"q": typed, "longest": LONGEST}
        if typed:
            context["found"] = find_articles(typed, is_administrator=user.is_administrator)
        else:
            context["collections"] = _collections(is_administrator=user.is_administrator)
        return render(request, "help/index.html", context)


class ArticleView(View):
    """GET /help/<slug>/: an article, with what it contains and where to read on."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The page, also in a drawer beside the page that led here."""
        user: Any = request.user
        article = _known_article(slug)
        context = {
            "article": article,
            "text": read(article, is_administrator=user.is_administrator),
            "related": [
                read(one, is_administrator=user.is_administrator) for one in related_to(article)
            ],
            "vote": vote_of(user, article),
        }
        return render(request, "help/article.html", context)


class VoteView(View):
    """POST /help/<slug>/vote/ with `helpful`, 1 or 0: whether the article answered the question."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Note it and show the article, which says so."""
        user: Any = request.user
        article = _known_article(slug)
        helpful = request.POST.get("helpful")
        if helpful not in ("0", "1"):
            return HttpResponseBadRequest()
        vote_on(article, is_helpful=helpful == "1", by=user)
        return redirect("help-article", slug=slug)


def _known_article(slug: str) -> Article:
    article = find_article(slug)
    if article is None:
        raise Http404
    refuse_switched_off(article.feature)
    return article


def _collections(*, is_administrator: bool) -> list[tuple[Any, list[tuple[Any, Any]]]]:
    """Collections with what their articles say; for administrators with the votes."""
    votes = all_votes() if is_administrator else {}
    return [
        (
            collection,
            [
                (read(one, is_administrator=is_administrator), votes.get(one.slug))
                for one in articles
            ],
        )
        for collection, articles in offered()
    ]
