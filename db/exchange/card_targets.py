"""What the labels of a one-child form ask for: of the child, of a record about it, of who helps it, of the form itself."""

import re
from functools import cache

from db.exchange import headings
from db.exchange.aliases import bare, words
from db.exchange.facts import ONLY_ASKED
from db.exchange.grid import Heading
from db.exchange.headings import HELPING, told_in_brackets
from db.fields import specs
from db.models import Kinship

RECORD = re.compile("谈心|谈话|家访|走访|回访|访谈|辅导记录|风险.*评估")
PAIRING = re.compile("结对|帮扶登记|帮扶卡|帮扶记录")
FAMILY = re.compile("家庭|成员|亲属")
RELATION_WORDS = ("称谓", "称呼", "关系", *specs(Kinship)["relation"].aliases)
HELPERS = {"姓名": "name", "联系电话": "phone", "电话": "phone", "联系方式": "phone", "手机号码": "phone",
           "单位": "unit", "工作单位": "unit", "单位及职务": "unit", "单位职务": "unit", "职务": "unit"}  # fmt: skip
OF_KIND = {  # what is taken as the kind says; the rest is asked of the child
    "records": ("record.", "child.name"), "pairings": ("pairing.", "helper.", "child.name"), "children": ("",),
}  # fmt: skip
Targets = list[str | None]


def owner_of(text: str) -> str:
    """Whose block these words head: 'father', 'guardian', '62' …, 'child', 'helper'; '' for nobody's."""
    said = words(text)
    return headings._owner(said) or ("helper" if HELPING.search(said) else "")


def is_group(text: str) -> bool:
    """Whether words head a block of labels and ask for nothing themselves."""
    return bool(owner_of(text) or FAMILY.search(text)) and words(text) not in bare()


def targets_of(found: list[Heading], title: str) -> Targets:
    """Target of each label (None: not known), in the order given; title: the words that say what form it is."""
    order = ["children"]
    if RECORD.search(title):
        order = ["records", "children"]
    elif PAIRING.search(title):
        order = ["pairings", "children"]
    told: dict[Heading, str] = {}
    _take_asked(found, told, ("said.", "form."))
    for kind in order:
        left = [each for each in found if each not in told]
        at = headings.match(left, kind).at
        told |= {heading: target for target, heading in at.items() if target.startswith(OF_KIND[kind])}
    _take_helpers(found, told)
    _take_asked(found, told, ("helper.",))
    named = {(words(each.text), words(each.group)): target for each, target in told.items()}
    return [told.get(each) or named.get((words(each.text), words(each.group))) for each in found]


def targets_in_table(found: list[Heading], title: str) -> Targets:
    """Target of each heading of a table inside a form: 'm1.…' for the members of the family, 'record.…' for records."""
    texts = [words(each.text) for each in found]
    if any(text in RELATION_WORDS for text in texts) and any(bare().get(text) == "name" for text in texts):
        of_member = bare() | dict.fromkeys(map(words, RELATION_WORDS), "relation")
        return [f"m1.{of_member[text]}" if text in of_member else None for text in texts]
    at = {heading: target for target, heading in headings.match(found, "records").at.items()}
    if "record.on_date" in at.values() and len(at) > 1:
        return [
            target if (target := at.get(each)) and target.startswith("record.") else None for each in found
        ]
    return [None] * len(found)


def _take_asked(found: list[Heading], told: dict[Heading, str], owners: tuple[str, ...]) -> None:
    """What only forms ask for; of two labels for one thing both get it."""
    for each in found:
        target = _asked().get(told_in_brackets(each.text)[0])
        if each not in told and target and target.startswith(owners) and not owner_of(each.group):
            told[each] = target


def _take_helpers(found: list[Heading], told: dict[Heading, str]) -> None:
    """The bare labels of who helps: under 帮扶人, or after 帮扶人姓名."""
    follows = False
    for each in found:
        text = told_in_brackets(each.text)[0]
        if each not in told and (owner_of(each.group) == "helper" or follows) and text in HELPERS:
            told[each] = f"helper.{HELPERS[text]}"
        target = told.get(each) or _asked().get(text, "")
        follows = target.startswith("helper.") or (follows and each not in told)


@cache
def _asked() -> dict[str, str]:
    return {words(name): target for target, names in ONLY_ASKED.items() for name in names}
