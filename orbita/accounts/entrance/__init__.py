"""Pages before the log-in: password, second factor, passkey, a new password by e-mail."""
