"""档案: one child, page by page: how things stand, family, all fields, who helps, progress, and all that happened."""

from typing import Any

from db import child_sheet, child_view, days, duties, lookalikes, progress, timeline
from db.errors import LedgerError
from db.printing import printed
from db.sheet import NotFound
from tui.context import Context
from tui.ink import Line, wrap
from tui.page import Key, Page, Picture
from tui.screens import dossier_parts as parts
from tui.widgets.ask import ask_action
from tui.widgets.dialogs import Choose, Tell
from tui.widgets.roster import Roster

GONE = "这份档案看不到了：按 Esc 返回名单"
TABS = ("概况", "家庭", "资料", "帮扶", "成长", "经过")
EVENTS = TABS.index("经过")
RECENT = 5  # events on the first page
DETAIL = 4  # lines of the event under the cursor
# F10: what is chosen from, the pinyin initials, the method that does it.
MENU = (
    ("看关爱记录", "kgajl", "records"),
    ("打印联系卡", "dylxk", "print_card"),
    ("打印档案", "dyda", "print_file"),
    ("打印记录卡", "dyjlk", "print_records"),
    ("帮扶方案", "bffa", "plans"),
    ("关爱清单", "gaqd", "lists"),
    ("再结一对", "zjyd", "pair"),
    ("加兄弟姐妹", "jxdjm", "sibling"),
    ("退出登记、重新登记", "tcdj", "leave_or_return"),
    ("写转出文件", "xzcwj", "hand_over"),
    ("强制报告（先打110）", "qzbg", "report"),
)


