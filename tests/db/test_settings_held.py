"""Settings read once for one answer: what it sees, and that nothing is set meanwhile."""

import pytest

from db import changes, owed, settings, site, status
from db.models import Setting, database


def statements(monkeypatch, run) -> list[str]:
    """The statements a call sends."""
    sent, send = [], database.obj.execute_sql
    monkeypatch.setattr(
        database.obj,
        "execute_sql",
        lambda sql, *more, **options: (sent.append(sql), send(sql, *more, **options))[1],
    )
    run()
    return sent


def test_what_is_held_is_as_it_was_and_the_next_reading_sees_what_was_set(ledger, user):
    site.put("pairing.capacity", 3, user)
    with settings.held():
        Setting.update(value="5").where(Setting.key == "pairing.capacity").execute()  # another program
        assert settings.get("pairing.capacity") == 3
        assert settings.get("criterion") == "state2016"
    assert settings.get("pairing.capacity") == 5


def test_goals_that_are_held_are_the_same(ledger, user):
    site.put("goal.paired", 90, user)
    site.put("goal.filed", None, user)
    told = settings.goals()
    with settings.held():
        assert settings.goals() == told
    assert told["paired"] == 90 and "filed" not in told


def test_a_setting_that_was_struck_out_is_not_held(ledger, user):
    site.put("pairing.capacity", 3, user)
    changes.remove(Setting.get(Setting.key == "pairing.capacity"), user)
    with settings.held():
        assert settings.get("pairing.capacity") == 2


def test_nothing_is_set_while_the_settings_are_held(ledger, user):
    with owed.settled(), pytest.raises(RuntimeError):
        site.put("pairing.capacity", 3, user)
    site.put("pairing.capacity", 3, user)
    assert settings.get("pairing.capacity") == 3


def test_they_are_let_go_when_something_goes_wrong(ledger):
    with pytest.raises(ZeroDivisionError), settings.held():
        raise ZeroDivisionError
    assert not settings.are_held()


def test_how_things_stand_reads_the_settings_at_most_three_times(ledger, user, monkeypatch):
    status.standing()
    asked = [sql for sql in statements(monkeypatch, status.standing) if '"setting"' in sql]
    assert len(asked) <= 3
