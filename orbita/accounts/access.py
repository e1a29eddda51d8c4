"""Who may open a page about the account itself."""

from typing import Any

from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase


class AdministratorsOnly(AccessMixin):
    """A view for administrators: others get 403 before anything happens, strangers the log-in."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse everybody else."""
        user: Any = request.user
        if not user.is_authenticated:
            return self.handle_no_permission()
        if not user.is_administrator:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
