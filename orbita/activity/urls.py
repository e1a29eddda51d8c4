"""Addresses of the start page, of notifications, and of what one does with a record's news."""

from django.urls import path

from orbita.activity import views

urlpatterns = [
    path("", views.DashboardView.as_view(), name="dashboard"),
    path("notifications/", views.NotificationsView.as_view(), name="notifications"),
    path("notifications/reading/", views.ReadingView.as_view(), name="notifications-reading"),
    path("notifications/count/", views.BellView.as_view(), name="notifications-count"),
    path("notifications/<int:pk>/", views.OpeningView.as_view(), name="notification"),
    path("<kind:kind>/<uuid:pk>/follows/", views.FollowsView.as_view(), name="follows"),
    path("<kind:kind>/<uuid:pk>/wall/", views.WallView.as_view(), name="wall"),
    path("<kind:kind>/<uuid:pk>/wall/scope/", views.WallScopeView.as_view(), name="wall-scope"),
    path("<kind:kind>/<uuid:pk>/email/", views.EmailView.as_view(), name="write-email"),
]
