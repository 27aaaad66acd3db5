"""一表通: a blank form's headings, what the ledger writes under each, for whom; F8 writes the filled copy."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

from db import days, site
from db.exchange import asking
from db.exchange.filling import FILLED, Filling, Part, open_form
from db.exchange.form_rows import ORDERS, WHO
from db.exchange.grid import Heading
from db.exchange.outcome import KINDS
from db.exchange.plan import Progress
from db.initials import initials
from db.register import Wanted
from db.spec import UNKNOWN
from db.values import typed_path
from db.vocab import RECORD_KIND
from tui.context import Context
from tui.ink import Line, cells, clip, fill, fit, gauge, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.screens.register_filter import Filter
from tui.task import Task
from tui.widgets.ask import ask_action, ask_place, ask_text
from tui.widgets.dialogs import Choose, Confirm, Tell
from tui.widgets.files import Files
from tui.widgets.roster import Roster

FORMS = (".xlsx", ".xls", ".xlsm", ".xltx", ".csv", ".docx")
BETWEEN = 0.3  # seconds between two drawings of progress
BAR = 40
CAREFUL = "填好的表存到（含完整号码，请妥善保管）"
WIDE = 76  # cells from which the columns' own columns are wider
Column = tuple[Part, Heading]
DAYS = {
    "": "照表上的写法",
    "%Y-%m-%d": "2015-03-08",
    "%Y.%m.%d": "2015.03.08",
    "%Y年%m月%d日": "2015年03月08日",
    "%Y%m%d": "20150308",
}


def choose_form(
    context: Context,
    folder: Path,
    ids: tuple[Any, ...] | None = None,
    then: Callable[[Path], None] = lambda folder: None,
) -> None:
    """Pick a blank form and show it; ids: for these children only. then(the folder it lies in)."""

    def chosen(path: Path | None) -> None:
        if path is not None:
            then(path.parent)
            context.desk.push(FormPage(context, path, ids))

    context.desk.push(Files("选择要填的空表", folder, FORMS), chosen)


class FormPage(Page):
    """A form about to be filled; nothing is written before F8, and never into the form itself."""

    PARTS = ("columns", "busy", "failed")

    def __init__(self, context: Context, path: Path, ids: tuple[Any, ...] | None = None):
        """ids: these children and no others."""
        self.context, self.path, self.ids = context, path, ids
        self.title = f"填表：{path.name}"
        self.form: Filling | None = None
        self.failed = ""
        self.task: Task | None = None
        self.doing = Progress("读取", 0, 0)
        self.seen_at = 0.0
        self.count = 0
        self.each, self.files = False, 0  # a file for each copy; those written so far
        self.samples: dict[int, str] = {}  # by heading, as long as nobody chose otherwise
        self.roster: Roster[Column] = Roster.of([], self._row, "这张表没有栏目")

    # ---- reading

    def shown(self) -> None:
        if self.form is None and self.task is None and not self.failed:
            self._begin(self._read(None), self._opened)

    def _read(self, kind: str | None) -> Iterator[Progress]:
        yield Progress("读取", 0, 0)  # drawn first
        form = open_form(str(self.path), kind)
        if self.ids is not None:
            form.choose(who="all", ids=self.ids)
        self.form = form

    def _opened(self) -> None:
        self._afresh()
        self.next_blank()
        if notes := self.form.notes:
            self.desk.say(notes[0] + (f"（共{len(notes)}条，按 F10 看）" if len(notes) > 1 else ""), "info")

    def _afresh(self) -> None:
        """Show what the form asks, after something was settled."""
        at = self.roster.at
        found = [(part, heading) for part in self.form.parts for heading in part.headings]
        self.samples, self.roster = {}, Roster.of(found, self._row)
        self.roster.go(at)
        self.count = self.form.count()

    def _begin(self, steps: Iterator[Any], ended: Any) -> None:
        def failed(why: str) -> None:
            self.task = None
            if self.form is None:
                self.failed = why
            else:
                self.desk.say(why, "error")

        def over() -> None:
            self.task = None
            ended()

        self.task = Task(steps, self._told, over, failed)
        self.desk.begin(self.task)

    def _told(self, step: Progress) -> None:
        self.files = step.done if self.each and step.what == "写表" else 0
        if monotonic() - self.seen_at > BETWEEN or step.what != self.doing.what:
            self.seen_at, self.doing = monotonic(), step

    # ---- keys

    @property
    def keys(self) -> tuple[Key, ...]:
        return self.keys_in("busy" if self.task else "failed" if self.failed else "columns")

    @staticmethod
    def keys_in(part: str) -> tuple[Key, ...]:
        """The keys while the headings are shown, while something runs, and when the form could not be read."""
        leave = Key(("escape",), "停下" if part == "busy" else "返回", "leave")
        if part == "busy":
            return (leave,)
        kind = Key(("ctrl+k", "k"), "哪种表", "kind", show=part == "failed")
        if part == "failed":
            return (kind, leave)
        return (
            Key(("f8",), "写出", "write"),
            Key(("enter",), "改对应", "settle"),
            Key(("space",), "留空", "leave_blank"),
            Key(("tab", "w"), "填谁", "who"),
            Key(("ctrl+n", "n"), "下个空栏", "next_blank"),
            Key(("f10", "m"), "更多", "more"),
            kind,
            Key(("escape",), "返回", "leave", show=False),
        )

    def press(self, key: str, char: str | None) -> bool:
        if self.task is None:
            return self.roster.press(key) or self.shortcut(key, char)
        return self.shortcut(key, char) or (key not in self.desk.routes and self._busy())

    def _busy(self) -> bool:
        self.desk.say(f"正在{self.doing.what}，请稍候；按 Esc 停下", "warn")
        return True

    def leave(self) -> None:
        if self.task is not None and self.form is not None:
            self.flush()
            said = f"前{self.files}份已经写好" if self.files else "文件没有写"
            self.desk.say(f"已停下，{said}", "warn")
            return
        self.flush()
        self.desk.close()

    def flush(self) -> None:
        if self.task is not None:
            self.task.cancel()
            self.task = None

    # ---- what a heading asks

    def settle(self) -> None:
        """Choose what stands under a heading."""
        part, heading = self.roster.current()
        may = self.form.options(part.kind)
        now = self.form.target_of(heading)
        at = next((nth for nth, (target, _) in enumerate(may, 1) if target == now), 0)

        def chosen(answer: int | None) -> None:
            if answer is not None:
                self._assign(heading, may[answer - 1][0] if answer else None)

        labels = [label for _, label in may]
        title = f"“{heading.group}{heading.text}”这一栏填什么？打首字母查找"
        self.desk.push(
            Choose(title, ["留空不填", *labels], ["lk", *map(initials, labels)], at=at, inside=True), chosen
        )

    def leave_blank(self) -> None:
        """Leave a column blank, or let it be filled again as it is understood."""
        _, heading = self.roster.current()
        target = None
        if self.form.target_of(heading) is None:
            target = self.form.own_target(heading)
            if target is None:
                self.desk.say("台账里没有和这一栏同名的内容：按回车从全部内容里选", "info")
                return
        self._assign(heading, target)

    def _assign(self, heading: Heading, target: str | None) -> None:
        try:
            self.form.assign(heading, target)
            self.form.remember()  # at once: what was settled outlives the program
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
            return
        self._afresh()

    def next_blank(self) -> None:
        """Go to the next column that nothing is written in."""
        found = [
            at for at, (_, heading) in enumerate(self._columns()) if self.form.target_of(heading) is None
        ]
        if found:
            self.roster.go(next((at for at in found if at > self.roster.at), found[0]))

    def _columns(self) -> list[Column]:
        return [(part, heading) for part in self.form.parts for heading in part.headings]

    # ---- for whom, and how

    def who(self) -> None:
        """Say whom the form is about."""
        actions = [
            *((label, initials(label), lambda who=who: self._choose(who=who, ids=None, wanted=Wanted())) for who, label in WHO.items()),
            ("再加筛选条件……", "sx", self._filter),
            ("只填一名儿童……", "yg", lambda: self.context.find_child(lambda child: self._choose(who="all", ids=(child.id,)))),
        ]  # fmt: skip
        ask_action(self.desk, "填哪些孩子？", actions)

    def _filter(self) -> None:
        self.desk.push(
            Filter(self.form.choices.wanted), lambda wanted: self._choose(wanted=wanted) if wanted else None
        )

    def _choose(self, **told: Any) -> None:
        try:
            self.form.choose(**told)
            self._afresh()
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")

    def more(self) -> None:
        now = self.form.choices
        actions = [
            (f"排列：{ORDERS[now.order]}", "pl", lambda: self._one_of("怎样排列？", ORDERS, "order")),
            (
                f"日期：{DAYS.get(now.days, now.days)}",
                "rq",
                lambda: self._one_of("日期怎样写？", DAYS, "days"),
            ),
            (
                f"没有采集的：{now.unknown or '留空'}",
                "cj",
                lambda: self._choose(unknown="" if now.unknown else UNKNOWN),
            ),
            *self._of_records(),
            ("这是哪种表", "nz", self.kind),
            (
                "看认表时的说明",
                "sm",
                lambda: self.desk.push(Tell("说明", self.form.notes or ["没有要说明的"])),
            ),
        ]
        ask_action(self.desk, "怎样填", actions)

    def _of_records(self) -> list[tuple[str, str, Callable[[], None]]]:
        """Which records, and of which days: asked only of a form that takes any."""
        if all(part.kind != "records" for part in self.form.parts):
            return []
        now = self.form.choices
        since = f"{now.since}起" if now.since else "全部"
        return [
            (f"记录类别：{self._kinds() or '全部'}", "lb", self._record_kind),
            (f"记录日期：{since}", "jl", self._since),
        ]

    def _kinds(self) -> str:
        return "、".join(map(RECORD_KIND.label, self.form.choices.kinds))

    def _record_kind(self) -> None:
        codes = [(), *((each.code,) for each in RECORD_KIND)]
        now = self.form.choices.kinds
        self.desk.push(
            Choose(
                "填哪类记录？",
                ["全部", *(each.label for each in RECORD_KIND)],
                at=codes.index(now) if now in codes else 0,
            ),
            lambda answer: self._choose(kinds=codes[answer]) if answer is not None else None,
        )

    def _since(self) -> None:
        starts = [None, days.today().replace(day=1), site.term().starts]
        labels = ["全部", "本月的", "本学期的"]
        at = starts.index(now) if (now := self.form.choices.since) in starts else 0
        self.desk.push(
            Choose("填哪些日子的记录？", labels, at=at),
            lambda answer: self._choose(since=starts[answer], until=None) if answer is not None else None,
        )

    def _one_of(self, title: str, choices: dict[str, str], name: str) -> None:
        values = list(choices)
        at = values.index(now) if (now := getattr(self.form.choices, name)) in values else 0
        self.desk.push(
            Choose(title, list(choices.values()), at=at),
            lambda answer: self._choose(**{name: values[answer]}) if answer is not None else None,
        )

    def kind(self) -> None:
        """Say whose rows the form takes."""
        kinds = list(FILLED)

        def chosen(answer: int | None) -> None:
            if answer is None:
                return
            if self.form is None:
                self.failed = ""
                self._begin(self._read(kinds[answer]), self._opened)
            else:
                self.form.retell(self.roster.current()[0], kinds[answer])
                self._afresh()

        copies = self.form is not None and self.form.copies
        labels = [("一份一名儿童" if kind == "children" else f"一份一个：{KINDS[kind]}") if copies else f"{KINDS[kind]}的表" for kind in kinds]  # fmt: skip
        self.desk.push(Choose(f"这张表一{'份' if copies else '行'}一个什么？", labels, asked=True), chosen)

    # ---- writing

    def write(self) -> None:
        if self.form.copies and self.count > 1:
            actions = [
                ("合成一本，一人一页", "hc", self._one_file),
                ("一人一个文件，放进一个文件夹", "yr", self._one_each),
            ]
            ask_action(self.desk, "一人一张的表，怎样存？", actions)
        elif self.form.nameless:
            self.desk.push(
                Confirm(f"{self.form.nameless}。", "不要姓名，照样写出", "回去选"),
                lambda sure: self._one_file(nameless=True) if sure else None,
            )
        else:
            self._one_file()

    def _one_file(self, **how: bool) -> None:
        target = self.path.with_name(f"{self.path.stem}-已填{self.form.ending}")
        ask_place(self.desk, CAREFUL, target, lambda path: self._write(path, **how), check=self.form.refuse)

    def _one_each(self) -> None:
        target = self.path.with_name(f"{self.path.stem}-已填")
        ask_text(self.desk, CAREFUL, str(target), lambda text: self._write(self.path.parent / typed_path(text.strip()), each=True),
                 "一个文件夹，没有就新建")  # fmt: skip

    def _write(self, path: Path, **how: bool) -> None:
        self.each, self.files = how.get("each", False), 0
        self.form.remember()
        steps = self.form.write(path, self.context.by, **how)
        self._begin(steps, lambda: self._written(path))

    def _written(self, path: Path) -> None:
        done = self.form.result
        rows = f"{done.rows}份" if self.form.copies else f"{done.rows}行"
        pages = f"，{done.pages}页" if done.pages > 1 and not self.form.copies else ""
        lines = [f"已存到 {path}", f"{rows}{pages}。原来的空表没有改动，这张表的对应已记住。"]
        if done.blank:
            lines += ["", f"空着的栏目：{'、'.join(done.blank)}"]
        if done.lacking:
            lines += [
                "",
                "台账里没有采集的：" + "、".join(f"{text} {n}人" for text, n in done.lacking.items()),
            ]
        for title, said in (("请核对：", done.problems), ("说明：", done.notes)):
            lines += ["", title, *said] if said else []
        self.desk.push(Tell("表填好了", lines))

    # ---- the picture

    def draw(self, width: int, height: int) -> Picture:
        if self.failed:
            return Picture([[], *([(" " + text, "error")] for text in wrap(self.failed, width - 2))])
        if self.form is None or self.task is not None:
            what, done, of = self.doing
            lines: list[Line] = [[], [(f" 正在{what}" + (f" {done}/{of}" if of else "……"), "info")]]
            return Picture(
                [*lines, [(" ", "plain"), *gauge(done / of, min(BAR, width - 4))]] if of else lines
            )
        lines = [*self._head(width), []]
        return Picture([*lines, *self.roster.draw(width, height - len(lines))])

    def _head(self, width: int) -> list[Line]:
        form, choices = self.form, self.form.choices
        columns = self._columns()
        left, kind = len(form.unmapped), form.parts[0].kind
        who = "帮扶人" if kind == "helpers" else "选定的儿童" if choices.ids is not None else WHO[choices.who]
        said = f"，{choices.wanted.said}" if choices.wanted.filters else ""
        rows = f"{self.count}名" if kind != "helpers" else f"{self.count}位"
        rows += f"的{self._kinds() or '记录'}" if kind == "records" else ""
        remembered = "   上次的对应" if any(part.remembered for part in form.parts) else ""
        return [
            fill([(" 填 ", "label"), (f"{who}{said} {rows}", "strong" if self.count else "warn"), (f"   按{ORDERS[choices.order]}排", "dim")], width),
            fill([(" 栏 ", "label"), (f"{len(columns) - left}/{len(columns)} 填得上", "plain"),
                  (f"   空着{left}栏" if left else "", "warn"), (remembered, "dim")], width),
            *([[(" 份 ", "label"), (form.each_is, "strong"), ("   不对就按 Ctrl+K 改", "dim")]] if form.copies else []),
        ]  # fmt: skip

    def _row(self, column: Column, width: int, here: bool) -> Line:
        part, heading = column
        sheet = f"{part.sheet} " if len(self.form.parts) > 1 else ""
        target = self.form.target_of(heading)
        label = asking.label_of(target) if target else "留空"
        if id(heading) not in self.samples:
            self.samples[id(heading)] = "、".join(self.form.samples(heading)) or self._none_for(target)
        names, labels = (24, 18) if width >= WIDE else (18, 14)
        return [
            (">" if here else " ", "key"), (fit(_cut(sheet + heading.group + heading.text, names), names), "cursor" if here else "plain"),
            (" < ", "dim"), (fit(_cut(label, labels), labels), "plain" if target else "warn"), ("  ", "plain"),
            (_cut(self.samples[id(heading)], width - names - labels - 6), "dim"),
        ]  # fmt: skip

    def _none_for(self, target: str | None) -> str:
        """What stands where a column that is filled has nothing in it for anybody."""
        if not target or target.startswith("form.") or "=" in target:
            return ""
        return "台账里都没有" if self.form.looked_at_all else "前几百行都没有"


def _cut(text: str, n: int) -> str:
    """The text in n cells; one that is cut says so."""
    return text if cells(text) <= n else clip(text, n - 2) + ".."
