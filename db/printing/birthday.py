"""过生日 on paper: a greeting card for each child, the wishes to be read out, the list of names. Names only."""

from collections.abc import Collection, Iterator
from uuid import UUID

from db import birthdays, days, dossier, site
from db.birthdays import Birthday
from db.models import Helper, Pairing
from db.printing.content import Leaf, Part

PEER = "peer"
BLANK = "{}"  # a greeting holds whatever is changed later
# Up to which age (the last: from there on), and what is said then: of several, another each year.
GREETINGS = (
    (6, ("愿你像小树苗一样，喝饱阳光，一天一天往上长，天天有笑声。", "愿你每天都有好玩的事、好听的故事，睡得香，吃得壮。")),
    (9, ("又长高了一截，也懂事了一截。愿你读喜欢的书，交要好的朋友，天天都有新发现。",
         "愿你的书包里装着好奇，口袋里装着快乐，遇到不会的题也不怕。",
         "谢谢你把快乐带给身边的人。愿新的一岁里，你想学的都学得会。")),
    (12, ("你一年比一年能干，自己的事自己做，还会帮家里人。愿你保持这份认真，也别忘了好好玩。",
          "愿你敢想、敢问、敢试，走得再远，也有人在身后为你高兴。",
          "愿你像田里的苗，根扎得稳，叶子向着光。遇到难处，记得告诉我们。")),
    (99, ("你正在长成自己想成为的样子。愿你心里有方向，脚下有力气，累了有人可以说说话。",
          "愿你相信自己，也体谅家人。路还长，慢慢走，我们一直都在。",
          "愿你学有所得，心有所爱，平安健康，不负青春。")),
)  # fmt: skip


def greeting(age: int) -> str:
    """What a child is wished at an age where nobody wrote anything else."""
    words = next(words for most, words in GREETINGS if age <= most)
    return words[age % len(words)]


def cards(ids: Collection[UUID], month: str) -> Iterator[Leaf]:
    """A card for each of these children whose birthday is in a month: greeting, its own wish, signed by who helps it."""
    here, kept = site.site(), _kept(ids, month)
    helpers = _helpers([each.child_id for each in kept])
    for each in kept:
        lines = [f"亲爱的{each.name}：", f"　　祝你{each.age}岁生日快乐！{greeting(each.age)}"]
        if each.wish:
            lines.append(f"　　{_one_line(each.wish)}")
        signed = "　".join(
            filter(None, (here.name if here else "", "、".join(helpers.get(each.child_id, ()))))
        )
        day = f"{each.day.year}年{days.short(each.day)}"
        yield Leaf(each.child_id, "生日快乐", [Part("", [], lines)], f"{signed}　{day}", BLANK)


def wishes(ids: Collection[UUID], month: str) -> Iterator[Leaf]:
    """What is read out for each of these children, in the order of days."""
    for each in _kept(ids, month):
        said = _one_line(each.wish) if each.wish else greeting(each.age)
        title = f"{days.short(each.day)}　{each.name}　{each.age}岁"
        text = f"{each.name}同学，祝你{each.age}岁生日快乐！{said}"
        yield Leaf(each.child_id, title, [Part("", [], [text])], "", BLANK)


def names(ids: Collection[UUID], month: str, foot: str) -> Iterator[Leaf]:
    """The list of these children: day, age, group, whether the birthday was kept."""
    fields = []
    for each in _kept(ids, month):
        moon = f"（农历{each.lunar_text}）" if each.lunar else ""
        kept = f"{days.short(each.celebrated)}已过" if each.celebrated else ""
        told = (f"{days.short(each.day)}{moon}", f"{each.age}岁", each.village_group, kept)
        fields.append((each.name, "　".join(filter(None, told))))
    if fields:
        year, number = month.split("-")
        yield Leaf(None, f"{year}年{int(number)}月过生日的儿童", [Part("", fields, [])], foot, BLANK)


def _one_line(text: str) -> str:
    """A wish on one line: a card has only so much room."""
    return "　".join(filter(None, map(str.strip, text.splitlines())))


def _kept(ids: Collection[UUID], month: str) -> list[Birthday]:
    wanted = set(ids)
    return [each for each in birthdays.of_month(month) if each.child_id in wanted]


def _helpers(ids: list[UUID]) -> dict[UUID, list[str]]:
    """Names of the grown-ups who help these children."""
    found: dict[UUID, list[str]] = {}
    query = (
        Pairing.select(Pairing.child, Helper.name)
        .join(Helper)
        .where(dossier.live_on(days.today()), Pairing.child.in_(ids), Pairing.kind != PEER)
        .order_by(Pairing.since.asc(nulls="last"), Pairing.id)
    )
    for child, name in query.tuples():
        if name not in found.setdefault(child, []):
            found[child].append(name)
    return found
