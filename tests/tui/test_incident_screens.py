"""强制报告: the call comes first, the report is its author's alone, and nothing of it shows anywhere else."""

import json

import pytest

from db import child_sheet, incidents, site, store
from tests.tui.conftest import Eyes
from tests.tui.test_cli import Guanai
from tui.commands import COMMANDS
from tui.context import Context
from tui.drafts import Drafts
from tui.page import Desk
from tui.screens.incidents import MyReports, report_incident
from tui.start import ROUTES, screen

SECRET = "手臂上有成片的旧伤"
NOWHERE = (SECRET, "不明原因受伤", "保密", "强制报告", "110-0001")


def put(by, name="张浩宇"):
    base = child_sheet.load(None)
    return child_sheet.save(None, base | {"name": name, "village_group": "一组"}, base, by=by).id


def reported(by, child=None):
    values = {"kind": "injured", "seen": SECRET, "receipt": "110-0001"}
    return incidents.save(None, child, incidents.load(None, by) | values, {}, by).id


def test_the_number_and_what_to_say_come_first_at_both_sizes(context, any_eyes):
    report_incident(context, put(context.by))
    for said in ("立即拨打 110", "儿童保护热线 12345", "现在在哪里", "不反复追问", "不惊动", "留住证据", "关于：张浩宇",
                 "只有您自己看得到"):  # fmt: skip
        assert said in any_eyes.text
    site.put("report.numbers", [[f"第{n}派出所值班室", f"0555-123456{n}"] for n in range(5)], context.by)
    context.desk.close()
    report_incident(context)
    for said in ("报警 110", "第4派出所值班室 0555-1234564", "报告是法定责任", "关于：没有选孩子"):
        assert said in any_eyes.text, "whatever numbers are set"
    any_eyes.press("enter")
    assert "请先拨打 110" in any_eyes.text and incidents.mine(context.by) == []
    any_eyes.press("f8")
    assert "情形 *" in any_eyes.text


def test_a_report_is_written_found_again_and_mended(context, eyes):
    put(context.by)
    context.desk.push(MyReports(context))
    eyes.press("insert", "space").type("zhy\n").press("enter")
    assert "关于：张浩宇" in eyes.text
    eyes.press("f8").type("2\n").type(f"{SECRET}\n").press("ctrl+s")
    assert "已记下，只有您自己看得到" in eyes.text
    assert "张浩宇" in eyes.text and "还没有回执编号" in eyes.text
    eyes.press("enter")
    assert SECRET in eyes.text
    sheet = context.desk.top
    sheet.session.go_to("receipt")
    eyes.type("110-0001").press("ctrl+s")
    assert "回执 110-0001" in eyes.text
    eyes.press("f8").type("2").press("enter")
    assert "没写是谁" in eyes.text
    eyes.press("delete", "enter")
    assert "没有记录" in eyes.text
    eyes.press("ctrl+z")
    assert "撤销您最近的操作：一条保密记录（涉及1条记录）" in eyes.text.replace("\n", "")
    eyes.press("enter")
    assert "没写是谁" in eyes.text


def test_a_report_without_a_kind_is_not_kept_and_its_draft_takes_up_where_it_was(context, eyes, tmp_path):
    child = put(context.by)
    report_incident(context, child)
    eyes.press("f8").press("down", "down").type(SECRET).press("ctrl+s")
    assert "请填写情形" in eyes.text
    eyes.press("escape")
    (draft,) = context.drafts.left()
    assert draft.title == "保密记录" and draft.path.stat().st_mode & 0o777 == 0o600
    context.resume(draft)
    assert SECRET in eyes.text
    eyes.press("ctrl+home").type("2").press("ctrl+s")
    assert incidents.mine(context.by)[0].child == "张浩宇" and not context.drafts.left()


def test_another_user_sees_nothing_of_it_on_any_screen(context, tmp_path):
    child = put(context.by)
    reported(context.by, child)
    zhou = Context(site.user("zhoumin", "周敏"), Drafts(tmp_path / "hers"), Desk())
    for who in (zhou, context):  # not even the author's own other screens, which others may look over
        seen = Eyes(who, (120, 60))
        for key, label, module, name in ROUTES:
            who.desk.route(key, label, screen(who, module, name))
        for key, *_ in ROUTES:
            seen.press(key)
            assert not [word for word in NOWHERE if word in seen.text], key
        who.open_child(child)
        for key in ("end", "home", "pagedown"):
            assert not [word for word in NOWHERE if word in seen.text]
            seen.press(key)
    zhou.desk.push(MyReports(zhou))
    seen = Eyes(zhou)
    assert "没有记录" in seen.text
    seen.press("ctrl+z")
    assert "没有可撤销的操作" in seen.text
    context.desk.push(MyReports(context))
    assert "不明原因受伤" in Eyes(context).text


@pytest.fixture
def told(tmp_path, monkeypatch):
    """The program on a ledger with a child, and a report of another user about it."""
    guanai = Guanai(tmp_path / "data")
    guanai("init", "--site", "柳溪村", "--term", "2026秋")
    monkeypatch.setenv("GUANAI_TODAY", "2026-11-23")
    store.open_ledger(tmp_path / "data")
    author = site.user("zhoumin", "周敏")
    reported(author, put(author))
    store.close()
    return guanai


def test_no_command_prints_anything_of_it(told, tmp_path):
    out = tmp_path / "册.xlsx"
    commands = [
        ["status", "--names"], ["targets"], ["due", "--days", "400"], ["show", "张浩宇", "--reveal"],
        *(["list", what, "--reveal"] for what in ("children", "helpers")),
        *(["list", what] for what in ("pairings", "records", "activities")), ["check"], ["config"],
    ]  # fmt: skip
    no_documents = {"init", "import", "fill", "backup", "restore", "export"}
    assert {command[0] for command in commands} | no_documents == set(COMMANDS), (
        "a new command is to be tried too"
    )
    for command in commands:
        for form in ([], ["--json"]):
            done = told(*command, *form)
            assert done.returncode in (0, 1) or form, command
            if done.returncode == 2:  # this one has no document
                continue
            printed = (done.stdout + done.stderr).decode()
            assert not [word for word in NOWHERE if word in printed], command
    assert "张浩宇" in told("list", "children").stdout.decode(), "the child itself is there"
    assert told("export", "children", "-o", str(out)).returncode == 0
    import openpyxl

    book = openpyxl.load_workbook(out)
    text = json.dumps(
        [list(row) for sheet in book for row in sheet.iter_rows(values_only=True)],
        ensure_ascii=False,
        default=str,
    )
    assert "张浩宇" in text and not [word for word in NOWHERE if word in text]
