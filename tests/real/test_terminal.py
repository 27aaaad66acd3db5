"""The terminal engine, driven from outside: what arrives, what is seen, how it ends."""

import signal
import time

import pytest
from pty_driver import python

FORM = "list_and_form.py"


def open_form(**options):
    terminal = python(FORM, **options)
    terminal.wait("张浩宇")
    return terminal


def test_names_and_genders_typed_ahead_in_one_packet_land_in_their_fields():
    with open_form() as terminal:
        terminal.send("a" + "张三\r男\r2015-03-08\r柳溪村三组\r爱画画")
        terminal.wait("爱画画")
        assert [terminal.line(y)[2:].split()[-1] for y in range(1, 6)] == [
            "张三", "男", "2015-03-08", "柳溪村三组", "爱画画",
        ]  # fmt: skip


def test_five_thousand_keys_in_one_write_all_land_across_pages(tmp_path):
    draft = tmp_path / "draft"
    with open_form(env={"DRAFT": str(draft)}) as terminal:
        record = (
            "a" + "".join(f"{n}\r" for n in "一二三四") + "五五五五五\r" + "\x1b[B"
        )  # opens, fills, saves, moves
        times = 5000 // 16
        before = time.monotonic()
        terminal.send(record * times + "a" + "末一\r末二\r" + "x" * 40)
        terminal.wait("x{40}", timeout=20)
        took = time.monotonic() - before
        assert took < 5
        assert [terminal.line(y).split()[-1] for y in (1, 2, 3)] == ["末一", "末二", "x" * 40]
        terminal.key("escape")
        assert "> " in terminal.wait("> .{3}    柳溪小学")
        at = times % 21 + 1  # the cursor went down once per record, 21 names on a page
        assert terminal.line(at).startswith("> ")


SEQUENCES = {
    "xterm": "f1=\x1bOP f2=\x1bOQ f3=\x1bOR f4=\x1bOS f5=\x1b[15~ f6=\x1b[17~ f7=\x1b[18~ f8=\x1b[19~ f9=\x1b[20~ "
    "home=\x1b[H end=\x1b[F insert=\x1b[2~ delete=\x1b[3~ pageup=\x1b[5~ pagedown=\x1b[6~ up=\x1b[A down=\x1b[B "
    "right=\x1b[C left=\x1b[D up=\x1bOA end=\x1bOF shift+tab=\x1b[Z ctrl+right=\x1b[1;5C shift+f3=\x1b[1;2R "
    "backspace=\x7f enter=\r ctrl+s=\x13 ctrl+z=\x1a ctrl+d=\x04 ctrl+e=\x05",
    "putty": "f1=\x1b[11~ f2=\x1b[12~ f3=\x1b[13~ f4=\x1b[14~ f5=\x1b[15~ f6=\x1b[17~ f7=\x1b[18~ f8=\x1b[19~ "
    "f9=\x1b[20~ home=\x1b[1~ end=\x1b[4~ insert=\x1b[2~ delete=\x1b[3~ pageup=\x1b[5~ pagedown=\x1b[6~ "
    "backspace=\x08 shift+tab=\x1b[Z home=\x1b[7~ end=\x1b[8~",
    "linux": "f1=\x1b[[A f2=\x1b[[B f3=\x1b[[C f4=\x1b[[D f5=\x1b[[E f6=\x1b[17~ f7=\x1b[18~ f8=\x1b[19~ f9=\x1b[20~ "
    "home=\x1b[1~ end=\x1b[4~ insert=\x1b[2~ delete=\x1b[3~ pageup=\x1b[5~ pagedown=\x1b[6~ backspace=\x7f",
}


@pytest.mark.parametrize("kind", SEQUENCES)
def test_each_terminals_keys_are_known(kind):
    with python("keys_seen.py") as terminal:
        terminal.wait("共 0 键")
        for number, pair in enumerate(SEQUENCES[kind].split(" "), 1):
            name, _, sequence = pair.partition("=")
            terminal.send(sequence)
            screen = terminal.wait(f"共 {number} 键")
            assert screen.rsplit("<", 1)[1].startswith(f"{name} ->"), (pair, screen)


