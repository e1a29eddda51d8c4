"""Addresses of notes and comments."""

from django.urls import path

from orbita.notes import comment_views, suggest_views, version_views, views

urlpatterns = [
    path("<kind:kind>/<uuid:pk>/notes/", views.NotesView.as_view(), name="notes"),
    path("<kind:kind>/<uuid:pk>/calls/", views.CallsView.as_view(), name="calls"),
    path(
        "<kind:kind>/<uuid:pk>/notes/readers/",
        suggest_views.NoteReadersView.as_view(),
        name="note-readers",
    ),
    path("notes/<uuid:pk>/", views.NoteView.as_view(), name="note"),
    path(
        "notes/<uuid:pk>/versions/", version_views.NoteVersionsView.as_view(), name="note-versions"
    ),
    path("notes/<uuid:pk>/edit/", views.NoteEditView.as_view(), name="note-edit"),
    path("notes/<uuid:pk>/deletion/", views.NoteDeletionView.as_view(), name="note-deletion"),
    path(
        "notes/<uuid:pk>/restoration/", views.NoteRestorationView.as_view(), name="note-restoration"
    ),
    path("notes/<uuid:pk>/pin/", views.NotePinView.as_view(), name="note-pin"),
    path("notes/<uuid:pk>/comments/", comment_views.CommentsView.as_view(), name="comments"),
    path(
        "comments/<uuid:pk>/versions/",
        version_views.CommentVersionsView.as_view(),
        name="comment-versions",
    ),
    path("comments/<uuid:pk>/edit/", comment_views.CommentEditView.as_view(), name="comment-edit"),
    path(
        "comments/<uuid:pk>/deletion/",
        comment_views.CommentDeletionView.as_view(),
        name="comment-deletion",
    ),
    path(
        "comments/<uuid:pk>/restoration/",
        comment_views.CommentRestorationView.as_view(),
        name="comment-restoration",
    ),
    path("mentions/", suggest_views.MentionSuggestView.as_view(), name="mention-suggest"),
]
