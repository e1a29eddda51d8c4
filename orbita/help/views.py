"""The pages of the help: all articles, the search, one article."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from orbita.help.articles import find_article, offered, related_to
from orbita.help.finding import LONGEST, find_articles
from orbita.help.reading import read
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
            context["collections"] = [
                (one, [read(each, is_administrator=user.is_administrator) for each in articles])
                for one, articles in offered()
            ]
        return render(request, "help/index.html", context)


class ArticleView(View):
    """GET /help/<slug>/: an article, with what it contains and where to read on."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The page, also in a drawer beside the page that led here."""
        user: Any = request.user
        article = find_article(slug)
        if article is None:
            raise Http404
        refuse_switched_off(article.feature)
        context = {
            "article": article,
            "text": read(article, is_administrator=user.is_administrator),
            "related": [
                read(one, is_administrator=user.is_administrator) for one in related_to(article)
            ],
        }
        return render(request, "help/article.html", context)
