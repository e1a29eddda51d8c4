"""Addresses of the help."""

from django.urls import path

from orbita.help.views import ArticleView, HelpView, VoteView

urlpatterns = [
    path("help/", HelpView.as_view(), name="help"),
    path("help/<slug:slug>/", ArticleView.as_view(), name="help-article"),
    path("help/<slug:slug>/vote/", VoteView.as_view(), name="help-vote"),
]
