"""Log-in through the company's own provider of identities (OpenID Connect)."""
