"""Names that stand inside what somebody wrote, masked where it leaves the ledger or is shown to a room."""

from collections.abc import Collection

from db.models import Child, Helper
from db.spec import mask_name

LONGEST_NAME = 30  # as a child's and a helper's name may be: 阿依努尔 has a father's name behind it


def masked_names(helpers: bool = False) -> set[str]:
    """The names of all children ever on file, of the helpers too if asked for."""
    people = {name for (name,) in Child.select(Child.name).tuples()}
    if helpers:
        people |= {name for (name,) in Helper.select(Helper.name).tuples()}
    return {name for name in people if name and 2 <= len(name) <= LONGEST_NAME}


def masked(text: str, names: Collection[str]) -> str:
    """A text with each of these names in it masked."""
    at, found = 0, []
    while at < len(text):
        name = next((text[at : at + n] for n in range(LONGEST_NAME, 1, -1) if text[at : at + n] in names), "")
        found.append(mask_name(name) if name else text[at])
        at += len(name) or 1
    return "".join(found)
