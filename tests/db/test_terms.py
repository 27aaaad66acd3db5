"""The terms on file: none shares a day with another."""

from datetime import date

import pytest

from db import site
from db.models import Term
from db.values import Refused


def set_up(user, code, starts, ends):
    site.set_up(
        site_name="柳溪村",
        kind="village",
        township=None,
        term_code=code,
        starts=starts,
        ends=ends,
        criterion="state2016",
        by=user,
    )


def test_a_term_that_shares_days_with_another_is_refused_and_nothing_written(user):
    set_up(user, "2026秋", date(2026, 9, 1), date(2027, 1, 31))
    for starts, ends in ((date(2027, 1, 31), date(2027, 7, 1)), (date(2026, 8, 1), date(2027, 7, 1))):
        with pytest.raises(Refused, match=r"与2026秋（2026-09-01到2027-01-31）重叠"):
            set_up(user, "2027春", starts, ends)
    assert [term.code for term in Term.live()] == ["2026秋"] and site.term().code == "2026秋"
    set_up(user, "2027春", date(2027, 2, 1), date(2027, 7, 1))
    set_up(user, "2026秋", date(2026, 8, 28), date(2027, 1, 20))  # its own days may be mended


def test_a_term_made_by_its_code_begins_after_the_one_before(user):
    set_up(user, "2026秋", date(2026, 9, 1), date(2027, 3, 16))
    assert site.term_by_code("2027春").starts == date(2027, 3, 17)
    set_up(user, "2025秋", date(2025, 9, 1), date(2026, 1, 31))
    assert (site.term_by_code("2026春").starts, site.term_by_code("2026春").ends) == (
        date(2026, 2, 15),
        date(2026, 7, 10),
    )
