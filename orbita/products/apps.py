"""The application `products`."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """The application `products`."""

    name = "orbita.products"
