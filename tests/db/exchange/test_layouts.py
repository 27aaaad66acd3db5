"""Settled columns are kept for their form: its headings, the groups above them, and its kind."""

import pytest

from db.exchange import headings, layouts
from db.exchange.grid import Heading

pytestmark = pytest.mark.usefixtures("user")


def form(group: str = "甲") -> list[Heading]:
    return [Heading(0, "姓名"), Heading(1, "绰号电话", group)]


def settle(target: str) -> None:
    columns = headings.match(form(), "children")
    columns.assign(columns.headings()[1], target)
    layouts.remember(columns, "children")


def test_what_is_settled_anew_takes_the_place_of_what_was():
    settle("father.phone")
    settle("mother.phone")
    assert set(layouts.recall(form(), "children").at) == {"child.name", "mother.phone"}


def test_a_layout_holds_for_its_groups_and_its_kind_only():
    settle("father.phone")
    assert layouts.recall(form("乙"), "children") is None
    assert layouts.recall(form(), "helpers") is None


def test_the_column_of_a_family_member_is_kept():
    settle("m1.name")
    assert "m1.name" in layouts.recall(form(), "children").at
