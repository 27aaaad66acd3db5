"""A rhythm as a sheet is filled in: its fields, and the rhythm they make."""

import re
from collections.abc import Mapping
from typing import Any

from db import changes, rhythms
from db.models import User
from db.rhythm import EVERY, WHO, Rhythm
from db.sheet import Entry, Saved, Values, merge
from db.spec import Spec, read
from db.values import Refused
from db.vocab import PAIRING_KIND, RECORD_KIND, Code, Codes

SHORT = dict(zip(EVERY, "zyjxn", strict=True))
PERIODS = Codes("周期", *(Code(code, label, SHORT[code]) for code, label in EVERY.items()))
COUNTS = Codes("怎么算", Code("period", "每个周期里做到", "m"), Code("interval", "距上次不超过一个周期", "j"))
PER = Codes("按什么", Code("child", "每名儿童", "e"), Code("pairing", "每一对结对", "j"))
INITIALS = {"all": "ls", "focus": "zd", "ordinary": "fzd", "under14": "14", "boarding": "js", "day": "bjs",
            "paired": "yjd", "unpaired": "wjd"}  # fmt: skip
WHOM = Codes("对象", *(Code(code, label, INITIALS.get(code, "")) for code, label in WHO.items()))


def _no_parts(values: Values) -> str | None:
    return "按距上次多久算，没有一期几次" if values.get("count") == "interval" else None


def _months_apply(values: Values) -> str | None:
    if values.get("count") == "interval" or values.get("every") != "month":
        return "只有“每月做到”的节奏才限定月份"
    return None


ENTRIES = tuple(Entry(name, spec, "节奏") for name, spec in {
    "kind": Spec("做什么", "code", codes=RECORD_KIND, required=True, prompt="记了这一类记录，这项待办就完成"),
    "name": Spec("名称", prompt="待办里怎么称呼，如 爱心妈妈谈心；空着就用类别的名称", longest=20),
    "count": Spec("怎么算", "code", codes=COUNTS, required=True),
    "every": Spec("周期", "code", codes=PERIODS, required=True),
    "span": Spec("每几个周期", "number", required=True, prompt="1 就是每周（月……），2 就是每两周（月……）"),
    "times": Spec("一期几次", "number", prompt="周期里要做几次，如每月3次写 3", skip=_no_parts),
    "who": Spec("对象", "codes", codes=WHOM, required=True, prompt="符合任一项的都要做"),
    "per": Spec("按什么", "code", codes=PER, required=True),
    "by": Spec("由谁负责", "code", codes=PAIRING_KIND, prompt="归哪一种结对的帮扶人；空着就归孩子的帮扶人，没有结对归本单位"),
    "holidays": Spec("假期也要做", "flag", required=True),
    "months": Spec("只在哪几月", prompt="如 3、9；不限就留空", longest=40, skip=_months_apply),
    "first_days": Spec("新来的几天内", "number", prompt="新登记的孩子几个工作日内要做第一次；不另要求就留空"),
    "settled_by": Spec("还有什么也算", "codes", codes=RECORD_KIND, prompt="做了这些也算完成，如每周电话，视频了也算"),
}.items())  # fmt: skip
SPECS = {entry.name: entry.spec for entry in ENTRIES}


def load(code: str | None) -> Values:
    """A rhythm in force by the names of ENTRIES; a new one is monthly, for every child. Raises NotFound."""
    rhythm = rhythms.find(code) if code else Rhythm("", "", "")
    values = {name: getattr(rhythm, name) for name in SPECS}
    for name in ("who", "settled_by"):
        values[name] = " ".join(values[name]) or None
    return values | {
        "kind": rhythm.kind or None, "name": rhythm.name or None, "by": rhythm.by or None,
        "months": "、".join(map(str, rhythm.months)) or None,
    }  # fmt: skip


def save(
    code: str | None, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Put the rhythm of a sheet in force; the key given back is its code.

    Raises Refused with the one thing to mend, NotFound, Conflict when somebody else changed the same field meanwhile.
    """
    with changes.action("设置节奏", by):
        mine, merged = merge(ENTRIES, values, base, theirs := load(code), force)
        after = {name: read(SPECS[name], value) for name, value in (theirs | mine).items()}
        if not after["kind"]:
            raise Refused("请选做什么，如 谈心")
        rhythm = _rhythm(code or rhythms.free_code(after["kind"]), after)
        rhythms.save(rhythm, by)
    return Saved(rhythm.code, merged)


def _rhythm(code: str, values: Values) -> Rhythm:
    told = values | {
        "name": values["name"] or RECORD_KIND.label(values["kind"]),
        "times": 1 if _no_parts(values) or values["times"] is None else values["times"],
        "months": () if _months_apply(values) else _months(values["months"]),
        "who": tuple((values["who"] or "").split()),
        "settled_by": tuple(each for each in (values["settled_by"] or "").split() if each != values["kind"]),
        "by": values["by"] or "",
        "holidays": bool(values["holidays"]),
    }
    blank = next(
        (SPECS[name].label for name in ("count", "every", "span", "per") if told[name] is None), None
    )
    if blank:
        raise Refused(f"请填写{blank}")
    return Rhythm(code, **told)


def _months(text: str | None) -> tuple[int, ...]:
    parts = [part for part in re.split(r"[^0-9]+", text or "") if part]
    if any(not 1 <= int(part) <= 12 for part in parts) or (text and not parts):
        raise Refused("月份要写1到12，如 3、9；不限就留空")
    return tuple(sorted({int(part) for part in parts}))
