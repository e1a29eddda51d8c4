"""Addresses of records, the same for every kind."""

from django.urls import include, path

from orbita.records.dictionaries import DICTIONARIES
from orbita.records.views import (
    adding,
    bin_section,
    binning,
    cards,
    counting,
    deeds,
    dictionaries,
    dictionary_settings,
    duplicates,
    erasing,
    export,
    form,
    left_panel,
    list_settings,
    merging,
    operations,
    profile,
    roles,
    segment_points,
    suggestions,
    undo,
)
from orbita.records.views import bin as bin_views
from orbita.records.views import list as list_views
from orbita.records.views import sources as source_views

SOURCES = "settings/sources"

urlpatterns = [
    path(f"{SOURCES}/", source_views.SourcesView.as_view(), name="sources"),
    path(f"{SOURCES}/prefill/", source_views.PrefillView.as_view(), name="sources-prefill"),
    path(f"{SOURCES}/new/", source_views.SourceAddView.as_view(), name="source-add"),
    path(f"{SOURCES}/order/", source_views.SourcesOrderView.as_view(), name="sources-order"),
    path(f"{SOURCES}/<int:pk>/", source_views.SourceView.as_view(), name="source"),
    path(
        f"{SOURCES}/<int:pk>/archiving/",
        source_views.SourceArchivingView.as_view(),
        name="source-archiving",
    ),
    path(
        f"{SOURCES}/<int:pk>/restoration/",
        source_views.SourceRestorationView.as_view(),
        name="source-restoration",
    ),
    path(
        f"{SOURCES}/<int:pk>/removal/",
        source_views.SourceRemovalView.as_view(),
        name="source-removal",
    ),
    path("settings/roles/", roles.FirstRoleView.as_view(), name="settings-roles"),
    path("settings/roles/<slug:role>/", roles.RoleView.as_view(), name="settings-role"),
    path("settings/forms/", include("orbita.records.settings_urls")),
    path("settings/segments/", include("orbita.records.segment_urls")),
    path("search/", suggestions.SearchView.as_view(), name="search"),
    path("search/suggestions/", suggestions.SearchSuggestView.as_view(), name="search-suggest"),
    path("people/suggestions/", suggestions.SuggestPeopleView.as_view(), name="suggest-people"),
    path("bin/", bin_views.BinView.as_view(), name="bin"),
    path("bin/parts/<slug:key>/", bin_section.BinSectionView.as_view(), name="bin-section"),
    path("bin/operations/", operations.OperationsMenuView.as_view(), name="bin-operations"),
    path("bin/operations/<slug:key>/", operations.OperationView.as_view(), name="bin-operation"),
    path(
        "bin/operations/<slug:key>/runs/",
        operations.OperationRunsView.as_view(),
        name="bin-operation-runs",
    ),
    path("operations/<uuid:pk>/", operations.RunView.as_view(), name="operation-run"),
    path(
        "operations/<uuid:pk>/cancellation/",
        operations.RunCancellationView.as_view(),
        name="operation-run-cancellation",
    ),
    path(
        "operations/<uuid:pk>/continuation/",
        operations.RunContinuationView.as_view(),
        name="operation-run-continuation",
    ),
    path("exports/<uuid:pk>/", export.export_job, name="export-job"),
    path("exports/<uuid:pk>/progress/", export.progress, name="export-progress"),
    path("exports/<uuid:pk>/cancellation/", export.cancellation, name="export-cancellation"),
    path("exports/<uuid:pk>/file/", export.download, name="export-file"),
    path("operations/", undo.operations, name="operations"),
    path("undo/<uuid:pk>/", undo.UndoView.as_view(), name="undo"),
    path("undo/<uuid:pk>/progress/", undo.progress, name="undo-progress"),
    path("undo/<uuid:pk>/leftovers/", undo.leftovers, name="undo-leftovers"),
    path("undo/<uuid:pk>/cancellation/", undo.cancellation, name="undo-cancellation"),
    *(
        path(
            f"settings/dictionaries/{which}/",
            dictionary_settings.DictionarySettingsView.as_view(which=which),
            name=f"settings-{which}",
        )
        for which in DICTIONARIES
    ),
    path("<kind:kind>/", list_views.ListView.as_view(), name="list"),
    path("<kind:kind>/new/", form.AddView.as_view(), name="add"),
    path("<kind:kind>/new/values/<slug:key>/", adding.FlowView.as_view(), name="flow"),
    path("<kind:kind>/quick/", adding.QuickAddView.as_view(), name="quick-add"),
    path("<kind:kind>/columns/", list_settings.ColumnsView.as_view(), name="columns"),
    path("<kind:kind>/filters/<slug:key>/", list_settings.FilterView.as_view(), name="filter"),
    path("<kind:kind>/views/", list_settings.SavedViewsView.as_view(), name="saved-views"),
    path("<kind:kind>/views/<uuid:pk>/", list_settings.SavedViewView.as_view(), name="saved-view"),
    path("<kind:kind>/count/", counting.CountView.as_view(), name="count"),
    path("<kind:kind>/left/", left_panel.LeftPanelView.as_view(), name="left-panel"),
    path("<kind:kind>/left/tags/", left_panel.LeftTagsView.as_view(), name="left-tags"),
    *dictionaries.urlpatterns,
    path("<kind:kind>/export/<slug:format>/", export.ExportView.as_view(), name="export"),
    path("<kind:kind>/duplicates/", duplicates.DuplicatesView.as_view(), name="duplicates"),
    path(
        "<kind:kind>/duplicates/search/",
        duplicates.DuplicateSearchView.as_view(),
        name="duplicate-search",
    ),
    path(
        "<kind:kind>/duplicates/<int:number>/dismissal/",
        duplicates.JudgementView.as_view(),
        name="duplicate-dismissal",
    ),
    path(
        "<kind:kind>/duplicates/<int:number>/suspicion/",
        duplicates.JudgementView.as_view(is_dismissal=False),
        name="duplicate-suspicion",
    ),
    path("<kind:kind>/merging/", merging.MergingView.as_view(), name="merging"),
    path(
        "<kind:kind>/operations/", operations.OperationsMenuView.as_view(), name="list-operations"
    ),
    path(
        "<kind:kind>/operations/<slug:key>/",
        operations.OperationView.as_view(),
        name="operation",
    ),
    path(
        "<kind:kind>/operations/<slug:key>/runs/",
        operations.OperationRunsView.as_view(),
        name="operation-runs",
    ),
    path(
        "<kind:kind>/suggestions/", suggestions.SuggestRecordsView.as_view(), name="suggest-records"
    ),
    path("<kind:kind>/tags/", suggestions.SuggestTagsView.as_view(), name="suggest-tags"),
    path(
        "<kind:kind>/fields/<slug:key>/suggestions/",
        suggestions.SuggestValuesView.as_view(),
        name="suggest-values",
    ),
    path("<kind:kind>/groups/", suggestions.SuggestGroupsView.as_view(), name="suggest-groups"),
    path("<kind:kind>/<uuid:pk>/", profile.ProfileView.as_view(), name="profile"),
    path("<kind:kind>/<uuid:pk>/card/", cards.CardView.as_view(), name="card"),
    path("<kind:kind>/<uuid:pk>/access/", profile.AccessView.as_view(), name="access"),
    path(
        "<kind:kind>/<uuid:pk>/segment/",
        segment_points.SegmentPointsView.as_view(),
        name="segment-points",
    ),
    path("<kind:kind>/<uuid:pk>/panels/<slug:key>/", profile.PanelView.as_view(), name="panel"),
    path("<kind:kind>/<uuid:pk>/edit/", form.EditView.as_view(), name="edit"),
    path("<kind:kind>/<uuid:pk>/fields/<slug:key>/", form.ValueView.as_view(), name="value"),
    path(
        "<kind:kind>/<uuid:pk>/fields/<slug:key>/unlinking/",
        deeds.UnlinkView.as_view(),
        name="unlink",
    ),
    path("<kind:kind>/<uuid:pk>/merging/", merging.PartnerView.as_view(), name="merging-with"),
    path("<kind:kind>/<uuid:pk>/binning/", binning.BinningView.as_view(), name="binning"),
    path("<kind:kind>/<uuid:pk>/restoration/", deeds.RestorationView.as_view(), name="restoration"),
    path("<kind:kind>/<uuid:pk>/erasure/", erasing.ErasureView.as_view(), name="erasure"),
    path("<kind:kind>/<uuid:pk>/ownership/", deeds.OwnershipView.as_view(), name="ownership"),
    path(
        "<kind:kind>/<uuid:pk>/access-request/",
        deeds.AccessRequestView.as_view(),
        name="access-request",
    ),
    path(
        "<kind:kind>/<uuid:pk>/links/<kind:other>/<slug:key>/",
        deeds.LinkView.as_view(),
        name="link",
    ),
]
