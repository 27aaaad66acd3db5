"""填表: a blank form's headings are seen with what the ledger writes there, settled in a few keys, and written."""

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from db.children import keys
from db.exchange import importing, register
from tests.db.exchange import card_forms
from tui.screens.filling import FormPage
from tui.screens.register import Register
from tui.screens.reports import Reports

REGISTERS = Path(__file__).parent.parent / "registers"
HEAD = ["序号", "学生姓名", "出生年月", "家庭住址", "喜欢的颜色", "父亲手机"]


@pytest.fixture
def blank(tmp_path):
    """A form with a title, a heading nobody knows, and two lines before the signature."""
    book = Workbook()
    page = book.active
    page["A1"] = "留守儿童花名册"
    for at, text in enumerate(HEAD, 1):
        page.cell(2, at, text)
    page["A8"] = "单位负责人（签名）："
    book.save(tmp_path / "花名册.xlsx")
    return tmp_path / "花名册.xlsx"


@pytest.fixture
def children(ledger):
    importing.take(register.open_register(str(REGISTERS / "01-基本情况登记表.xlsx")), by=ledger)


def open_form(eyes, path, ids=None):
    eyes.desk.push(Reports(eyes.context))
    eyes.desk.push(FormPage(eyes.context, path, ids))
    return eyes


def filled(path: Path) -> list[tuple]:
    return [row for row in load_workbook(path).active.iter_rows(min_row=3, values_only=True) if row[1]]


def test_headings_stand_with_what_is_written_there_and_what_stays_blank_is_at_hand(any_eyes, children, blank):
    text = open_form(any_eyes, blank).text
    assert "5/6 填得上" in text and "空着1栏" in text and "留守儿童" in text
    assert "> 喜欢的颜色" in text.replace(">喜", "> 喜"), "the first blank column is under the cursor"


def test_a_form_is_filled_and_itself_not_touched(eyes, children, blank):
    before = blank.read_bytes()
    open_form(eyes, blank).press("f8", "enter")
    assert "表填好了" in eyes.text and "空着的栏目：喜欢的颜色" in eyes.text
    out = blank.with_name("花名册-已填.xlsx")
    rows = filled(out)
    assert blank.read_bytes() == before and out.stat().st_mode & 0o777 == 0o600
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1)) and rows[0][4] is None
    assert all(row[5] is None or row[5].startswith("199") for row in rows)


def test_a_heading_is_settled_by_initials_and_remembered(eyes, children, blank):
    open_form(eyes, blank).press("enter").type("特长").press("enter")
    assert "6/6 填得上" in eyes.text and "特长爱好" in eyes.text
    eyes.press("f8", "enter", "escape", "escape")
    open_form(eyes, blank)
    assert "6/6 填得上" in eyes.text and "上次的对应" in eyes.text


def test_what_was_settled_is_there_again_although_nothing_was_written(eyes, children, blank):
    open_form(eyes, blank).press("enter").type("特长").press("enter")
    open_form(eyes, blank)  # as after a kill: nobody pressed F8 or Esc
    assert "6/6 填得上" in eyes.text and "上次的对应" in eyes.text


def test_a_column_is_left_blank_and_taken_back(eyes, children, blank):
    open_form(eyes, blank).press("home", "down", "space")
    assert "4/6 填得上" in eyes.text
    eyes.press("space")
    assert "5/6 填得上" in eyes.text
    eyes.press("ctrl+n", "space")
    assert "没有和这一栏同名的内容" in eyes.text and "5/6 填得上" in eyes.text


def test_rows_without_a_name_are_written_only_when_that_is_meant(eyes, children, tmp_path):
    book = Workbook()
    book.active.append(["谁家的哪一个", "身份证号", "父亲手机", "喜欢的颜色"])
    book.save(tmp_path / "表.xlsx")
    out = tmp_path / "表-已填.xlsx"
    open_form(eyes, tmp_path / "表.xlsx").press("ctrl+k").type("1").press("enter")
    eyes.press("f8")
    assert "还没有一栏填儿童姓名" in eyes.text
    eyes.press("escape", "f8")
    assert "还没有一栏填儿童姓名" in eyes.text and not out.exists()
    eyes.press("enter", "enter")
    assert "表填好了" in eyes.text and out.exists()
    eyes.press("escape", "home", "enter").type("儿童姓名").press("enter", "f8")
    assert "填好的表存到" in eyes.text


def test_a_column_nobody_has_anything_for_says_so(eyes, children, tmp_path):
    book = Workbook()
    book.active.append(["序号", "姓名", "性别", "特长爱好"])
    book.save(tmp_path / "表.xlsx")
    text = open_form(eyes, tmp_path / "表.xlsx").text
    assert text.count("台账里都没有") == 1
    assert "台账里都没有" in next(line for line in text.splitlines() if "特长爱好" in line)


