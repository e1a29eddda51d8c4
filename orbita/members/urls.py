"""Addresses of users, invitations and teams."""

from django.urls import path

from orbita.members.views import invitations, leaving, teams, users

urlpatterns = [
    path("invitation/", invitations.AcceptanceView.as_view(), name="invitation-acceptance"),
    path("invitation/<slug:token>/", invitations.InvitationView.as_view(), name="invitation"),
    path("settings/users/", users.UsersView.as_view(), name="users"),
    path("settings/users/new/", users.UserAddView.as_view(), name="user-add"),
    path(
        "settings/users/removed-in-filters/",
        users.RemovedShownView.as_view(),
        name="users-removed-in-filters",
    ),
    path("settings/users/<uuid:pk>/", users.UserView.as_view(), name="user"),
    path(
        "settings/users/<uuid:pk>/temporary-password/",
        users.TemporaryPasswordView.as_view(),
        name="user-temporary-password",
    ),
    path(
        "settings/users/<uuid:pk>/second-factor-removal/",
        users.FactorRemovalView.as_view(),
        name="user-second-factor-removal",
    ),
    path(
        "settings/users/<uuid:pk>/sessions-end/",
        users.SessionsEndView.as_view(),
        name="user-sessions-end",
    ),
    path(
        "settings/users/<uuid:pk>/tokens/<uuid:token>/revocation/",
        users.TokenRevocationView.as_view(),
        name="user-token-revocation",
    ),
    path(
        "settings/users/<uuid:pk>/suspension/",
        leaving.SuspensionView.as_view(),
        name="user-suspension",
    ),
    path("settings/users/<uuid:pk>/removal/", leaving.RemovalView.as_view(), name="user-removal"),
    path(
        "settings/users/<uuid:pk>/restoration/",
        leaving.RestorationView.as_view(),
        name="user-restoration",
    ),
    path(
        "settings/users/<uuid:pk>/hand-over/",
        leaving.HandingView.as_view(),
        name="user-hand-over",
    ),
    path("settings/hand-overs/<uuid:pk>/", leaving.HandOverView.as_view(), name="hand-over"),
    path(
        "settings/hand-overs/<uuid:pk>/cancellation/",
        leaving.HandOverCancellationView.as_view(),
        name="hand-over-cancellation",
    ),
    path(
        "settings/hand-overs/<uuid:pk>/continuation/",
        leaving.HandOverContinuationView.as_view(),
        name="hand-over-continuation",
    ),
    path("settings/invitations/", invitations.InvitationsView.as_view(), name="invitations"),
    path("settings/invitations/new/", invitations.InviteView.as_view(), name="invite"),
    path(
        "settings/invitations/<uuid:pk>/sending/",
        invitations.ResendView.as_view(),
        name="invitation-sending",
    ),
    path(
        "settings/invitations/<uuid:pk>/withdrawal/",
        invitations.WithdrawalView.as_view(),
        name="invitation-withdrawal",
    ),
    path("settings/teams/", teams.TeamsView.as_view(), name="teams"),
    path("settings/teams/new/", teams.TeamAddView.as_view(), name="team-add"),
    path("settings/teams/<uuid:pk>/", teams.TeamView.as_view(), name="team"),
    path("settings/teams/<uuid:pk>/change/", teams.TeamChangeView.as_view(), name="team-change"),
    path("settings/teams/<uuid:pk>/members/", teams.TeamMembersView.as_view(), name="team-members"),
    path("settings/teams/<uuid:pk>/moving/", teams.TeamMovingView.as_view(), name="team-moving"),
    path(
        "settings/teams/<uuid:pk>/deletion/",
        teams.TeamDeletionView.as_view(),
        name="team-deletion",
    ),
]
