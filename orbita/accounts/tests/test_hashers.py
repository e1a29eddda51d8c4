"""Passwords are hashed well, one at a time, out of the way, and however they are typed."""

import os
import subprocess
import sys
import threading

from django.contrib.auth.hashers import Argon2PasswordHasher

from orbita.accounts.hashers import GIVES_WAY, BoundedArgon2Hasher


def test_the_hash_is_argon2id_of_bounded_cost():
    encoded = BoundedArgon2Hasher().encode("hasło-do-lampy", "sol-solniczka")
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_letters_count_alike_composed_and_decomposed():
    hasher = BoundedArgon2Hasher()
    encoded = hasher.encode("za\u017c\u00f3\u0142\u0107", "sol-solniczka")
    assert hasher.verify("zaz\u0307o\u0301\u0142c\u0301", encoded)
    assert not hasher.verify("zazolc", encoded)


def test_one_is_hashed_at_a_time_by_a_thread_that_gives_way_to_the_others(monkeypatch):
    running, most, where = [], [], set()

    def look(self, password, encoded):
        running.append(1)
        most.append(len(running))
        where.add((threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, 0)))
        running.pop()
        return True

    monkeypatch.setattr(Argon2PasswordHasher, "verify", look)
    monkeypatch.setattr(Argon2PasswordHasher, "encode", look)
    hasher = BoundedArgon2Hasher()
    asked = [hasher.verify, hasher.encode] * 6
    threads = [threading.Thread(target=ask, args=("a", "b")) for ask in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [(thread, nice)] = where
    assert (len(most), max(most)) == (12, 1)
    assert thread not in {threading.get_native_id(), *(one.native_id for one in threads)}
    assert nice == min(19, os.getpriority(os.PRIO_PROCESS, 0) + GIVES_WAY)


def test_a_child_of_a_process_that_hashed_hashes_too():
    code = """
import os, django
django.setup()
from orbita.accounts.hashers import BoundedArgon2Hasher
hasher = BoundedArgon2Hasher()
encoded = hasher.encode("a", "sol-solniczka")
child = os.fork()
if not child:
    os._exit(0 if hasher.verify("a", encoded) else 1)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)  # noqa: S603 - our own
