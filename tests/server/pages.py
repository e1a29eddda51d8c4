"""Pages that need no database and do what no page of the product does."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from orbita.accounts.addresses import client_address

GetResponse = Callable[[HttpRequest], HttpResponse]


class TestPages:
    """Answers `/test/address/` and `/test/bad-header/` before anybody asks for the session."""

    __test__ = False

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/test/address/":
            return HttpResponse(f"from {client_address(request)}")
        if request.path == "/test/bad-header/":
            response = HttpResponse("x")
            response.headers._store["x-bad"] = ("X-Bad", "a\r\nX-More: b")
            return response
        return self.get_response(request)
