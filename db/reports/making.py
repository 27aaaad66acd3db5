"""A report from a template and what is on file, in steps: the screen answers meanwhile."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from db import plan_summary, work_plans
from db.models import User
from db.reports import words
from db.reports.content import Blank, Block, Heading, Report, Text
from db.reports.facts import Facts, full
from db.reports.periods import Period
from db.reports.tables import grid
from db.reports.templates import Section, Template, line_of
from db.reports.words import MARK, PLANS, RULES, TABLE, TABLES
from db.values import Refused

NOTHING = "没有。"
PART = re.compile("[一二三四五六七八九十]+、(.{1,30})")
DRAFTED = "（按台账起草，还没有人改定）"


class Made(NamedTuple):
    """A report, and what each placeholder came to: text, or blocks that stand in its place (a table, summaries, rules)."""

    report: Report
    said: Mapping[str, str]
    blocks: Mapping[str, tuple[Block, ...]]


def make(template: Template, period: Period, by: User | None, reveal: bool = False) -> Iterator[str | Made]:
    """Fill a template: yields what is being worked out, in words, and last of all the report.

    Names of children are masked wherever they stand unless reveal. Raises Refused for a target that is not there.
    """
    maker = _Maker(template, Facts(period, by, reveal))
    title = maker.fill(template.title)
    blocks: list[Block] = []
    for section in template.sections:
        yield f"{section.heading or section.table or '正文'}"
        blocks += maker.section(section)
    yield RULES
    rules = maker.rules()
    if RULES not in maker.blocks:
        blocks += (Heading(RULES), rules)
    maker.blocks[RULES] = (rules,)
    here = maker.facts.say("单位")
    about = f"{here}　{full(period.first)}至{full(period.last)}　数据截至{full(period.until)}"
    yield Made(Report(title, about, tuple(blocks)), maker.said, maker.blocks)


def made(template: Template, period: Period, by: User | None, reveal: bool = False) -> Made:
    """The same at one go."""
    *_, last = make(template, period, by, reveal)
    return last


class _Maker:
    def __init__(self, template: Template, facts: Facts):
        self.template, self.facts = template, facts
        self.said: dict[str, str] = {}
        self.blocks: dict[str, tuple[Block, ...]] = {}
        self.tables: dict[str, str] = {}

    def section(self, section: Section) -> list[Block]:
        """The blocks of a part; a table without rows is a sentence."""
        found: list[Block] = [Heading(self.fill(section.heading))] if section.heading else []
        if section.text:
            found += self.text(section.text)
        if section.table:
            found += self.table(section.table, section.columns, section.empty)
        if section.plans:
            found += self.plans()
        if section.lines:
            found.append(Blank(section.lines))
        return found

    def text(self, text: str) -> list[Block]:
        """Paragraphs; one that is nothing but a table, the summaries or the rules (in a docx) becomes that."""
        found: list[Block] = []
        for line in filter(str.strip, text.split("\n")):
            whole = MARK.fullmatch(line.strip())
            name = words.split(whole[1])[0] if whole else ""
            if name == PLANS:
                self.blocks[name] = tuple(self.plans())
                found += self.blocks[name]
            elif name == RULES:
                self.blocks[name] = ()
            elif name.startswith(TABLE):
                self.blocks[name] = tuple(self.table(name.removeprefix(TABLE), (), ""))
                found += self.blocks[name]
            else:
                found.append(Text((self.fill(line),)))
        return found

    def table(self, name: str, columns: tuple[str, ...], empty: str) -> list[Block]:
        made = grid(name, self.facts, columns)
        self.tables[name] = TABLES[name].about
        return [made] if made.rows else [Text((self.fill(empty) if empty else NOTHING,))]

    def fill(self, text: str) -> str:
        """A text with its placeholders filled."""
        return MARK.sub(lambda found: self._say(found[1]), text)

    def _say(self, written: str) -> str:
        if written not in self.said:
            try:
                self.said[written] = self.facts.say(written)
            except Refused as refused:
                where = line_of(self.template.text, written)
                raise Refused(f"模板{self.template.name}{where and '的' + where}{refused}") from refused
        return self.said[written]

    def plans(self) -> list[Block]:
        """The summary of every plan that runs in the period: as it was written, else drafted."""
        period, found = self.facts.period, []
        for plan in work_plans.listing(self.facts.today, closed=True):
            if plan.starts > period.until or plan.ends < period.first:
                continue
            kept = plan_summary.load(plan.id)["summary"]
            text = kept or plan_summary.draft(plan.id, period.until)
            found.append(Heading(plan.title + ("" if kept else DRAFTED), 2))
            lines = [line for line in text.split("\n")[1:] if line.strip()]
            found.append(Text(tuple(self.facts.masked(self._flat(line)) for line in lines)))
        return found or [Text(("这一期没有计划。",))]

    @staticmethod
    def _flat(line: str) -> str:
        """A heading of a summary as a line: the numbers are the report's own."""
        whole = PART.fullmatch(line.strip())
        return f"【{whole[1]}】" if whole else line.strip()

    def rules(self) -> Text:
        """Of what day the report is, and the rule of each figure and table in it."""
        facts = self.facts
        made = f"，制表人{facts.say('制表人')}" if facts.by else ""
        lines = [
            f"制表日期{full(facts.today)}{made}；数据截至{full(facts.period.until)}；留守儿童按“{facts.criterion}”认定。"
        ]
        if facts.period.until < facts.period.last:
            lines.append(f"{facts.period.called}还没过完，各数只到{full(facts.period.until)}。")
        said = f"留守儿童按“{facts.criterion}”认定，"  # said once, above
        lines += [f"{name}：{_bare(name, rule).replace(said, '')}。" for name, rule in facts.used.items()]
        lines += [f"表“{name}”：{about}。" for name, about in self.tables.items()]
        return Text(tuple(lines), small=True)


def _bare(name: str, rule: str) -> str:
    """A rule without the name it begins with."""
    return rule.removeprefix(f"{name}指").rstrip("。")
