"""Addresses of the API, its description and its documentation."""

from django.urls import path

from orbita.api import docs
from orbita.api.v1 import api

urlpatterns = [
    path("v1/openapi.json", docs.openapi_json, name="api-openapi"),
    path("v1/docs", docs.docs, name="api-docs"),
    path("v1/", api.urls),
]