def test_a_sequence_torn_by_a_slow_line_is_still_one_key():
    with python("keys_seen.py", env={"SSH_CONNECTION": "x"}) as terminal:
        terminal.wait("共 0 键")
        for part in ("\x1b", "[1", "5", "~"):
            terminal.send(part)
            time.sleep(0.2)
        assert "<f5 ->" in terminal.wait("共 1 键")
        terminal.send("\x1b")
        assert "<escape ->" in terminal.wait("共 2 键")


def test_a_chinese_character_torn_in_two_arrives_whole():
    with python("keys_seen.py") as terminal:
        terminal.wait("共 0 键")
        terminal.send("张".encode()[:1])
        time.sleep(0.2)
        terminal.send("张".encode()[1:])
        assert "<张 张>" in terminal.wait("共 1 键")


def test_an_unknown_sequence_types_nothing():
    with python("keys_seen.py") as terminal:
        terminal.wait("共 0 键")
        terminal.send("\x1b[99;7~\x1b[?1;2c\x1b]10;rgb:ff/ff\x07\x1b[I甲")
        assert "<甲 甲>" in terminal.wait("共 1 键")


def test_bytes_in_gbk_are_refused_with_a_sentence_and_typing_goes_on():
    with open_form() as terminal:
        terminal.send("a")
        terminal.wait("姓名")
        terminal.send("张三李四".encode("gbk"))
        terminal.wait("收到的不是 UTF-8 文字，请把 PuTTY 的字符集改为 UTF-8")
        terminal.send("王五")
        terminal.wait("姓名 +王五")


def test_a_marked_paste_arrives_as_one_text():
    with python("keys_seen.py") as terminal:
        terminal.wait("共 0 键")
        terminal.send("\x1b[200~张三\r李四\x1b[201~")
        terminal.wait("<paste 5 张三")
        terminal.send("\x1b[200~" + "长" * 60_000 + "\x1b[201~")
        terminal.wait("超过 50000 字")


def test_twenty_thousand_characters_pasted_unmarked_take_no_time():
    with python("keys_seen.py") as terminal:
        terminal.wait("共 0 键")
        before = time.monotonic()
        terminal.send("字" * 20_000)
        terminal.wait("共 20000 键", timeout=20)
        assert time.monotonic() - before < 5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_keeps_the_draft_and_gives_the_terminal_back(number, tmp_path):
    draft = tmp_path / "draft"
    with python(FORM, env={"DRAFT": str(draft)}) as terminal:
        before = terminal.modes()
        terminal.wait("张浩宇")
        assert terminal.modes() != before
        terminal.send("a赵小明\r男")
        terminal.wait("男")
        terminal.kill(number)
        assert terminal.wait_end() == 0
        assert draft.read_text(encoding="utf-8").split() == ["赵小明", "男"]
        assert terminal.modes() == before
        assert terminal.output.endswith(b"\x1b[?1049l\x1b[?25h")
        assert b"Traceback" not in terminal.output


def test_a_cut_line_keeps_the_draft(tmp_path):
    draft = tmp_path / "draft"
    with open_form(env={"DRAFT": str(draft)}) as terminal:
        terminal.send("a赵小明")
        terminal.wait("赵小明")
        terminal.hang_up()
        assert terminal.wait_end() == 0
        assert draft.read_text(encoding="utf-8").split() == ["赵小明"]


