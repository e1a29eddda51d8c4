"""Addresses of notes and comments."""

from django.urls import path

from orbita.notes import views

urlpatterns = [
    path("<kind:kind>/<uuid:pk>/notes/", views.NotesView.as_view(), name="notes"),
    path("notes/<uuid:pk>/", views.NoteView.as_view(), name="note"),
    path("notes/<uuid:pk>/edit/", views.NoteEditView.as_view(), name="note-edit"),
    path("notes/<uuid:pk>/deletion/", views.NoteDeletionView.as_view(), name="note-deletion"),
    path(
        "notes/<uuid:pk>/restoration/", views.NoteRestorationView.as_view(), name="note-restoration"
    ),
    path("notes/<uuid:pk>/pin/", views.NotePinView.as_view(), name="note-pin"),
    path("notes/<uuid:pk>/comments/", views.CommentsView.as_view(), name="comments"),
    path("comments/<uuid:pk>/edit/", views.CommentEditView.as_view(), name="comment-edit"),
    path(
        "comments/<uuid:pk>/deletion/", views.CommentDeletionView.as_view(), name="comment-deletion"
    ),
    path(
        "comments/<uuid:pk>/restoration/",
        views.CommentRestorationView.as_view(),
        name="comment-restoration",
    ),
    path("mentions/", views.MentionSuggestView.as_view(), name="mention-suggest"),
]
