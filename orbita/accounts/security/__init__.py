""" "My settings", Security: password, e-mail address, second factor, passkeys, sessions."""
