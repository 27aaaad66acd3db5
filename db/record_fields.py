"""What the sheet of each kind of care record asks: the same columns, in the order and under the labels of its form.

Sources: 谈心记录卡, 家访记录 (time, visitor, child, guardian, home, conduct, needs, feedback, plan) and the record forms
the seven work plans name.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from db import days
from db.fields import specs
from db.models import CareRecord
from db.sheet import Entry
from db.spec import Spec, show
from db.vocab import Code, Codes

SPECS = specs(CareRecord)
LONGEST_CALL = 600  # minutes; a longer one is a slip of the finger
FARTHEST = timedelta(days=366)  # a day promised for later than that has the wrong year
SETTLES = "settles"
ALL_OF_THEM = "all"


class Promise(NamedTuple):
    """A next step that was promised for a day and is not seen to yet; kind is a label."""

    id: UUID
    kind: str
    on_date: date
    follow_up: str
    follow_up_on: date


class Ask(NamedTuple):
    """A column as one kind asks for it; what is left empty is as the column itself says."""

    name: str
    label: str = ""
    prompt: str = ""
    required: bool = False


def _done(values: Mapping[str, Any]) -> str | None:
    came_about = ("minutes", "content", "home", "conduct", "needs", "feedback")
    return "已写了做的情况，就是做成了" if any(values.get(name) for name in came_about) else None


def _not_done(values: Mapping[str, Any]) -> str | None:
    return "选了没有做成，就没有时长" if values.get("missed") else None


def _no_step(values: Mapping[str, Any]) -> str | None:
    return None if values.get("follow_up") else "没写后续措施，不用写跟进日期"


SKIPS = {"missed": _done, "minutes": _not_done, "follow_up_on": _no_step}
NEXT = (Ask("follow_up"), Ask("follow_up_on"))
CALL = (
    Ask("by_name", "安排人", "谁安排的，如 刘老师"), Ask("caller"), Ask("with_whom", "和谁通话", "如 父亲、母亲"),
    Ask("minutes"), Ask("missed"), Ask("content", "通话内容"), *NEXT,
)  # fmt: skip
ASKS: dict[str, tuple[Ask, ...]] = {
    "talk": (
        Ask("by_name", "谈话人", "谁谈的，如 刘老师"), Ask("place"), Ask("reason", "谈心缘由"), Ask("content", "谈话内容"),
        Ask("missed"), *NEXT,
    ),
    "visit": (
        Ask("by_name", "走访人", "谁去的，如 刘老师"), Ask("with_whom", "见到的监护人", "在家见到谁，如 奶奶"),
        Ask("home", "", "家里几口人、身体和住房怎样"), Ask("conduct", "", "在家、在校的表现"), Ask("needs", "", "学习上缺什么、要什么"),
        Ask("feedback", "", "家长说了什么"), Ask("missed"), Ask("follow_up", "后续计划"), Ask("follow_up_on"),
    ),
    "phone_call": CALL,
    "video_call": (CALL[0], Ask("place", "", "如 亲情视频室、教室"), *CALL[1:]),
    "parent_contact": (
        Ask("by_name", "谁联系的", "如 刘老师"), Ask("with_whom", "联系的家长", "如 父亲、奶奶"),
        Ask("reason", "联系事由", "如 成绩下滑、换季添衣"), Ask("content", "联系内容"), Ask("feedback", "家长意见"), Ask("missed"), *NEXT,
    ),
    "parent_feedback": (
        Ask("by_name", "记录人", "谁听到的，如 刘老师"), Ask("with_whom", "反馈的家长", "如 父亲、奶奶"),
        Ask("feedback", "", "家长说了什么、要求什么", True), Ask("follow_up", "答复和措施"), Ask("follow_up_on"),
    ),
    "counselling": (
        Ask("by_name", "辅导人", "谁辅导的，如 刘老师"), Ask("place", "", "如 心理咨询室"), Ask("reason", "辅导缘由", "如 情绪低落"),
        Ask("content", "辅导内容"), Ask("result", "辅导效果"), Ask("missed"), *NEXT,
    ),
    "diary": (
        Ask("by_name", "批阅人", "谁看的，如 刘老师"), Ask("content", "日记摘要"), Ask("result", "批语"), *NEXT,
    ),
    "letter": (
        Ask("by_name", "经办人", "谁帮着写、寄的，如 刘老师"), Ask("caller", "谁写的"), Ask("with_whom", "写给谁", "如 妈妈"),
        Ask("content", "书信摘要"), *NEXT,
    ),
    "good_deed": (
        Ask("by_name", "记录人", "谁记的，如 刘老师"), Ask("place", "", "如 学校、村里"), Ask("content", "做了什么", "如 帮邻居奶奶挑水", True),
        Ask("result", "收获", "孩子自己或别人怎么说"),
    ),
    "illness": (
        Ask("by_name", "陪同人", "谁陪着的，如 刘老师"), Ask("reason", "患了什么病", "如 发烧、骨折", True), Ask("place", "就诊医院", "如 镇卫生院"),
        Ask("content", "治疗情况"), Ask("consent", "已告知监护人", "是否已告诉监护人：是、否"), *NEXT,
    ),
    "home_stay": (
        Ask("by_name", "爱心妈妈/爸爸", "到谁家做客，如 王兰", True), Ask("consent", "监护人同意", "监护人同意了才能去，选 是", True),
        Ask("back_on", "", "哪天送回，如 2026-10-3"), Ask("content", "做客情况"),
    ),
    "birthday": (
        Ask("by_name", "谁给过的", "如 刘老师、奶奶"), Ask("place", "", "如 留守儿童之家"), Ask("with_whom", "和谁一起过", "如 奶奶、全班同学"),
        Ask("content", "生日感言", "孩子自己说的话，最好是原话"), Ask("result", "心愿", "孩子许了什么愿"), *NEXT,
    ),
    "inspection": (
        Ask("by_name", "受检帮扶人", "检查哪位帮扶人，如 刘老师"), Ask("with_whom", "检查人", "谁检查的，如 王校长"),
        Ask("result", "帮扶效果", "孩子有哪些变化", True), Ask("grade", "评定", "如 好、一般、差"), Ask("follow_up", "整改要求"), Ask("follow_up_on"),
    ),
    "risk_review": (
        Ask("by_name", "评估人", "谁评的，如 儿童主任"), Ask("scale"), Ask("grade", "", "", True), Ask("content", "评估依据"), *NEXT,
    ),
    "group_talk": (
        Ask("by_name", "主持人", "谁主持的，如 刘老师"), Ask("place", "", "如 三年级教室"), Ask("reason", "主题", "如 安全教育", True), Ask("content"),
        *NEXT,
    ),
    "film": (
        Ask("by_name", "组织人", "谁组织的，如 刘老师"), Ask("place", "", "如 农家书屋"), Ask("reason", "片名", "如 《励志少年》", True),
        Ask("content", "观后感"),
    ),
}  # fmt: skip
HEAD = (
    Ask("kind", "", "换一类：已打的字都留着", True),
    Ask("on_date", "", "如 2026-9-10，或 今天、昨天", True),
)
DAYS = {
    "birthday": "哪天过的",
    "illness": "发病日期",
    "home_stay": "做客日期",
    "inspection": "检查日期",
    "risk_review": "评估日期",
}
BEGINS_AT_BY = {"home_stay", "inspection"}  # whose name there has to be thought of


def entries(kind: str, kept: Collection[str] = (), promises: Collection[Promise] = ()) -> tuple[Entry, ...]:
    """The fields of a kind's sheet in order.

    kept: columns that hold something already: they are shown though the kind does not ask for them. promises: of the
    child's earlier records, one of which (or all) the new record may settle.
    """
    asked = asks(kind)
    named = {ask.name for ask in asked}
    more = [Ask(name) for name in SPECS if name in kept and name not in named]
    found = [Entry(ask.name, _spec(kind, ask), "") for ask in (*asked, *more)]
    if promises:
        found.append(Entry(SETTLES, _settling(promises), ""))
    return tuple(found)


def asks(kind: str) -> tuple[Ask, ...]:
    """What a kind asks for, its own kind and day first; a kind of a newer program asks what a talk does."""
    return (*HEAD, *ASKS.get(kind, ASKS["talk"]))


def first_to_type(kind: str, named: bool = False) -> str:
    """The field the caret stands in first: the day, and mostly (always when named) who did it, are filled in already."""
    return asks(kind)[2 if kind in BEGINS_AT_BY and not named else 3].name


def _spec(kind: str, ask: Ask) -> Spec:
    spec = SPECS[ask.name]
    label = ask.label or (DAYS.get(kind, "") if ask.name == "on_date" else "")
    return spec._replace(
        label=label or spec.label,
        prompt=ask.prompt or spec.prompt,
        required=ask.required,
        skip=SKIPS.get(ask.name),
    )


def _settling(promises: Collection[Promise]) -> Spec:
    """Which promise is settled along with the record, to be picked by its number."""
    codes = [
        Code(
            str(each.id),
            f"{(each.follow_up or each.kind).splitlines()[0][:20]}（{days.short(each.follow_up_on)}）",
        )
        for each in promises
    ]
    if len(codes) > 1:
        codes.append(Code(ALL_OF_THEM, "以上全部"))
    return Spec(
        "了结约定", "code", "以前约定的，这次也做到了就选；没做到留空", Codes("了结约定", *codes),
        skip=lambda values: "没有做成，约定还在" if values.get("missed") else None,
    )  # fmt: skip


def impossible(values: Mapping[str, Any]) -> dict[str, str]:
    """What the fields of a record say that cannot be: field → the sentence with the cure."""
    found = {}
    on, minutes, missed = values.get("on_date"), values.get("minutes"), values.get("missed")
    if minutes is not None and not 1 <= minutes <= LONGEST_CALL:
        found["minutes"] = f"时长{minutes}分钟不对，请写1到{LONGEST_CALL}；没打通就选“没有做成”的原因"
    elif minutes is not None and missed:
        found["missed"] = "写了时长就是做成了：没做成请清空时长，做成了请清空这一项"
    for name, label in (
        ("back_on", "送回日期"),
        ("follow_up_on", "跟进日期"),
        ("follow_up_done", "已跟进的日期"),
    ):
        day = values.get(name)
        if on and day and day < on:
            found[name] = f"{label}{day}早于记录的日期{on}，请核对日期"
        elif on and day and day > on + FARTHEST:
            found[name] = f"{label}{day}离{on}一年多，请核对年份"
    if values.get("kind") == "home_stay" and values.get("consent") is False:
        found["consent"] = "监护人没有同意，不能去做客：请先征得同意，再把这一项改为“是”"
    return found


def lacks(values: Mapping[str, Any]) -> str | None:
    """Why a record cannot be kept for want of what its kind needs, in one sentence; a missed one needs nothing."""
    if values.get("missed"):
        return None
    kind = values["kind"]
    if kind == "home_stay" and not values.get("consent"):
        return "到爱心家庭做客要监护人同意：请先征得同意，在“监护人同意”里选“是”"
    for ask in ASKS.get(kind, ()):
        there = values.get(ask.name) or (ask.name == "by_name" and values.get("helper"))
        if ask.required and not there:
            return f"请填写{_spec(kind, ask).label}"
    return None


def told(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a record holds besides kind, day and who did it, in its kind's order: label and text."""
    kind = values["kind"]
    return [
        (entry.spec.label, show(entry.spec, values[entry.name]))
        for entry in entries(kind, [name for name in SPECS if values.get(name) is not None])
        if entry.name not in ("kind", "on_date", "by_name") and values.get(entry.name) is not None
    ]
