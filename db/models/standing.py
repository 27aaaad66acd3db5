"""Where the site stands: figures told from outside, targets of its own, what each term came to, what was reported, scores."""

import peewee

from db import days
from db.fields import Key, coded, day, flag, number, text
from db.ids import uuid7
from db.models.base import Row, reference
from db.models.people import Child
from db.models.site import Term
from db.vocab import COUNTED, DIRECTION, OWN_SORT


class Figure(Row):
    """What somebody outside the ledger states of a target in a term: the school's 巩固率, the clinic's 免疫接种率.

    code: the target's. school: of which school, '' for the whole site.
    """

    code = peewee.TextField()
    term = reference(Term, "figures")
    school = peewee.TextField(default="")
    numerator = number("分子", prompt="做到的有多少，如 38", required=True)
    denominator = number("分母", prompt="一共应有多少，如 40", required=True)
    on_date = day("数据日期", prompt="这个数是哪天的，如 2026-9-10", required=True)
    source = text("来源", prompt="谁提供的，如 柳溪小学教务处", required=True, longest=60)
    note = text("说明", kind="notes", longest=500)


class OwnTarget(Row):
    """A target, or a yes/no item, that the users set themselves: conditions on described fields.

    counted: among whom. who: JSON [[field, test, value], …] that narrows them; met: the same, of those that count as
    done. goal: percent for 'rate', a number of children for 'some', nothing for the others. answered, answered_on,
    evidence: of an item that somebody answers by hand. place: its place in the list.
    """

    name = text("名称", prompt="如 心理辅导覆盖率", required=True, longest=30)
    about = text("口径", kind="notes", prompt="用一句话说清算的是什么", longest=200)
    sort = coded("怎么看", OWN_SORT, required=True)
    counted = coded("算哪些孩子", COUNTED)
    who = peewee.TextField(default="[]")
    met = peewee.TextField(default="[]")
    goal = number("要求", prompt="百分比写 0 到 100，至少几名写人数")
    direction = coded("要求的方向", DIRECTION)
    answered = flag("做到了")
    answered_on = day("填写日期")
    evidence = text("依据", longest=200, prompt="凭什么这样填，如 会议记录、照片")
    place = peewee.IntegerField(default=0)


class Snapshot(peewee.Model):
    """What a target came to in a term, as it was last worked out in it; past terms keep it. Derived, never typed."""

    id = Key(primary_key=True, default=uuid7)
    term = reference(Term, "snapshots")
    code = peewee.TextField()
    on_date = peewee.DateField()
    numerator = peewee.IntegerField()
    denominator = peewee.IntegerField()
    goal = peewee.FloatField(null=True)
    made_at = peewee.DateTimeField(default=days.now)

    class Meta:
        database = Row._meta.database
        legacy_table_names = False


class Form(Row):
    """How a blank form is filled, settled once by somebody: found again by its headings.

    headings: fingerprint of its headings or labels. kind: whose rows it takes. columns: JSON {place of the heading, from
    0: target, or null for none}. choices: JSON of what else was chosen (who, order, looks of dates).
    """

    headings = peewee.TextField(unique=True)
    name = peewee.TextField()
    kind = peewee.TextField()
    columns = peewee.TextField()
    choices = peewee.TextField(default="{}")


class Reported(Row):
    """What an outer system was last told of a child: the difference to now is what is to be keyed in there.

    to: which system. told: JSON {field of the child's sheet: value}. left: it was told that the child left.
    """

    child = reference(Child, "reported")
    to = peewee.TextField()
    on_date = peewee.DateField()
    told = peewee.TextField()
    left = peewee.BooleanField(default=False)


class Score(Row):
    """A child's mark in one subject of one examination of a term; the mark as written (92, 92.5, 优, 缺考)."""

    child = reference(Child, "scores")
    term = reference(Term, "scores")
    exam = text("考试", prompt="如 期中、期末", required=True, longest=20)
    on_date = day("考试日期")
    subject = text("科目", prompt="如 语文", required=True, longest=20)
    mark = text("成绩", prompt="分数或等级，如 92、优", required=True, longest=10)


for model, columns, name in (
    (Figure, (Figure.code, Figure.term, Figure.school), "figure_of"),
    (Reported, (Reported.child, Reported.to), "reported_child_to"),
    (Score, (Score.child, Score.term, Score.exam, Score.subject), "score_of"),
):
    model.add_index(model.index(*columns, unique=True, where=model.deleted_at.is_null(), name=name))
Snapshot.add_index(Snapshot.index(Snapshot.term, Snapshot.code, unique=True, name="snapshot_term_code"))
