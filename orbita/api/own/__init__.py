"""Pages of "My settings": the tokens with which one's programs call the API."""
