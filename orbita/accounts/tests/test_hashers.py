"""Passwords are hashed well, few at a time, and however they are typed."""

import threading
import time

from django.contrib.auth.hashers import Argon2PasswordHasher

from orbita.accounts.hashers import AT_ONCE, BoundedArgon2Hasher


def test_the_hash_is_argon2id_of_bounded_cost():
    encoded = BoundedArgon2Hasher().encode("hasło-do-lampy", "sol-solniczka")
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_letters_count_alike_composed_and_decomposed():
    hasher = BoundedArgon2Hasher()
    encoded = hasher.encode("za\u017c\u00f3\u0142\u0107", "sol-solniczka")
    assert hasher.verify("zaz\u0307o\u0301\u0142c\u0301", encoded)
    assert not hasher.verify("zazolc", encoded)


def test_at_most_four_are_hashed_at_once(monkeypatch):
    running, most = [], []

    def slow(self, password, encoded):
        running.append(1)
        most.append(len(running))
        time.sleep(0.02)
        running.pop()
        return True

    monkeypatch.setattr(Argon2PasswordHasher, "verify", slow)
    threads = [
        threading.Thread(target=BoundedArgon2Hasher().verify, args=("a", "b")) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) <= AT_ONCE
