"""The id of the current request, which lower packages put into their answers too."""

from orbita.ui.request_id import choose_request_id, current_request_id

__all__ = ["choose_request_id", "current_request_id"]