class Dossier(Page):
    """One child on file. The numbers are masked until F8 is pressed."""

    PARTS = ("page", "events")

    def __init__(self, context: Context, child_id: Any):
        self.context, self.child_id = context, child_id
        self.revealed = False
        self.tab = self.top = 0
        self.title = "档案"
        self.child: child_view.Dossier | None = None
        self.alike: list[lookalikes.Likeness] = []
        self.duties: list[duties.Duty] = []
        self.stale: list[printed.Stale] = []
        self.happened: list[timeline.Key] = []
        self.recent: list[timeline.Event] = []
        self.terms: list[progress.TermRow] = []
        self.risks: list[progress.Risk] = []
        self.only: str | None = None  # the one kind of event to be seen
        self.roster: Roster[timeline.Event] = Roster(
            lambda: len(self.seen()), self._events, parts.event, "还没有经过"
        )

    @property
    def keys(self) -> tuple[Key, ...]:
        return self.keys_in("events" if self.tab == EVENTS else "page")

    @staticmethod
    def keys_in(part: str) -> tuple[Key, ...]:
        """The keys over the list of events, and over every other page."""
        first = {
            "page": (Key(("enter", "e"), "修改", "edit"),),
            "events": (Key(("enter",), "打开", "open"), Key(("/", "f"), "只看一类", "narrow"), Key(("e",), "修改", "edit", show=False)),
        }[part]  # fmt: skip
        moves = (
            Key(("down",), "下移", "down", show=False),
            Key(("up",), "上移", "up", show=False),
            Key(("pagedown", "space"), "下翻", "page_down", show=False),
            Key(("pageup",), "上翻", "page_up", show=False),
            Key(("home",), "开头", "home", show=False),
        )
        return (
            *first,
            Key(("f8",), "显示号码", "reveal"),
            Key(("insert", "a"), "记一次", "record"),
            Key(("f10",), "更多", "more"),
            Key(("ctrl+n",), "补缺项", "mend"),
            Key(("tab", "d"), "疑似重复", "compare"),
            Key(("ctrl+r", "r"), "看记录", "records", show=False),
            Key(("ctrl+b", "b"), "加兄弟姐妹", "sibling", show=False),
            Key(("right",), "后一页", "next_tab", show=False),
            Key(("left",), "前一页", "previous_tab", show=False),
            *(Key((str(at),), name, f"tab_{at}", show=False) for at, name in enumerate(TABS, 1)),
            *(moves if part == "page" else ()),
            Key(("ctrl+z",), "撤销", "undo", show=False),
        )

    def shown(self) -> None:
        try:
            child = child_view.dossier(self.child_id, reveal=self.revealed)
            self.alike = lookalikes.similar(child_sheet.load(self.child_id), besides=self.child_id)
            self.duties = duties.of_child(self.child_id, days.today())
            self.stale = printed.stale([self.child_id])
            self.terms, self.risks = progress.terms(self.child_id), progress.risks(self.child_id)
            self.happened = timeline.events(self.child_id)
            self.recent = timeline.told(self.child_id, self.happened[:RECENT], self.revealed)
        except NotFound as gone:  # merged into another, or struck out, while this page lay beneath
            self.child = None
            self.desk.say(str(gone), "error")
            return
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self.child = child
        self.roster.refresh()
        self.name, _, self.about = child.heading.partition(" ")
        self.title = f"档案：{self.name}"

    def why_off(self, key: Key) -> str | None:
        if self.child is None:
            return None if key.run == "undo" else GONE
        if key.run == "compare" and not self.alike:
            return "没有疑似重复的档案"
        if key.run == "open" and not len(self.roster):
            return self.roster.empty
        return "建档已齐全，没有缺项" if key.run == "mend" and not self.child.gaps else None

    def press(self, key: str, char: str | None) -> bool:
        if self.tab == EVENTS and self.child is not None:
            return self.roster.press("pagedown" if key == "space" else key) or self.shortcut(key, char)
        return self.shortcut(key, char)

    # ---- what can be done

    def edit(self) -> None:
        self.context.open_child(self.child_id, at="name")

    def mend(self) -> None:
        self.context.open_child(self.child_id, at=self.child.gaps[0][0])

    def sibling(self) -> None:
        from tui.screens.child_entry import sibling_sheet

        self.desk.push(sibling_sheet(self.context, self.child_id))

    def record(self) -> None:
        from tui.widgets.record_form import choose_kind, open_record

        choose_kind(
            self.desk, f"给{self.name}记什么？", lambda kind: open_record(self.context, self.child_id, kind)
        )

    def records(self) -> None:
        from tui.screens.records import Records

        self.desk.push(Records(self.context, self.child_id, self.name))

    def compare(self) -> None:
        from tui.screens.merging import Alike

        self.desk.push(Alike(self.context, child_sheet.load(self.child_id), self.child_id))

    def more(self) -> None:
        ask_action(self.desk, "更多", [(words, short, getattr(self, run)) for words, short, run in MENU])

    def print_card(self) -> None:
        self._print(printed.CARD)

    def print_file(self) -> None:
        self._print(printed.FILE)

    def _print(self, what: str) -> None:
        from tui.screens.printing import ask_print

        ask_print(self.context, what, [self.child_id], self.name)

    def print_records(self) -> None:
        from tui.screens.printing import ask_records

        ask_records(self.context, self.child_id, self.name)

    def plans(self) -> None:
        from tui.screens.care_plans import open_plans

        open_plans(self.context, self.child_id)

    def lists(self) -> None:
        from tui.screens.ticks import Ticks

        self.desk.push(Ticks(self.context, self.child_id, self.name))

    def pair(self) -> None:
        from tui.screens.choosing import choose_for

        choose_for(self.context, self.child_id)

    def leave_or_return(self) -> None:
        from tui.screens import leaving

        (leaving.return_child if self.child.left else leaving.leave_child)(self.context, self.child_id)

    def hand_over(self) -> None:
        from tui.screens.leaving import hand_over

        hand_over(self.context, self.child_id)

    def report(self) -> None:
        from tui.screens.incidents import report_incident

        report_incident(self.context, self.child_id)

    def reveal(self) -> None:
        self.revealed = not self.revealed
        self.shown()

    def undo(self) -> None:
        self.context.undo()

    # ---- the events

    def seen(self) -> list[timeline.Key]:
        """The events to be seen: all, or those of one kind."""
        return [key for key in self.happened if self.only in (None, key.kind)]

    def _events(self, offset: int, limit: int) -> list[timeline.Event]:
        return timeline.told(self.child_id, self.seen()[offset : offset + limit], self.revealed)

    def open(self) -> None:
        from tui.widgets.record_form import open_record

        here = self.roster.current()
        if here.kind == "record":
            open_record(self.context, self.child_id, record_id=here.row)
        else:
            self.desk.push(
                Tell(f"{here.day or '日期未采集'} {here.label}", [here.text, *here.more.split("\n")])
            )

    def narrow(self) -> None:
        many = {kind: sum(key.kind == kind for key in self.happened) for kind in timeline.KINDS}
        kinds = [None, *(kind for kind, n in many.items() if n)]
        labels = [
            f"全部 {len(self.happened)}",
            *(f"{timeline.KINDS[kind]} {many[kind]}" for kind in kinds[1:]),
        ]

        def chosen(at: int | None) -> None:
            if at is not None:
                self.only = kinds[at]
                self.roster.refresh()
                self.roster.go(0)

        self.desk.push(Choose("只看哪一类", labels), chosen)

    # ---- pages and moves

    def turn(self, tab: int) -> None:
        """Go to a page of the 档案."""
        self.tab, self.top = tab, 0

    def next_tab(self) -> None:
        self.turn((self.tab + 1) % len(TABS))

    def previous_tab(self) -> None:
        self.turn((self.tab - 1) % len(TABS))

    def tab_1(self) -> None:
        self.turn(0)

    def tab_2(self) -> None:
        self.turn(1)

    def tab_3(self) -> None:
        self.turn(2)

    def tab_4(self) -> None:
        self.turn(3)

    def tab_5(self) -> None:
        self.turn(4)

    def tab_6(self) -> None:
        self.turn(5)

    def down(self) -> None:
        self.scroll(1)

    def up(self) -> None:
        self.scroll(-1)

    def page_down(self) -> None:
        self.scroll(self.desk.size[1] - 7)

    def page_up(self) -> None:
        self.scroll(7 - self.desk.size[1])

    def home(self) -> None:
        self.top = 0

    def scroll(self, by: int) -> None:
        """Move the text by so many lines, never past either end."""
        width, height = self.desk.size
        self.top = max(0, min(self.top + by, len(self.lines(width)) - (height - 5)))

    # ---- drawing

    def lines(self, width: int) -> list[Line]:
        """The page in view as lines; the list of events draws itself."""
        if self.child is None:
            return [[(" " + GONE, "warn")]]
        return [[(" " + self.about, "strong")], *getattr(self, f"_page_{self.tab + 1}")(width)]

    def _page_1(self, width: int) -> list[Line]:
        """How things stand, in short."""
        child = self.child
        lines = parts.standing(child, width)
        if self.alike:
            lines += parts.text(f"疑似重复：{self.alike[0].told}（按 Tab 看）", width, "warn", 1)
        lines += parts.stale(self.stale, width)
        lines += [parts.head("家庭"), *parts.labelled(child.family, width)]
        lines += [parts.head("帮扶"), *parts.helps(child.helps, width, ended=False, left=bool(child.left))]
        lines += [parts.head("待办"), *parts.owed(self.duties, days.today(), width)]
        if any(not plan.closed_on for plan in child.plans):
            lines += [parts.head("方案"), *parts.plans(child.plans, width, ended=False)]
        lines += [parts.head("清单"), *parts.lists(child.lists, width, in_full=False)]
        if self.recent:
            lines.append(parts.head(f"近来（全部 {len(self.happened)} 件，按 6 看）"))
            lines += [
                line
                for each in self.recent
                for line in parts.text(f"{each.day or '日期未采集'} {each.text}", width)[:2]
            ]
        return lines

    def _page_2(self, width: int) -> list[Line]:
        """The family and the contact card's fields."""
        wanted = ("父亲", "母亲", "监护人", "联系卡", "其他家人")
        return parts.fields([each for each in self.child.sections if each[0] in wanted], width)

    def _page_3(self, width: int) -> list[Line]:
        """Everything on file."""
        return parts.fields(self.child.sections, width)

    def _page_4(self, width: int) -> list[Line]:
        """Who helps and helped, what is planned."""
        lines = [
            parts.head("结对"),
            *parts.helps(self.child.helps, width, ended=True, left=bool(self.child.left)),
        ]
        if self.child.plans:
            lines += [parts.head("方案"), *parts.plans(self.child.plans, width, ended=True)]
        return [*lines, parts.head("清单"), *parts.lists(self.child.lists, width, in_full=True)]

    def _page_5(self, width: int) -> list[Line]:
        """How things went from term to term."""
        return parts.progress(self.terms, self.risks, width)

    def draw(self, width: int, height: int) -> Picture:
        bar = self._bar()
        if self.tab == EVENTS and self.child is not None:
            return Picture([bar, *self._draw_events(width, height - 1)])
        lines = self.lines(width)
        seen = lines[self.top : self.top + height - 2]
        below = len(lines) - self.top - len(seen)
        seen += [[]] * (height - 2 - len(seen))
        return Picture([bar, *seen, [(f" 下面还有 {below} 行，按 PgDn" if below > 0 else "", "dim")]])

    def _bar(self) -> Line:
        """The pages, the one in view reversed; a digit leads to each."""
        line: Line = []
        for at, name in enumerate(TABS):
            line += [(" ", "plain"), (str(at + 1), "key"), (name, "cursor" if at == self.tab else "plain")]
        return [*line, ("  按数字换页", "dim")]

    def _draw_events(self, width: int, height: int) -> list[Line]:
        kind = timeline.KINDS[self.only] if self.only else "全部"
        place = f" {kind} {self.roster.at + 1 if len(self.roster) else 0}/{len(self.roster)}"
        rows = self.roster.draw(width, height - DETAIL - 2)
        here = self.roster.current()
        said = (
            [row for each in (here.text, here.more) if each for row in wrap(each, width - 2)] if here else []
        )
        more = len(said) > DETAIL
        below: list[Line] = [[(" " + row, "plain")] for row in said[: DETAIL - more]]
        if more:
            below.append([(" 按回车看全文", "dim")])
        return [[(place, "head")], *rows, [], *below, *[[]] * (DETAIL - len(below))]
