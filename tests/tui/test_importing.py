"""导入预览: what a register would do is seen, settled and asked before a key writes it."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from db import child_sheet, children
from db.exchange.plan import Plan
from db.models import Child, Layout
from tui.page import Desk
from tui.screens.importing import Importing
from tui.screens.reports import Reports
from tui.task import Task, work_off

REGISTERS = Path(__file__).parent.parent / "registers"
FORM = REGISTERS / "01-基本情况登记表.xlsx"
HEAD = "姓名,性别,出生日期,父亲姓名,父亲电话"


@pytest.fixture
def look(context, eyes, tmp_path):
    """Open the preview of a file, or of CSV text, over 报表."""
    context.desk.push(Reports(context))

    def looking(source):
        path = Path(source)
        if "\n" in str(source):
            path = tmp_path / "册.csv"
            path.write_text(source, "utf-8")
        context.desk.push(Importing(context, str(path)))
        return eyes

    return looking


def sheet_of(name: str) -> dict:
    return child_sheet.load(Child.live().where(Child.name == name).get().id)


def test_columns_with_samples_are_seen_before_anything_is_written(look):
    eyes = look(FORM)
    assert "儿童 65行" in eyes.text and "新增65" in eyes.text and "填表日期 2026-09-10" in eyes.text
    assert "4 栏目 43/43" in eyes.text and "340505********389X" in eyes.text
    assert "340505202107143" not in eyes.text
    assert children.count() == 0
    eyes.press("f8")
    assert "已导入：新增65" in eyes.text and children.count() == 65


def test_the_same_register_again_has_nothing_to_write_and_says_so(look):
    look(FORM).press("f8")
    eyes = look(FORM)
    assert "导入过：已录入的行不再改动" in eyes.text
    eyes.press("f8")
    assert "没有要写入的内容" in eyes.text


def test_a_problem_is_shown_in_full(look):
    eyes = look(f"{HEAD}\n张三,男,2015-02-30,张大,1990000123\n")
    assert "1 问题 2" in eyes.text and "第2行" in eyes.text
    eyes.press("enter")
    assert "这一天不存在" in eyes.text and "原文：2015-02-30" in eyes.text


def test_every_change_is_listed_old_and_new(look):
    look(f"填表日期：2026-9-1\n{HEAD}\n张三,男,2015-03-08,张大,19900000001\n").press("f8")
    eyes = look(f"填表日期：2026-10-1\n{HEAD}\n张三,,2015-03-08,张大,19900000002\n").press("2")
    assert "199****0001 > 199****0002" in eyes.text
    eyes.press("enter")
    assert "台账现在：199****0001" in eyes.text and "导入以后：199****0002" in eyes.text
    eyes.press("escape", "f8")
    assert sheet_of("张三")["father_phone"] == "19900000002"


def test_a_mapping_is_changed_in_a_few_keys_and_remembered(look):
    text = "姓名,出生日期,绰号电话\n张三,2015-03-08,19900000001\n"
    eyes = look(text)
    assert "4 栏目 2/3" in eyes.text and "不导入" in eyes.text
    eyes.press("enter", "text:fqdh", "enter")
    assert "父亲电话" in eyes.text and "4 栏目 3/3" in eyes.text
    eyes.press("4", "home", "enter", "home", "text:jtdh", "escape")  # looked, and left as it was
    eyes.press("f8")
    assert Layout.live().count() == 1
    eyes = look(text.replace("张三,2015-03-08", "李四,2016-03-08"))
    assert "4 栏目 3/3" in eyes.text, "settled once, remembered by the headings"


def test_a_needed_column_taken_away_keeps_it_from_being_written(look):
    eyes = look("姓名,出生日期\n张三,2015-03-08\n").press(
        "4", "home", "enter", "home", "text:bdr", "enter", "f8"
    )
    assert "还没有说哪一栏是儿童姓名" in eyes.text and children.count() == 0


def test_who_a_row_speaks_of_is_asked_and_the_answer_goes_in(look):
    look(f"{HEAD}\n张三,男,2015-03-08,张大,\n张三,男,2017-09-01,张二,\n").press("f8")
    eyes = look("姓名,民族,现住址\n张三,回族,三组9号\n")
    assert "3 要问 1" in eyes.text and "跳过1" in eyes.text
    eyes.press("enter", "enter")
    assert "请先按数字" in eyes.text, "an Enter typed ahead answers nothing unseen"
    eyes.press("text:2", "enter")
    assert "更新1" in eyes.text and "3 要问 0" in eyes.text
    eyes.press("f8")
    assert sorted((child.birth_date, child.ethnicity) for child in Child.live()) == [
        ("2015-03-08", None), ("2017-09-01", "03")]  # fmt: skip


def test_an_answer_stays_to_be_seen_and_may_be_changed(look):
    look(f"{HEAD}\n张三,男,2015-03-08,张大,\n张三,男,2017-09-01,张二,\n").press("f8")
    eyes = look("姓名,民族,现住址\n张三,回族,三组9号\n").press("enter")
    assert "（三组9号）是谁" in eyes.text
    eyes.press("text:1", "enter")
    assert "3 要问 0" in eyes.text
    eyes.press("3")
    assert "已答：就是 张三 2015-03-08" in eyes.text
    eyes.press("enter", "text:2", "enter", "3")
    assert "已答：就是 张三 2017-09-01" in eyes.text
    eyes.press("f8")
    assert {child.birth_date: child.ethnicity for child in Child.live()} == {
        "2015-03-08": None,
        "2017-09-01": "03",
    }


def test_a_row_said_to_be_another_child_is_added(look):
    look(f"{HEAD}\n张三,男,2015-03-08,张大,\n").press("f8")
    look("姓名,民族,现住址\n张三,回族,三组9号\n").press("enter", "text:2", "enter", "f8")
    assert Child.live().where(Child.name == "张三").count() == 2


def test_a_register_without_a_day_is_asked_only_where_it_matters(look):
    eyes = look(f"{HEAD}\n张三,男,2015-03-08,张大,19900000001\n")
    assert "没有写，不改有日期的内容" in eyes.text and "有的内容与台账不同" not in eyes.text
    eyes.press("f8")
    eyes.context.desk.push(Reports(eyes.context))
    look(f"填表日期：2026-11-1\n{HEAD}\n张三,男,2015-03-08,张大,19900000002\n").press("f8")
    eyes = look(f"{HEAD}\n张三,男,2015-03-08,张大,19900000003\n")
    assert "没有写填表日期，有的内容与台账不同" in eyes.text
    eyes.press("text:1", "enter")
    assert "更新0" in eyes.text and "与台账不同，未改" in eyes.text
    eyes.press("ctrl+d", "text:2026-11-20", "enter")
    assert "填表日期 2026-11-20" in eyes.text and "更新1" in eyes.text
    eyes.press("ctrl+d", "ctrl+u", "text:2026-13-1", "enter")
    assert "看不出是哪天" in eyes.text and "2026-13-1" in eyes.text, "still open, with what was typed"
    eyes.press("escape")
    assert "填表日期 2026-11-20" in eyes.text


def test_the_problems_go_out_as_the_sheet_itself_and_come_back_mended(look, tmp_path):
    eyes = look(f"{HEAD}\n张三,男,2015-02-30,张大,19900000001\n李四,女,2016-03-08,李大,19900000002\n").press(
        "f8"
    )
    eyes = look(tmp_path / "册.csv").press("f10", "ctrl+u").type(f"{tmp_path / '改.xlsx'}\n")
    assert "标出1行" in eyes.desk.message[0]
    eyes.press("escape")
    book = load_workbook(tmp_path / "改.xlsx")
    assert "这一天不存在" in str(book.active["F2"].value)
    book.active["C2"] = "2015-02-28"
    book.save(tmp_path / "改.xlsx")
    assert "登记号 " in str(book.active["F2"].value), (
        "by which the row finds its child, whatever was wrong with it"
    )
    eyes = look(tmp_path / "改.xlsx")
    assert "更新1   未变1" in eyes.text and "4 栏目 5/5" in eyes.text
    eyes.press("f8")
    assert sheet_of("张三")["birth_date"] == "2015-02-28"


def test_the_report_never_goes_over_the_register_itself(look, tmp_path):
    eyes = look(f"{HEAD}\n张三,男,2015-02-30,张大,19900000001\n")
    eyes.press("f10", "ctrl+u").type(f"{tmp_path / '册.csv'}\n")
    assert "不能写回原表" in eyes.text and (tmp_path / "册.csv").read_text("utf-8").startswith(HEAD)


def test_a_report_that_is_being_mended_is_not_written_over_unasked(look, tmp_path):
    (tmp_path / "改.xlsx").write_text("正在改")
    eyes = look(f"{HEAD}\n张三,男,2015-02-30,张大,19900000001\n")
    eyes.press("f10", "ctrl+u").type(f"{tmp_path / '改.xlsx'}\n")
    assert "要覆盖吗" in eyes.text
    eyes.press("escape")
    assert (tmp_path / "改.xlsx").read_text() == "正在改"
    eyes.press("f10", "ctrl+u").type(f"{tmp_path / '改.xlsx'}\n")
    eyes.press("enter")
    assert "标出1行" in eyes.desk.message[0] and load_workbook(tmp_path / "改.xlsx")


def test_another_kind_is_said_with_a_key(look):
    eyes = look("姓名,性别,单位,联系电话,结对几人,可帮扶人数\n刘老师,女,柳溪小学,19900000009,1,2\n")
    assert "帮扶人 1行" in eyes.text and "类别不对按 K" in eyes.text
    eyes.press("k", "text:1", "enter")
    assert "儿童 1行" in eyes.text
    eyes.press("K", "text:2", "enter")
    assert "帮扶人 1行" in eyes.text, "capitals are meant as well"


def test_the_kind_of_one_table_among_several(look):
    eyes = look("姓名,性别,父亲姓名\n谷一,男,谷父\n帮扶人,,\n姓名,身份,单位\n谷老师,教师,柳溪小学\n")
    assert "儿童 1行" in eyes.text and "帮扶人 1行" in eyes.text
    eyes.press("k", "text:2", "enter", "text:3", "enter")
    assert "儿童 1行" in eyes.text and "结对 1行" in eyes.text


def test_a_file_whose_headings_nobody_knows_is_settled_by_hand(look):
    eyes = look("娃儿大名,哪天生,爸爸叫啥\n张三,2015-3-8,张大\n李四,2016-3-8,李大\n")
    assert "找不到认得的表头" in eyes.text and "K改类别" in eyes.text and "F8" not in eyes.text
    eyes.press("k", "text:1", "enter", "f8")
    assert "还没有说哪一栏是儿童姓名" in eyes.text
    eyes.press("home", "enter", "text:etxm", "enter")
    eyes.press("home", "enter", "text:csrq", "enter")
    assert "新增2" in eyes.text and "4 栏目 2/3" in eyes.text
    eyes.press("f8")
    assert sheet_of("李四")["birth_date"] == "2016-03-08"
    assert "4 栏目 2/3" in look("娃儿大名,哪天生,爸爸叫啥\n王五,2015-3-8,王大\n李四,2016-3-8,李大\n").text


def test_what_was_answered_is_not_dropped_unasked(look):
    eyes = look(f"{HEAD}\n张三,男,2015-03-08,张大,\n").press("ctrl+d", "text:2026-9-1", "enter")
    eyes.desk.route("f2", "登记", lambda: Reports(eyes.context))
    eyes.press("f2")
    assert "按 F8 写入，或按 Esc 离开" in eyes.text and "导入预览" in eyes.text
    eyes.press("escape")
    assert "离开就没有了" in eyes.text
    eyes.press("escape")
    assert "导入预览" in eyes.text
    eyes.press("escape", "enter")
    assert eyes.desk.top.title == "报表"


def test_pasted_from_a_spreadsheet(context, eyes):
    context.desk.push(Reports(context))
    context.desk.paste("姓名\t出生日期\t民族\n张三\t2015.3.8\t回族\n")
    assert "导入预览：粘贴的内容" in eyes.text and "新增1" in eyes.text
    eyes.press("f8")
    assert sheet_of("张三")["ethnicity"] == "03"


@pytest.mark.parametrize(
    ("text", "says"), [("随便,什么\n1,2\n", "找不到认得的表头"), ("姓名,性别,出生日期\n", "没有内容")]
)
def test_what_is_no_register_gets_one_sentence(look, text, says):
    eyes = look(text)
    assert says in eyes.text and "Traceback" not in eyes.text
    eyes.press("f8", "4", "enter", "f10", "tab")
    assert says in eyes.text
    eyes.press("escape")
    assert eyes.desk.top.title == "报表"


def test_several_sheets_are_taken_in_together(look, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "帮扶人"
    for row in (["姓名", "身份", "单位", "联系电话"], ["刘老师", "教师", "柳溪小学", "19900000009"]):
        book.active.append(row)
    for row in (["姓名", "出生日期"], ["张三", "2015-03-08"]):
        (book["儿童"] if "儿童" in book.sheetnames else book.create_sheet("儿童")).append(row)
    book.save(tmp_path / "两张.xlsx")
    eyes = look(tmp_path / "两张.xlsx")
    assert "“儿童” 儿童 1行" in eyes.text and "“帮扶人” 帮扶人 1行" in eyes.text
    eyes.press("f8")
    assert "已导入：新增2" in eyes.text


def test_what_was_not_taken_is_said_again_when_it_is_written(look):
    eyes = look(f"{HEAD}\n张三,男,2015年13月8日,张大,19900000001\n").press("f8")
    assert "已导入：新增1" in eyes.text and "没写入0，问题1处" in eyes.text
    assert eyes.desk.message[1] == "warn" and children.count() == 1


# ---- step by step -------------------------------------------------------------------------------


class Slow:
    """Holds tasks back, so that a test decides how far they get."""

    def __init__(self, desk: Desk):
        self.task: Task | None = None
        desk.begin = self.keep

    def keep(self, task: Task) -> None:
        self.task = task

    def finish(self) -> None:
        work_off(self.task)


@pytest.fixture
def slow(context):
    return Slow(context.desk)


def test_keys_are_answered_while_a_file_is_read(look, slow):
    eyes = look(FORM)
    assert "正在读取" in eyes.text
    eyes.press("f8")
    assert "正在读取，请稍候" in eyes.text
    slow.finish()
    assert "儿童 65行" in eyes.text
    eyes.press("escape")
    assert eyes.desk.top.title == "报表"


def test_reading_is_stopped_by_leaving(look, slow):
    eyes = look(FORM).press("escape")
    assert slow.task.over and eyes.desk.top.title == "报表"
    look(FORM).press("f2" if "f2" in eyes.desk.routes else "escape")
    assert slow.task.over


def test_a_writing_that_is_stopped_has_written_nothing(look, slow):
    eyes = look(FORM)
    slow.finish()
    eyes.press("f8")
    steps = slow.task._steps
    slow.task._context.run(next, steps)  # some rows are in the store by now
    assert slow.task._context.run(children.count) == 65
    eyes.press("f6", "f10", "text:x")
    assert "正在写入，请稍候；按 Esc 停下" in eyes.text and not slow.task.over
    eyes.press("escape")
    assert "什么也没有写入" in eyes.text and children.count() == 0
    eyes.press("f8")
    slow.finish()
    assert "已导入：新增65" in eyes.text and children.count() == 65


def test_a_program_that_ends_while_writing_has_written_nothing(look, slow, context):
    look(FORM)
    slow.finish()
    context.desk.press("f8")
    slow.task._context.run(next, slow.task._steps)
    context.desk.shutdown()
    assert children.count() == 0


def test_both_sizes(context, any_eyes):
    context.desk.push(Importing(context, str(REGISTERS / "06-谈心记录.xlsx")))
    assert "关爱记录" in any_eyes.text and "跳过60" in any_eyes.text
    for key in ("2", "3", "4", "tab", "enter", "escape"):
        any_eyes.press(key)


def test_a_report_can_be_kept_over_an_older_one_when_the_register_is_gone(look, tmp_path):
    eyes = look(f"{HEAD}\n张三,男,2015-02-30,张大,\n")
    (tmp_path / "册.csv").unlink()
    (tmp_path / "旧.xlsx").write_bytes(b"")
    eyes.press("f10", "ctrl+u").type(f"{tmp_path / '旧.xlsx'}\n")
    assert "要覆盖吗" in eyes.text
    eyes.press("escape", "f10", "ctrl+u").type("~nobodyhere/问题.xlsx\n")
    assert "不是这台电脑上的用户文件夹" in eyes.text


def test_settling_a_column_is_no_reason_to_work_it_all_out_again(look, monkeypatch):
    eyes = look("姓名,出生日期,绰号电话\n张三,2015-03-08,19900000001\n").press("enter", "text:fqdh", "enter")
    made = []
    monkeypatch.setattr(Plan, "make", lambda plan: made.append(plan) or iter(()))
    eyes.press("f8")
    assert Layout.live().count() == 1 and children.count() == 1 and not made


@pytest.mark.parametrize("key", ["d", "D", "ctrl+d"])
def test_the_day_is_said_with_any_of_its_keys(look, key):
    eyes = look(f"{HEAD}\n张三,男,2015-03-08,张大,\n").press(key, "ctrl+u", "text:2026-9-1", "enter")
    assert "填表日期 2026-09-01" in eyes.text


def test_a_row_mended_in_its_very_name_is_found_by_its_number(look, tmp_path):
    look(f"{HEAD}\n张三,男,2015-02-30,,\n").press("f8")
    look(tmp_path / "册.csv").press("f10", "ctrl+u").type(f"{tmp_path / '改.xlsx'}\n").press("escape")
    book = load_workbook(tmp_path / "改.xlsx")
    book.active["A2"], book.active["C2"] = "张珊", "2015-02-28"
    book.save(tmp_path / "改.xlsx")
    look(tmp_path / "改.xlsx").press("f8")
    assert [(each.name, each.birth_date) for each in Child.live()] == [("张珊", "2015-02-28")]


def test_the_same_file_read_otherwise_is_another_import(look):
    text = "姓名,出生日期,父亲姓名,绰号电话\n张三,2015-03-08,张大,19900000001\n"
    look(text).press("f8")
    eyes = look(text).press("4", "home", "enter", "text:fqdh", "enter")
    assert "更新1" in eyes.text and "导入过" not in eyes.text
    eyes.press("f8")
    assert sheet_of("张三")["father_phone"] == "19900000001"


def test_answers_are_dropped_with_the_kind(look):
    look(f"{HEAD}\n张三,男,2015-03-08,张大,\n").press("f8")
    eyes = look("姓名,民族,现住址\n张三,回族,三组9号\n").press("enter", "text:1", "enter")
    assert "3 要问 0" in eyes.text
    eyes.press("k", "text:1", "enter")
    assert "3 要问 1" in eyes.text
