"""Addresses of the settings of segments."""

from django.urls import path

from orbita.records.views import segment_parameters as parameters
from orbita.records.views import segment_ranges as ranges
from orbita.records.views import segments

urlpatterns = [
    path("", segments.FirstSegmentsView.as_view(), name="settings-segments"),
    path("<kind:kind>/", segments.SegmentsView.as_view(), name="settings-segments-of"),
    path("<kind:kind>/example/", segments.ExampleView.as_view(), name="settings-segments-example"),
    path("<kind:kind>/new/", segments.SegmentView.as_view(), name="settings-segment-new"),
    path("<kind:kind>/<int:pk>/", segments.SegmentView.as_view(), name="settings-segment"),
    path(
        "<kind:kind>/<int:pk>/deletion/",
        segments.SegmentDeletionView.as_view(),
        name="settings-segment-deletion",
    ),
    path(
        "<kind:kind>/parameters/new/",
        parameters.ParameterAddView.as_view(),
        name="settings-segment-parameter-new",
    ),
    path(
        "<kind:kind>/parameters/order/",
        parameters.ParameterOrderView.as_view(),
        name="settings-segment-parameter-order",
    ),
    path(
        "<kind:kind>/parameters/<int:pk>/",
        parameters.ParameterView.as_view(),
        name="settings-segment-parameter",
    ),
    path(
        "<kind:kind>/parameters/<int:pk>/deletion/",
        parameters.ParameterDeletionView.as_view(),
        name="settings-segment-parameter-deletion",
    ),
    path(
        "<kind:kind>/parameters/<int:pk>/ranges/new/",
        ranges.RangeView.as_view(),
        name="settings-segment-range-new",
    ),
    path(
        "<kind:kind>/parameters/<int:pk>/ranges/order/",
        ranges.RangeOrderView.as_view(),
        name="settings-segment-range-order",
    ),
    path(
        "<kind:kind>/parameters/<int:pk>/ranges/<int:number>/",
        ranges.RangeView.as_view(),
        name="settings-segment-range",
    ),
    path(
        "<kind:kind>/parameters/<int:pk>/ranges/<int:number>/deletion/",
        ranges.RangeDeletionView.as_view(),
        name="settings-segment-range-deletion",
    ),
]
