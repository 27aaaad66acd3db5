"""The facts of the ledger that its users set in the program: what each is called, says in words, and may hold."""

import re
from collections.abc import Mapping
from typing import Any

from db import changes, rhythms, settings, site
from db.indicators import INDICATORS
from db.models import User
from db.sheet import Entry, Values, merge
from db.spec import Spec, read, show
from db.values import Refused
from db.vocab import CRITERION, PAIRING_KIND

MOST_NUMBERS = 5
PHONE = re.compile(r"\d[\d-]{2,14}")
GOALS = {each.code: each.name for each in INDICATORS.values()}
CAPACITY = Spec("帮扶人上限", "number", prompt="没有单独写人数的帮扶人最多帮几名儿童，如 2", required=True)
ONE_OF = Spec("只结一位", "codes", codes=PAIRING_KIND, prompt="一名儿童同时只能有一位的结对类型；不限就留空")
LAPSE = Spec("失联提醒", "number", prompt="帮扶人多少天没有为孩子做事就提醒，如 45", required=True)
RETENTION = Spec("档案保存", "number", prompt="退出登记或满16周岁后保存几年，如 3", required=True)
TRAINED = Spec("家教培训", "number", prompt="监护人多少个月内参加过家教培训才算，如 12", required=True)
CRITERION_SPEC = Spec("认定口径", "code", codes=CRITERION, required=True)


def _asked(code: str) -> str:
    each = INDICATORS[code]
    how = "不高于" if each.direction == "down" else ""
    return f"{how}百分之几，0到100，通常是{each.usual:g}；不设目标就留空"


SPECS: dict[str, Spec] = {
    "criterion": CRITERION_SPEC,
    "pairing.capacity": CAPACITY,
    "pairing.one_of": ONE_OF,
    "pairing.lapse_days": LAPSE,
    "retention.years": RETENTION,
    "parenting.months": TRAINED,
    **{f"goal.{code}": Spec(f"目标：{name}", "number", prompt=_asked(code)) for code, name in GOALS.items()},
}  # fmt: skip
BOUNDS = {
    "pairing.capacity": (1, 50),
    "pairing.lapse_days": (1, 366),
    "retention.years": (1, 50),
    "parenting.months": (1, 60),
    **{f"goal.{code}": (0, 100) for code in GOALS},
}
LABELS = {"rhythms": "节奏", "report.numbers": "求助电话", **{key: spec.label for key, spec in SPECS.items()}}
NUMBER_ENTRIES = tuple(
    Entry(f"{part}{n}", spec, f"第{n}个")
    for n in range(1, MOST_NUMBERS + 1)
    for part, spec in (
        ("name", Spec("名称", prompt="如 镇派出所", longest=12)),
        ("phone", Spec("电话", prompt="如 110，或带区号的固定电话；两格都清空就是删去", longest=16)),
    )
)


def entries(key: str) -> tuple[Entry, ...]:
    """The fields of a setting's sheet."""
    return NUMBER_ENTRIES if key == "report.numbers" else (Entry(key, SPECS[key], ""),)


def in_words(key: str) -> str:
    """What a setting says now."""
    value = settings.get(key)
    if key == "rhythms":
        found = rhythms.in_force()
        return f"{len(found)}个：{'、'.join(each.name for each in found)}" if found else "全部停用"
    if key == "report.numbers":
        return "、".join(f"{name} {phone}" for name, phone in value) or "没有"
    if key == "pairing.one_of":
        return "、".join(PAIRING_KIND.label(code) for code in value) or "都不限"
    if key.startswith(settings.GOAL):
        low = INDICATORS[key.removeprefix(settings.GOAL)].direction == "down"
        return "不设目标" if value is None else f"{'不高于' if low else ''}{value}%"
    unit = {
        "pairing.capacity": "名儿童",
        "pairing.lapse_days": "天",
        "retention.years": "年",
        "parenting.months": "个月",
    }.get(key, "")
    return f"{show(SPECS[key], value)}{unit}"


def load(key: str) -> Values:
    """A setting's values under the names of its entries."""
    value = settings.get(key)
    if key == "report.numbers":
        given = dict.fromkeys(entry.name for entry in NUMBER_ENTRIES)
        for n, (name, phone) in enumerate(value[:MOST_NUMBERS], 1):
            given |= {f"name{n}": name, f"phone{n}": phone}
        return given
    return {key: " ".join(value) or None if key == "pairing.one_of" else value}


def save(
    key: str,
    values: Mapping[str, Any],
    base: Mapping[str, Any],
    by: User | None,
    force: frozenset[str] = frozenset(),
) -> None:
    """Set a shared fact, as one action.

    Raises Refused with the one thing to mend, Conflict when somebody else set it otherwise meanwhile.
    """
    with changes.action(f"设置{LABELS[key]}", by):
        mine, _ = merge(entries(key), values, base, theirs := load(key), force)
        told = theirs | mine
        site.put(key, _numbers(told) if key == "report.numbers" else _value(key, told[key]), by)


def _value(key: str, raw: Any) -> Any:
    spec = SPECS[key]
    value = read(spec, raw)
    if value is None and spec.required:
        raise Refused(f"请填写{spec.label}")
    if key in BOUNDS and value is not None:
        least, most = BOUNDS[key]
        if not least <= value <= most:
            raise Refused(f"{spec.label}要写{least}到{most}，现在是{value}")
    return (value or "").split() if spec.kind == "codes" else value


def _numbers(values: Mapping[str, Any]) -> list[list[str]]:
    found = []
    for n in range(1, MOST_NUMBERS + 1):
        name, phone = (
            read(entry.spec, values[entry.name]) for entry in NUMBER_ENTRIES if entry.name[-1] == str(n)
        )
        if name is None and phone is None:
            continue
        if name is None or phone is None:
            raise Refused(f"第{n}个缺{'名称' if name is None else '电话'}，请补上；不要这一个就把两格都清空")
        if not PHONE.fullmatch(phone):
            raise Refused(f"“{phone}”不是电话号码，只写数字和短横，如 110、0555-1234567")
        found.append([name, phone])
    if not found:
        raise Refused("至少要留一个求助电话，如 报警 110")
    return found