def test_a_fault_keeps_the_draft_and_shows_no_childs_name(tmp_path):
    log = tmp_path / "log"
    with python(FORM, env={"LOG": str(log)}) as terminal:
        before = terminal.modes()
        terminal.wait("柳溪小学")
        terminal.key("f8")
        assert terminal.wait_end() == 1
        terminal.wait("程序出错，已经退出")
        assert terminal.modes() == before
        noted = log.read_text(encoding="utf-8")
        assert "ValueError" in noted and "in fault" in noted
        assert "\n张浩宇" not in noted and ": 张浩宇" not in noted
        assert log.stat().st_mode & 0o777 == 0o600


def test_ctrl_c_says_how_to_leave_and_ctrl_q_leaves():
    with open_form() as terminal:
        terminal.key("ctrl+c")
        terminal.wait("按 Ctrl\\+Q 退出")
        terminal.key("ctrl+z", "ctrl+s", "down")
        terminal.wait("> 李雨涵")
        terminal.key("ctrl+q")
        assert terminal.wait_end() == 0


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({"TERM": "dumb"}, "终端类型不明"),
        ({"TERM": ""}, "终端类型不明"),
        ({"LANG": "zh_CN"}, "终端字符集不是 UTF-8"),
        ({"LANG": "zh_CN.GB2312"}, "终端字符集不是 UTF-8"),
        ({"LANG": "en_US.ISO-8859-1"}, "guanai needs a UTF-8 terminal"),
        ({"LANG": "C.UTF-8", "LC_ALL": "zh_CN.GBK"}, "终端字符集不是 UTF-8"),
    ],
)
def test_an_unfit_terminal_gets_a_sentence(env, sentence):
    with python(FORM, env=env) as terminal:
        assert terminal.wait_end() == 2
        seen = terminal.output.decode("utf-8" if "TERM" in env else "gbk")
        assert sentence in seen and "Traceback" not in seen


def test_a_terminal_without_a_locale_is_taken_for_utf8():
    with open_form(env={"LANG": ""}) as terminal:
        terminal.send("a王一")
        terminal.wait("姓名 +王一")


def test_data_made_to_harm_is_drawn_as_text():
    with python("hostile_names.py") as terminal:
        terminal.wait("换 行 列 末尾")
        assert terminal.line(0).startswith(" [/][2J名册   [5m左") and terminal.line(0).endswith("右")
        for y in range(1, 13):
            assert terminal.line(y).startswith("无害 ") and terminal.line(y).endswith(" 末尾"), terminal.line(
                y
            )
        assert "[@click=app.quit]链接[/]" in terminal.text()
        assert terminal.screen.title == ""
        terminal.key("m")
        terminal.wait(r"\[31m红\[0m")
        terminal.key("enter")
        terminal.wait("返回")
        assert terminal.status is None


def test_the_window_may_change_its_size():
    with open_form() as terminal:
        terminal.send("a王一")
        terminal.wait("王一")
        for width, height in ((60, 20), (132, 43), (80, 24), (60, 20)):
            terminal.resize(width, height)
            terminal.wait("姓名 +王一")
            terminal.settle(0.2)
            assert terminal.line(0).endswith("周四")
            assert "返回" in terminal.line(height - 1)
            assert terminal.caret() == (16, 1)
        terminal.resize(59, 20)
        assert terminal.wait("请放大到至少 60×20").strip() == "窗口太小，请放大到至少 60×20"
        terminal.send("丢")  # nothing may be typed blindly
        terminal.resize(80, 24)
        terminal.wait("姓名 +王一 ")


def test_nothing_is_written_while_idle():
    with open_form() as terminal:
        terminal.send("a")
        terminal.settle(0.5)
        before = len(terminal.output)
        terminal.read(2)
        assert len(terminal.output) == before


def test_bytes_per_key_stay_within_bounds():
    with open_form() as terminal:
        terminal.settle()

        def cost(key):
            before = len(terminal.output)
            terminal.key(key)
            terminal.settle(0.15)
            return len(terminal.output) - before

        assert cost("down") and cost("down") <= 60
        assert cost("pagedown") <= 2000
        cost("a")
        assert cost("中") == 3
        assert cost("x") == 1
        assert cost("enter") <= 60
