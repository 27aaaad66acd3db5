"""docs/keys.md as the screens' own key tables say it; `python tests/keys_page.py` writes it anew."""

from importlib import import_module
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "keys.md"
SCREENS = (
    ("工作台（F6）", "tui.screens.workbench", "Workbench"),
    ("摸底登记（F2）", "tui.screens.register", "Register"),
    ("登记的筛选", "tui.screens.register_filter", "Filter"),
    ("批量设置", "tui.screens.bulk", "Setting"),
    ("新学期更新", "tui.screens.renewal", "Renewal"),
    ("升级名单", "tui.screens.promotion", "Promotion"),
    ("信息变更表", "tui.screens.term_changes", "Changes"),
    ("待核", "tui.screens.doubts", "Doubts"),
    ("待退出名单", "tui.screens.leaving", "DueToLeave"),
    ("档案保存", "tui.screens.leaving", "KeptFiles"),
    ("录入", "tui.widgets.sheet", "Sheet"),
    ("录入儿童", "tui.screens.child_entry", "ChildSheet"),
    ("录入儿童：新学期更新", "tui.screens.child_entry", "RenewalSheet"),
    ("复录核对", "tui.widgets.rekey", "Rekey"),
    ("档案", "tui.screens.dossier", "Dossier"),
    ("过时的打印件", "tui.screens.printing", "StalePrints"),
    ("疑似重复", "tui.screens.merging", "Alike"),
    ("合并档案", "tui.screens.merging", "Merging"),
    ("关爱记录", "tui.screens.records", "Records"),
    ("帮扶方案：一名儿童的", "tui.screens.care_plans", "Plans"),
    ("帮扶方案：没结案的", "tui.screens.care_plans", "AllPlans"),
    ("帮扶方案：一份", "tui.screens.care_plan", "Plan"),
    ("关爱清单", "tui.screens.ticks", "Ticks"),
    ("关爱清单：谁还没有", "tui.screens.ticks", "Lacking"),
    ("录入记录", "tui.widgets.record_form", "RecordSheet"),
    ("写长文", "tui.widgets.notes", "Notes"),
    ("写总结、议程、记录", "tui.widgets.notes", "NotesAlone"),
    ("结对帮扶（F3）", "tui.screens.pairing", "Pairing"),
    ("选帮扶人", "tui.screens.choosing", "Choosing"),
    ("结对方案", "tui.screens.proposal", "Proposal"),
    ("帮扶人册", "tui.screens.helpers", "Helpers"),
    ("已结对", "tui.screens.pairs", "Pairs"),
    ("交接", "tui.screens.handing_over", "HandingOver"),
    ("联系中断", "tui.screens.lapses", "Lapses"),
    ("活动日历（F4）", "tui.screens.calendar", "Calendar"),
    ("计划", "tui.screens.work_plans", "WorkPlans"),
    ("选用计划", "tui.screens.work_plans", "AdoptPlans"),
    ("选用计划：会怎样", "tui.screens.work_plans", "Adopting"),
    ("计划：一份", "tui.screens.work_plan", "WorkPlanPage"),
    ("计划事项：办好了", "tui.screens.plan_item", "Evidence"),
    ("放假安排", "tui.screens.days_off", "DaysOff"),
    ("生日", "tui.screens.birthdays", "Birthdays"),
    ("读入日历", "tui.screens.calendar_files", "ComingIn"),
    ("领导小组", "tui.screens.leading_group", "LeadingGroup"),
    ("会议与决定", "tui.screens.meetings", "Meetings"),
    ("一次会议", "tui.screens.minutes", "MeetingPage"),
    ("点名、接送", "tui.screens.roll_call", "RollCall"),
    ("关门", "tui.screens.closing", "Closing"),
    ("值班表", "tui.screens.duty_roster", "DutyRoster"),
    ("轮流排班：谁轮流", "tui.screens.duty_roster", "ChoosePeople"),
    ("轮流排班：预览", "tui.screens.duty_roster", "Dealing"),
    ("两体两艺", "tui.screens.participation", "Participation"),
    ("汇总表", "tui.screens.cross_sums", "CrossSums"),
    ("汇总表：名单", "tui.screens.cross_sums", "CellChildren"),
    ("与上次上报的差异", "tui.screens.reported", "Difference"),
    ("与上次上报的差异：一名", "tui.screens.reported", "Details"),
    ("目标清单（F5）", "tui.screens.targets", "Targets"),
    ("目标：缺谁", "tui.screens.missing", "MissingList"),
    ("目标：分开看", "tui.screens.target_parts", "TargetParts"),
    ("目标：外来的数", "tui.screens.outside_figures", "OutsideFigures"),
    ("自定的目标、是非事项", "tui.screens.own_targets", "OwnTargets"),
    ("自定的目标：一项", "tui.screens.own_targets", "OwnSheet"),
    ("自定的目标：选条件", "tui.screens.conditions", "Conditions"),
    ("报表（F7）", "tui.screens.reports", "Reports"),
    ("报告和总结", "tui.screens.report_papers", "ReportPapers"),
    ("导入预览", "tui.screens.importing", "Importing"),
    ("粘贴的表格（终端不标明粘贴时）", "tui.screens.pasting", "Pasting"),
    ("填表", "tui.screens.filling", "FormPage"),
    ("转入", "tui.screens.taking_over", "Taking"),
    ("节奏", "tui.screens.rhythms", "Rhythms"),
    ("选用整套节奏", "tui.screens.rhythms", "ChooseProfiles"),
    ("选用整套节奏：会怎样改", "tui.screens.rhythms", "Adopting"),
    ("设置", "tui.screens.settings", "Settings"),
    ("强制报告", "tui.screens.incidents", "CallFirst"),
    ("我的强制报告", "tui.screens.incidents", "MyReports"),
    ("会议（F9）", "tui.screens.meeting", "Meeting"),
)
ALWAYS = """
到处可用：F6 工作台、F2 登记、F3 结对、F4 日历、F5 目标、F7 报表、F9 会议；F1 或 ? 帮助；Esc 返回；Ctrl+Q 退出；
Ctrl+L 重画屏幕。在工作台和会议里，数字 1 2 3 4 5 7 9 等于 F6 F2 F3 F4 F5 F7 F9。

列表里：↑↓ 移动，PgUp PgDn 翻页，Home End 到头尾。输入法开着也不要紧：？／、和全角数字都认，字母键都另有一个不用字母的键。

要您回答“是”的问题，看见了才能答：抢在它前面打的回车不算。

录入时还有：Shift+Tab 上一项，PgDn PgUp 下一段、上一段，Ctrl+Home Ctrl+End 首项、末项，Ctrl+Z 撤销本项，
选项按编号选（可多选的再按一次取消）。
"""


def keys_of(module: str, name: str) -> list:
    """Every key of a screen; those of a screen whose keys depend on where the cursor is, for each place."""
    page = getattr(import_module(module), name)
    if isinstance(page.keys, tuple):
        return list(page.keys)
    found = {}
    for part in page.PARTS:
        found |= {(key.names, key.label): key for key in page.keys_in(part)}
    return list(found.values())


def text() -> str:
    """The whole page."""
    from tui.page import Key

    lines = ["# 全部按键", ALWAYS.rstrip()]
    for title, module, name in SCREENS:
        lines += ["", f"## {title}", "", "| 键 | 作用 |", "|---|---|"]
        for key in keys_of(module, name):
            caps = "、".join(Key((each,), "", "").cap for each in key.names)
            lines.append(f"| {caps} | {key.label} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(text(), "utf-8")
