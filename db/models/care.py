"""Who helps, whom, and what was done."""

import peewee

from db import initials as pinyin
from db import values
from db.fields import Key, coded, day, flag, number, text
from db.models.base import Row, reference
from db.models.people import PHONES, Child
from db.vocab import CALLER, HELPER_KIND, MISSED, PAIRING_END, PAIRING_KIND, RECORD_KIND, SEX


class Helper(Row):
    """Somebody who looks after children; a peer helper may be a child of the register."""

    name = text(
        "姓名", "帮扶人", "帮扶人姓名", kind="name", prompt="如 刘老师", required=True, longest=30, index=True
    )
    initials = peewee.TextField(null=True)
    sex = coded("性别", SEX)
    kind = coded("身份", HELPER_KIND, "帮扶人身份", "人员类别", "类别", required=True)
    unit = text("单位及职务", "单位", "工作单位", "职务", longest=60, prompt="如 柳溪小学 教师")
    phone = text("电话", *PHONES, kind="phone", privacy="phone", prompt="手机11位，或区号-座机")
    village_group = text("村民组", "所在村民组", "组别", longest=30)
    group_rank = peewee.IntegerField(default=values.group_rank(None))
    capacity = number("可帮扶人数", "帮扶人数上限", "可帮人数", prompt="最多同时帮几名儿童，如 2")
    barred = text(
        "不得结对", "禁止结对", longest=100, prompt="为什么不得帮扶儿童，如 准入查询未通过；没有就留空"
    )
    note = text("备注", kind="notes", longest=500)
    child = reference(Child, "helping", null=True)
    as_of = peewee.TextField(null=True)
    follows = {
        "group_rank": ("village_group", values.group_rank),
        "initials": ("name", pinyin.initials),
    }


class Pairing(Row):
    """A child and a helper, from a day, until a day or still live. after: the pairing it was handed over from."""

    child = reference(Child, "pairings")
    helper = reference(Helper, "pairings")
    kind = coded("结对类型", PAIRING_KIND)
    since = day("结对日期", "起始日期", "结对时间")
    until = day("结束日期")
    ended_because = coded("结束原因", PAIRING_END)
    end_note = text("说明", longest=200)
    after = peewee.ForeignKeyField("self", null=True, backref="handed_on", on_delete="RESTRICT")


class CareRecord(Row):
    """A deed done for a child: talk, visit, call … told apart by kind.

    by_name keeps who did it as written, when that person is not (or not surely) a helper on file. missed: why it did
    not come about; such a record settles nothing. follow_up_on: the day a next step was promised for, follow_up_done
    when it was seen to. together: shared by the records of many children that were made in one go. Which kind asks for
    which of these, and under which label, is said in db/record_fields.py.
    """

    kind = coded("类别", RECORD_KIND, "记录类别")
    child = reference(Child, "records")
    helper = reference(Helper, "records", null=True)
    by_name = text("谈话人", "帮扶人", "谈话教师", "走访人", "记录人", kind="name", longest=30)
    on_date = day("日期", "时间", "谈话时间", "谈心时间", "谈话日期", "谈心日期")
    place = text("地点", "谈话地点", "谈心地点", longest=40, prompt="如 学校、家中")
    reason = text("缘由", "谈话缘由", "谈心缘由", "原因", "谈话原因", longest=100, prompt="如 例行谈心")
    content = text("内容", "谈话内容", "谈心内容", "谈话记录", kind="notes", longest=4000)
    with_whom = text("和谁", "联系对象", "通话对象", longest=40, prompt="如 父亲、奶奶")
    minutes = number("时长（分钟）", "通话时长", prompt="多少分钟，如 15")
    caller = coded("谁打的", CALLER)
    missed = coded("没有做成", MISSED, prompt="做成了就留空；没做成选原因，这项待办还在")
    home = text("家庭情况", "家庭成员情况", "生活环境", kind="notes", longest=500)
    conduct = text("孩子表现", "在校表现", kind="notes", longest=500)
    needs = text("教育需求", "需求", kind="notes", longest=500)
    feedback = text("家长反馈", "家长意见", kind="notes", longest=500)
    result = text("效果", "帮扶效果", kind="notes", longest=500)
    scale = text("评估标准", longest=40, prompt="如 红黄蓝绿、较好/一般/差")
    grade = text("等级", "风险等级", longest=20, prompt="按评估标准写，如 黄")
    consent = flag("监护人同意", "监护人是否同意")
    back_on = day("送回日期", prompt="如 2026-10-3")
    follow_up = text("后续措施", "跟进措施", "后续", "后续跟进", kind="notes", longest=500)
    follow_up_on = day(
        "跟进日期", "下次跟进日期", prompt="到哪天要做到，如 2026-10-8；写了就列入待办", index=True
    )
    follow_up_done = day("已跟进", prompt="做到了的日期，没做到留空")
    together = Key(null=True, index=True)

    class Meta:
        indexes = (
            (("child", "kind", "on_date"), False),
            (("kind", "on_date", "child"), False),
            (("on_date", "id"), False),
        )
