"""What the labels of a one-child form ask for: of the child, of a record about it, of who helps it, of the form itself."""

import re

from db.exchange import asking, headings
from db.exchange.aliases import bare, words
from db.exchange.grid import Heading
from db.exchange.headings import HELPING
from db.fields import specs
from db.models import Kinship

RECORD = re.compile("谈心|谈话|家访|走访|回访|访谈|辅导记录|风险.*评估")
PAIRING = re.compile("结对|帮扶登记|帮扶卡")
RECORD_KINDS = {
    "talk": re.compile("谈心|谈话"), "visit": re.compile("家访|走访|入户|回访"), "counselling": re.compile("辅导"),
    "risk_review": re.compile("风险"),
}  # fmt: skip
FAMILY = re.compile("家庭|成员|亲属")
RELATION_WORDS = {words(each) for each in ("称谓", "称呼", *specs(Kinship)["relation"].aliases)}
Targets = list[str | None]


def owner_of(text: str) -> str:
    """Whose block these words head: 'father', 'guardian', '62' …, 'child', 'helper'; '' for nobody's."""
    said = words(text)
    return asking.owner_of(said) or ("helper" if HELPING.search(said) else "")


def is_group(text: str) -> bool:
    """Whether words head a block of labels and ask for nothing themselves."""
    return bool(owner_of(text) or FAMILY.search(text)) and words(text) not in bare()


def kind_of(title: str) -> str:
    """Whose form it is by its title: 'records', 'pairings' or 'children'."""
    return "records" if RECORD.search(title) else "pairings" if PAIRING.search(title) else "children"


def record_kinds(title: str) -> tuple[str, ...]:
    """Which records a form takes by its title (codes); () for all."""
    return tuple(kind for kind, word in RECORD_KINDS.items() if word.search(title))


def targets_of(found: list[Heading], kind: str) -> Targets:
    """Target of each label (None: not known), in the order given.

    What the form asks of itself is taken out first: it stands between the labels about people and is nobody's.
    """
    told = {place: target for place, each in enumerate(found) if (target := _own(each))}
    places = [place for place in range(len(found)) if place not in told]
    asked = asking.ask([found[place] for place in places], kind).targets
    told |= {place: target for place, target in zip(places, asked, strict=True) if target}
    return [told.get(place) for place in range(len(found))]


def _own(heading: Heading) -> str | None:
    if asking.SIGNED.search(heading.text) or owner_of(heading.group):
        return None
    target = asking.form_asks(heading.text)
    return target if target and target.startswith("form.") else None


def targets_in_table(found: list[Heading]) -> Targets:
    """Target of each heading of a table inside a form: 'm1.…' for the members of the family, 'record.…' for records."""
    texts = [words(each.text) for each in found]
    if not RELATION_WORDS.isdisjoint(texts) and "name" in map(bare().get, texts):
        of_member = bare() | dict.fromkeys(RELATION_WORDS, "relation")
        return [f"m1.{of_member[text]}" if text in of_member else None for text in texts]
    at = {heading: target for target, heading in headings.match(found, "records").at.items()}
    if "record.on_date" not in at.values() or len(at) < 2:
        return [None] * len(found)
    return [at[each] if each in at and at[each].startswith("record.") else None for each in found]
