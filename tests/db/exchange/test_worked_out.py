"""What a form asks in other words says the same as the 汇总表."""

import pytest

from db import cross_sums
from db.cross_groups import BY_CODE
from db.exchange.facts import of_children

AWAY, HOME = {"father_whereabouts": "away"}, {"father_whereabouts": "home"}


@pytest.mark.parametrize(
    ("told", "column"),
    [
        (AWAY | {"mother_whereabouts": "away"}, "both"),
        ({"declared": "both"}, "both"),
        (AWAY | {"mother_whereabouts": "dead"}, "one"),
        (AWAY | {"mother_whereabouts": "home", "mother_able": False}, "one"),
        (HOME | {"father_able": False, "mother_whereabouts": "dead"}, "unable"),
        (HOME | {"father_able": True, "mother_whereabouts": "away"}, "home"),
        (AWAY | {"mother_whereabouts": "home"}, "unknown"),
        (AWAY, "unknown"),
    ],
)
def test_the_reason_of_entrusting_is_that_of_the_sums(enter, told, column):
    child = enter("张浩宇", birth_date="2015-03-08", **told)
    assert cross_sums.members("registered", "group", "reason", column, cross_sums.ALL) == [child]
    (row,) = of_children([child], {})
    assert row["said.reason"] == (
        BY_CODE["reason"].columns[column] if column in ("both", "one", "unable") else None
    )
