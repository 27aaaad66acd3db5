"""接送: the questions who brought a child, who picks it up, and what becomes of one that is still there."""

from collections.abc import Callable
from functools import partial

from db import days, pick_up
from db.pick_up import ALONE, Kin, Waiting
from db.roll import Called, RollLine
from db.values import Refused
from db.vocab import RELATION, Code
from tui.context import Context
from tui.page import TROUBLE, Desk
from tui.widgets.ask import ask_text
from tui.widgets.dialogs import Choose

HINT = "如 17:00、下午5点；回车确定，Esc 不做了"
Answer = Callable[[str | None, bool | None, str | None], None]  # who, escorted, relation
Told = Callable[[str, str], None]  # a sentence and its tone


def ask_pick_up(
    context: Context, called: Called, line: RollLine | Waiting, told: Told, stays: Callable[[], None] | None = None
) -> None:  # fmt: skip
    """Ask who picks a child up and note it; told(sentence, tone) says how it went.

    stays: what is done where it is said that the child is still there (asked at closing only).
    """
    others = [
        (f"自己走：{pick_up.ESCORTED}", partial(_known, ALONE[0], True)),
        ("自己走：没有护送过马路", partial(_known, ALONE[0], False)),
    ]
    if stays:
        others.append(("仍在这里，写明情况", lambda _: stays()))

    def noted(who: str | None, escorted: bool | None, relation: str | None, time: str | None) -> None:
        warning = pick_up.pick_up(called.id, line.child_id, who, relation, time, escorted, context.by)
        alone = who == ALONE[0]
        how = ("，护送过马路" if escorted else "，没有护送过马路") if alone else ""
        said = f"{line.name}：{time or ''}{who}{'' if alone else '接'}走{how}，按 Ctrl+Z 可撤销"
        told(*((warning, "warn") if warning else (said, "warn" if alone and not escorted else "good")))

    def ask_when(who: str | None, escorted: bool | None, relation: str | None, time: str = "") -> None:
        ask_time(context.desk, f"{line.name}几点走的", time, partial(noted, who, escorted, relation))

    def answered(who: str | None, escorted: bool | None, relation: str | None) -> None:
        if called.on_date == days.today():
            _tried(context.desk, partial(noted, who, escorted, relation, None))
        else:
            ask_when(who, escorted, relation, called.ends or "")

    if isinstance(line, RollLine) and line.picked_by:
        same = (line.picked_by, line.escorted, line.picked_relation, line.left_at or "")
        others.append((f"还是{line.picked_by}，只改走的时间", lambda _: ask_when(*same)))
    _ask_who(context.desk, f"谁接走{line.name}？", pick_up.kin(line.child_id), others, answered, line.name)


def ask_brought(context: Context, called: Called, line: RollLine, told: Told) -> None:
    """Ask who brought a child (to a parents' meeting: who came for it), or only when; it has come then."""

    def noted(who: str | None, relation: str | None, time: str | None) -> None:
        warning = pick_up.arrive(called.id, line.child_id, who, relation, time, context.by)
        said = f"{line.name}：{who or time}{'' if called.open_kind and not who else '来了'}，按 Ctrl+Z 可撤销"
        told(*((warning, "warn") if warning else (said, "good")))

    def answered(who: str | None, _escorted: bool | None, relation: str | None) -> None:
        _tried(context.desk, lambda: noted(who, relation, None))

    others = []
    if called.open_kind:
        others = [
            ("自己来的", partial(_known, ALONE[0], None)),
            ("只改到的时间", lambda _: ask_time(
                context.desk, f"{line.name}几点到的", line.arrived or called.opened_at or "", partial(noted, None, None))),
        ]  # fmt: skip
    ask = f"谁送{line.name}来的？" if called.open_kind else f"{line.name}家里谁来了？"
    _ask_who(context.desk, ask, pick_up.kin(line.child_id), others, answered, line.name)


def ask_time(desk: Desk, label: str, text: str, then: Callable[[str | None], None]) -> None:
    """Ask for a time of day until then(text) takes it, or it is left with Esc."""
    ask_text(desk, label, text, then, HINT)


def _ask_who(
    desk: Desk, title: str, kin: list[Kin], others: list[tuple[str, Callable[[Answer], None]]], then: Answer, child: str
) -> None:  # fmt: skip
    """One of the family by number, one of `others`, or somebody else by name and relation."""
    choices = [(_said(each), partial(_known, each.name, None)) for each in kin]
    choices += [
        *others,
        ("别人（不在档案里的，要问清关系）", lambda then: _ask_stranger(desk, kin, then, child)),
    ]
    desk.push(
        Choose(title, [words for words, _ in choices], asked=True),
        lambda at: None if at is None else choices[at][1](then),
    )


def _known(who: str, escorted: bool | None, then: Answer) -> None:
    then(who, escorted, None)


def _ask_stranger(desk: Desk, kin: list[Kin], then: Answer, child: str) -> None:
    codes = list(RELATION)

    def named(typed: str) -> None:
        who = typed.strip()
        if not who:
            raise Refused("请写来的人的姓名；不写了按 Esc")
        if who in ALONE or who in {each.name for each in kin}:
            then(who, None, None)
            return
        desk.push(
            Choose(f"{who}不在档案里，是{child}的什么人？", [_with_others(code) for code in codes],
                   [code.initials for code in codes], asked=True),
            lambda at: None if at is None else then(who, None, codes[at].code),
        )  # fmt: skip

    ask_text(desk, "姓名", "", named, "来的人叫什么，请核对证件；回车确定，Esc 不做了")


def _with_others(code: Code) -> str:
    """A relation, and behind the last ones who is meant by them: what is typed finds these too."""
    words = [each for each in code.aliases if len(each) > 1]
    return f"{code.label}（{'、'.join(words)}）" if code.code in ("97", "99") else code.label


def _said(kin: Kin) -> str:
    relation = RELATION.label(kin.relation) if kin.relation else "关系未采集"
    return f"{kin.name}  {relation}{'（监护人）' if kin.guardian else ''}  {kin.phone_masked or '没有电话'}"


def _tried(desk: Desk, work: Callable[[], None]) -> None:
    try:
        work()
    except TROUBLE as trouble:
        desk.say(str(trouble), "error")