def test_whom_it_is_about_is_chosen(eyes, children, blank):
    open_form(eyes, blank)
    many = eyes.desk.top.count
    eyes.press("tab").type("2").press("enter")
    assert eyes.desk.top.count == 65 > many and "全部在册儿童 65名" in eyes.text
    eyes.press("tab").type("5").press("enter").type("单玉洁").press("enter", "enter")
    assert "选定的儿童 1名" in eyes.text
    eyes.press("f8", "enter")
    assert [row[1] for row in filled(blank.with_name("花名册-已填.xlsx"))] == ["单玉洁"]


def test_how_days_are_written_and_the_order_are_chosen(eyes, children, blank):
    open_form(eyes, blank).press("tab").type("2").press("enter")
    eyes.press("f10").type("2").press("enter").type("5").press("enter")
    eyes.press("f10").type("1").press("enter").type("4").press("enter")
    eyes.press("f10").type("3").press("enter")
    assert "按出生日期排" in eyes.text
    eyes.press("f8", "enter")
    days = [row[2] for row in filled(blank.with_name("花名册-已填.xlsx"))]
    assert days == sorted(days) and all(len(day) in (6, 8) or day == "未采集" for day in days)


def test_the_form_itself_is_never_written_over(eyes, children, blank):
    open_form(eyes, blank).press("f8", "ctrl+u").type(f"{blank}\n")
    assert "不能写到空白表自己上面" in eyes.text and "覆盖" not in eyes.text


@pytest.mark.parametrize(
    ("rows", "said"),
    [([["民族", "爱好"]], "看不出每行填谁"), ([["姓名", "性别"], ["张三", "男"]], "已经有内容"), ([[]], "没有填任何内容")],
)  # fmt: skip
def test_what_is_no_blank_form_is_said_with_the_cure(eyes, children, tmp_path, rows, said):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "表.xlsx")
    open_form(eyes, tmp_path / "表.xlsx")
    assert said in eyes.text.replace("\n ", "")
    eyes.press("escape")
    assert "填别人的表" in eyes.text


def test_nobody_to_fill_in_is_said(eyes, ledger, blank):
    open_form(eyes, blank).press("f8", "enter")
    assert "没有可填的人" in eyes.text


def test_children_marked_in_the_register_fill_a_form(eyes, children, blank, monkeypatch):
    monkeypatch.chdir(blank.parent)
    eyes.desk.push(Register(eyes.context))
    eyes.press("space", "space", "f10").type("填一张").press("enter")
    files = eyes.desk.top
    files.roster.go([found.label for found in files.roster.items()].index(blank.name))
    eyes.press("enter")
    assert "选定的儿童 2名" in eyes.text


def a_card(folder: Path, ending: str) -> Path:
    """A card of one child, as a workbook or a Word document."""
    labels = [
        ["姓名", None, "性别", None],
        ["出生年月", None, "住址", None],
        ["父亲姓名", None, "父亲电话", None],
    ]
    path = folder / f"联系卡{ending}"
    if ending == ".docx":
        from docx import Document

        document = Document()
        table = document.add_table(3, 4)
        for at, row in enumerate(labels):
            for place, text in enumerate(row):
                table.cell(at, place).text = text or ""
        document.save(path)
    else:
        book = Workbook()
        for row in labels:
            book.active.append(row)
        book.save(path)
    return path


@pytest.mark.parametrize("ending", [".docx", ".xlsx"])
def test_a_card_goes_into_one_file_of_its_own_kind_or_a_file_each(eyes, children, tmp_path, ending):
    path = a_card(tmp_path, ending)
    open_form(eyes, path).press("tab").type("2").press("enter", "f8")
    eyes.type("1").press("enter", "enter")
    assert (tmp_path / f"联系卡-已填{ending}").exists() and "65份。" in eyes.text
    eyes.press("escape", "f8").type("2").press("enter", "enter")
    assert "65份。" in eyes.text
    each = [*(tmp_path / "联系卡-已填").iterdir()]
    assert len(each) == 65 and {file.suffix for file in each} == {ending}


def test_cards_are_stopped_between_two_files(eyes, children, tmp_path):
    path = a_card(tmp_path, ".xlsx")
    open_form(eyes, path).press("f8").type("2").press("enter")
    eyes.desk.begin = lambda task: None
    eyes.press("enter")
    page = eyes.desk.top
    while page.files < 2:
        page._told(next(page.task._steps))
    eyes.press("x")
    assert "请稍候；按 Esc 停下" in eyes.text
    eyes.press("escape")
    assert "已停下，前2份已经写好" in eyes.text and len([*(tmp_path / "联系卡-已填").iterdir()]) == 2


