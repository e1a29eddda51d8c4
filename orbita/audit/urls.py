"""Addresses of the audit log."""

from django.urls import path

from orbita.audit.views import AuditExportView, AuditView

urlpatterns = [
    path("settings/audit/", AuditView.as_view(), name="settings-audit"),
    path("settings/audit/export/", AuditExportView.as_view(), name="settings-audit-export"),
]
