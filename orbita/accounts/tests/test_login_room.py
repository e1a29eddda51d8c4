"""Few log in at once; all others are told when to come again, one after the other."""

import threading
from queue import Queue

from orbita.accounts import login_room
from orbita.accounts.login_room import MOST_SECONDS, LoginRoom


def sent_away(room):
    """For how many seconds; 0 for somebody who got a place."""
    with room.enter() as seconds:
        return seconds


def test_one_logs_in_the_next_waits_for_the_turn_and_all_others_are_sent_away():
    room, answers, inside, most = LoginRoom(2), Queue(), [], []

    def come():
        with room.enter() as seconds:
            if not seconds:
                inside.append(1)
                most.append(len(inside))
                inside.pop()
        answers.put(seconds)

    threads = [threading.Thread(target=come) for _person in range(4)]
    with room.enter() as seconds:
        inside.append(1)
        for thread in threads:
            thread.start()
        away = [answers.get(timeout=60) for _person in range(3)]
        inside.pop()
    waited = answers.get(timeout=60)
    for thread in threads:
        thread.join()
    assert (seconds, min(away) > 0, waited, most) == (0, True, 0, [1])
    assert sent_away(room) == 0


def test_an_error_inside_frees_the_place():
    room = LoginRoom(1)
    for _time in range(2):
        try:
            with room.enter() as seconds:
                assert seconds == 0
                raise ValueError
        except ValueError:
            pass
    assert sent_away(room) == 0


def test_who_is_sent_away_comes_again_later_than_those_before(monkeypatch):
    now = 100.0
    monkeypatch.setattr(login_room, "monotonic", lambda: now)
    room = LoginRoom(1)
    with room.enter():
        waits = [sent_away(room) for _person in range(400)]
        assert waits == sorted(waits)
        assert set(waits) == set(range(1, MOST_SECONDS + 1))
        now += MOST_SECONDS + 1
        assert sent_away(room) == 1


def test_the_longer_log_ins_take_the_later_one_comes_again(monkeypatch):
    now = 100.0
    monkeypatch.setattr(login_room, "monotonic", lambda: now)
    room = LoginRoom(1)
    with room.enter():
        former = sent_away(room)
    now += MOST_SECONDS
    for _login in range(30):
        with room.enter():
            now += 1
    with room.enter():
        assert sent_away(room) > former == 1