def test_keys_typed_while_a_form_is_read_are_answered(eyes, children, blank):
    eyes.desk.push(Reports(eyes.context))
    begin, eyes.desk.begin = eyes.desk.begin, lambda task: waiting.append(task)
    waiting = []
    eyes.desk.push(FormPage(eyes.context, blank))
    for key in ("enter", "f8", "down"):
        eyes.press(key)
        assert "正在读取，请稍候" in eyes.text
    begin(waiting[0])
    assert "5/6 填得上" in eyes.text


# ── forms of one child ───────────────────────────────────────────────────────────────────────────────────


def test_a_word_card_is_one_booklet_or_a_file_a_child(eyes, children, tmp_path):
    card = tmp_path / "联系卡.docx"
    card.write_bytes(card_forms.as_docx(card_forms.CONTACT))
    open_form(eyes, card, tuple(keys()[:3])).press("f8")
    assert "一人一张的表，怎样存" in eyes.text
    eyes.press("enter")
    assert "联系卡-已填.docx" in eyes.text
    eyes.press("enter")
    assert "3份" in eyes.text and (tmp_path / "联系卡-已填.docx").stat().st_mode & 0o777 == 0o600
    eyes.press("escape", "f8").type("2").press("enter", "enter")
    folder = tmp_path / "联系卡-已填"
    assert "3份" in eyes.text and len(list(folder.iterdir())) == 3
    assert folder.stat().st_mode & 0o777 == 0o700


def test_what_makes_a_copy_is_said_and_changed(eyes, children, tmp_path):
    visit = [
        ["家庭走访登记表", "<", "<", "<"],
        ["姓名", "", "性别", ""],
        ["出生日期", "", "身份证号", ""],
        ["家庭住址", "", "就读学校", ""],
        ["父亲姓名", "", "父亲电话", ""],
        ["监护人姓名", "", "监护人电话", ""],
        ["走访人", "", "走访时间", ""],
    ]
    card = tmp_path / "走访.docx"
    card.write_bytes(card_forms.as_docx(visit))
    open_form(eyes, card).press("tab").type("2").press("enter")
    assert "一份一名儿童" in eyes.text and "Ctrl+K" in eyes.text and eyes.desk.top.count == 65
    eyes.press("ctrl+k")
    assert "这张表一份一个什么" in eyes.text and "一份一个：关爱记录" in eyes.text
    eyes.type("3").press("enter")
    assert "一份一个：" in eyes.text and eyes.desk.top.form.parts[0].kind == "records"


def test_a_card_of_one_child_is_one_file(eyes, children, tmp_path):
    card = tmp_path / "1.联系卡.docx"
    card.write_bytes(card_forms.as_docx(card_forms.CONTACT))
    open_form(eyes, card).press("tab").type("5").press("enter").type("单玉洁").press(
        "enter", "enter", "f8", "enter"
    )
    assert "1份" in eyes.text and (tmp_path / "1.联系卡-已填.docx").exists()


def test_a_label_is_left_blank_and_taken_back(eyes, children, tmp_path):
    card = tmp_path / "联系卡.docx"
    card.write_bytes(card_forms.as_docx(card_forms.CONTACT))
    open_form(eyes, card).press("home")
    form = eyes.desk.top.form
    heading = form.parts[0].headings[0]
    eyes.press("space")
    assert form.target_of(heading) is None
    eyes.press("space")
    assert form.target_of(heading) == "child.name"


def test_records_are_chosen_by_kind_and_day(eyes, children, tmp_path):
    book = Workbook()
    book.active.append(["时间", "谈心对象", "谈话人", "谈话内容"])
    book.save(tmp_path / "谈心记录.xlsx")
    open_form(eyes, tmp_path / "谈心记录.xlsx")
    assert "名的谈心" in eyes.text
    eyes.press("f10").type("5").press("enter").type("2").press("enter")
    assert eyes.desk.top.form.choices.since.day == 1
    eyes.press("f10").type("4").press("enter").type("1").press("enter")
    assert eyes.desk.top.form.choices.kinds == () and "名的记录" in eyes.text


def test_odd_headings_stand_clean_and_cut(any_eyes, children, tmp_path):
    odd = ["家\x1b[31m住\x07址", "[b]学校[/b]", "说明" * 300]
    (tmp_path / "怪.csv").write_text(
        ",".join(["姓名", "性别", *odd, *(f"栏目{at}" for at in range(495))]) + "\n"
    )
    text = open_form(any_eyes, tmp_path / "怪.csv").press("home").text
    assert "\x1b" not in text and "\x07" not in text and "[b]学校[/b]" in text and "说明说明" in text
    assert "2/500 填得上" in text or "3/500 填得上" in text
