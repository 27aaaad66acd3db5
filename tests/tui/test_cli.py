"""The plain commands, run as a user's script would: output, exit status, masks, bad use."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from db import changes, doubts, effort, site, store
from db.improbable import Doubtful
from db.models import Child

TOP = Path(__file__).parent.parent.parent
REGISTERS = TOP / "tests" / "registers"


class Guanai:
    """The program on a ledger of its own."""

    def __init__(self, data: Path):
        self.data = data
        self.env = os.environ | {
            "GUANAI_TODAY": "2026-11-23", "HOME": str(data.parent), "XDG_CONFIG_HOME": str(data.parent / "config"),
            "LANG": "C.UTF-8",
        }  # fmt: skip

    def __call__(self, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "tui", "--data", str(self.data), *words]
        return subprocess.run(command, input=stdin, capture_output=True, env=self.env, cwd=TOP, timeout=60)

    def json(self, *words: str):
        done = self(*words, "--json")
        assert done.returncode in (0, 1), done.stderr.decode()
        return json.loads(done.stdout)


@pytest.fixture
def guanai(tmp_path):
    return Guanai(tmp_path / "data")


@pytest.fixture
def filled(guanai):
    assert (
        guanai(
            "init", "--site", "柳溪村", "--township", "青石镇", "--term", "2026秋", "--name", "王晓"
        ).returncode
        == 0
    )
    for name in ("01-基本情况登记表", "05-帮扶人员名册", "06-谈心记录"):
        guanai("import", str(REGISTERS / f"{name}.xlsx"))
    return guanai


def test_the_three_registers_come_in_whole_and_again_change_nothing(guanai):
    guanai("init", "--site", "柳溪村")
    for name, rows, problems in (
        ("01-基本情况登记表", 65, 0),
        ("05-帮扶人员名册", 34, 0),
        ("06-谈心记录", 60, 3),
    ):
        file = str(REGISTERS / f"{name}.xlsx")
        dry = guanai.json("import", file, "--dry-run")
        first, again = guanai.json("import", file), guanai.json("import", file)
        assert (dry["created"], first["created"], again["created"], again["unchanged"]) == (
            rows,
            rows,
            0,
            rows,
        )
        assert len(first["problems"]) == problems and first["skipped"] == 0
        assert guanai("import", file).returncode == (1 if problems else 0)


def test_dry_run_writes_nothing(guanai):
    guanai("init", "--site", "柳溪村")
    guanai("import", str(REGISTERS / "01-基本情况登记表.xlsx"), "--dry-run")
    assert guanai.json("list", "children") == []


def test_a_register_comes_in_by_standard_input(guanai):
    data = (REGISTERS / "05-帮扶人员名册.xlsx").read_bytes()
    done = guanai("import", "-", "--json", stdin=data)
    assert json.loads(done.stdout)["created"] == 34 and "guanai init" in done.stderr.decode()


def test_status_has_the_promised_keys_and_masks_names(filled):
    status = filled.json("status")
    assert set(status) >= {"site", "term", "as_of", "criterion", "children", "paired", "due", "targets"}
    assert status["children"] == {"registered": 65, "left_behind": 40, "focus": 0}
    assert set(status["due"]) == {"overdue", "today", "week"}
    (filed, *_) = status["targets"]
    assert {
        "code",
        "name",
        "definition",
        "numerator",
        "denominator",
        "rate",
        "goal",
        "met",
        "missing",
    } <= set(filed)
    assert all(each["name"].endswith("*") for each in filed["missing"])
    named = filled("status", "--names", "--json").stdout.decode()
    assert "单国庆" in named


def test_targets_tell_all_indicators_and_their_parts(filled):
    found = filled.json("targets", "--by", "group")
    assert len(found) == 19 and [each["code"] for each in found if each["in_force"]] == [
        each["code"] for each in filled.json("status")["targets"]
    ]  # fmt: skip
    filed = found[0]
    assert sum(part["denominator"] for part in filed["parts"]) == filed["denominator"]
    assert set(filed["parts"][0]) == {"label", "numerator", "denominator", "rate", "met"}
    retained = next(each for each in found if each["code"] == "retained")
    assert (
        retained["rate"] is None and retained["waiting"].startswith("待学校提供") and retained["parts"] == []
    )
    said = filled("targets", "--by", "school").stdout.decode()
    assert "待学校提供" in said and "未采集" in said and "失学辍学" in said
    assert filled("targets", "--by", "road").returncode == 2


def test_children_are_listed_with_every_promised_key_and_masked(filled):
    (child,) = filled.json("list", "children", "--find", "yujd") or filled.json(
        "list", "children", "--find", "单玉洁"
    )
    assert set(child) >= {
        "id", "name", "sex", "birth_date", "id_number", "ethnicity", "village_group", "address", "school", "grade",
        "boarding", "health", "schooling", "left_behind", "whereabouts", "focus", "father", "mother", "guardian",
        "dossier_complete",
    }  # fmt: skip
    assert (
        child["id_number"] == "340505********3021"
        and child["left_behind"] is True
        and child["whereabouts"] == "both"
    )
    assert child["father"]["phone"] == "199****8935" and child["guardian"]["relation"] == "外祖父"
    (open_child,) = json.loads(filled("list", "children", "--find", "单玉洁", "--reveal", "--json").stdout)
    assert open_child["id_number"] == "340505201103263021"
    assert json.loads(filled("show", "340505201103263021", "--json").stdout)["name"] == "单玉洁"


def test_one_of_two_children_of_one_name_must_be_told_apart(filled):
    done = filled("show", "唐志强")
    assert done.returncode == 2 and "2名" in done.stderr.decode() and not done.stdout


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["stats"], 2, "status"), (["list", "dogs"], 2, "children"), (["due", "--days", "x"], 2, "x"),
        (["show", "没有这人"], 2, "没有"), (["import", "/no/such.xlsx"], 2, "such.xlsx"), (["import", "/"], 2, "文件夹"),
        (["targets", "--term", "秋天"], 2, "2026秋"), (["restore", "/no/such.db"], 2, "such.db"),
        (["config", "nothing.here"], 2, "nothing.here"), (["export", "children", "-o", "/no/such/x.xlsx"], 2, "/no/such"),
    ],
)  # fmt: skip
def test_wrong_use_gets_one_chinese_sentence_with_the_cure(filled, words, status, said):
    done = filled(*words)
    assert done.returncode == status, done.stderr.decode()
    assert said in done.stderr.decode() and "Traceback" not in done.stderr.decode()


def test_a_ledger_that_is_not_ours_or_damaged_gives_status_3(guanai, tmp_path):
    guanai.data.mkdir()
    file = guanai.data / "guanai.db"
    for content in (b"", b"not a ledger at all" * 100, b"SQLite format 3\0" + bytes(200)):
        file.write_bytes(content)
        done = guanai("status")
        assert done.returncode == 3 and done.stderr.decode().strip().endswith("。"), content[:20]
        assert file.read_bytes() == content


def test_export_comes_back_unchanged(filled, tmp_path):
    out = tmp_path / "册.xlsx"
    assert filled("export", "children", "-o", str(out)).returncode == 0
    assert out.stat().st_mode & 0o777 == 0o600
    again = filled.json("import", str(out))
    assert (again["rows"], again["created"], again["updated"]) == (65, 0, 0)


def test_cards_and_files_are_written_as_pages_masked_unless_told(filled, tmp_path):
    for what, title in (("cards", "柳溪村留守儿童联系卡"), ("files", "单玉洁 档案")):
        out = tmp_path / f"{what}.html"
        done = filled("export", what, "-o", str(out), "--find", "单玉洁")
        assert (
            done.returncode == 0
            and "已导出 1 名" in done.stderr.decode()
            and str(out) in done.stderr.decode()
        )
        assert out.stat().st_mode & 0o777 == 0o600
        page = out.read_text("utf-8")
        assert title in page and "340505********3021" in page and "340505201103263021" not in page
        piped = filled("export", what, "-o", "-", "--find", "单玉洁", "--reveal")
        assert "340505201103263021" in piped.stdout.decode() and piped.stdout.startswith(b"<!DOCTYPE html>")
    out = tmp_path / "all.html"
    assert filled("export", "cards", "-o", str(out)).returncode == 0
    assert out.read_text("utf-8").count("<h1>") == 65
    out = tmp_path / "one.xlsx"
    assert filled("export", "children", "-o", str(out), "--find", "单玉洁").returncode == 0
    assert filled.json("import", str(out))["rows"] == 1


def test_cross_sums_and_the_difference_are_written(filled, tmp_path):
    out = tmp_path / "汇总.json"
    done = filled("export", "sums", "-o", str(out), "--who", "all", "--by", "school")
    assert done.returncode == 0 and f"已汇总 65 名儿童到 {out}" in done.stderr.decode()
    told = json.loads(out.read_text("utf-8"))
    assert (
        told["rows"][0]["total"] == 65 == sum(row["total"] for row in told["rows"][1:])
        and told["by"] == "school"
    )
    assert filled("export", "sums", "-o", "-").stdout.startswith(b"PK")
    out = tmp_path / "差异.xlsx"
    done = filled("export", "difference", "-o", str(out), "--to", "县平台", "--who", "all")
    assert done.returncode == 0 and "已把 65 名儿童要报给县平台的差异写出到" in done.stderr.decode()
    assert (
        "新增65、回来0、变更0、退出0" in done.stderr.decode() and "内有完整身份证号" in done.stderr.decode()
    )
    assert out.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("words", "said"), [
    (("cards", "-o", "卡.xlsx"), ".html 结尾"), (("children", "-o", "册.html"), ".xlsx 结尾"),
    (("sums", "-o", "表.doc"), ".xlsx 或 .csv 或 .json 或 .html 结尾"), (("sums", "-o", "表.csv", "--find", "张"), "不用 --find"),
    (("children", "-o", "册.xlsx", "--by", "school", "--to", "县"), "不用 --to、--by"),
    (("difference", "-o", "差.xlsx", "--to", "很" * 31), "最多30字"), (("sums", "-o", "表.csv", "--by", "age"), "可选"),
    (("files", "-o", "卡.html", "--find", "查无此人"), "没有找到儿童"), (("records", "-o", "卡.html"), "可选"),
])  # fmt: skip
def test_export_refuses_with_the_cure(filled, words, said):
    done = filled("export", *words)
    assert done.returncode == 2 and said in done.stderr.decode()


def test_a_backup_is_restored_and_the_ledger_is_sound(filled, tmp_path):
    copy = tmp_path / "台账.db"
    assert filled("backup", "-o", str(copy)).returncode == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    other = Guanai(tmp_path / "other")
    assert other("restore", str(copy)).returncode == 0
    assert other.json("status") == filled.json("status")
    assert other("check").returncode == 0


def test_settings_are_overridden_and_taken_back(guanai):
    assert guanai("config", "backup.keep", "30").returncode == 0
    assert b"30" in guanai("config", "backup.keep").stdout
    assert guanai("config", "backup.keep", "0").returncode == 2
    guanai("config", "backup.keep", "")
    assert b"14" in guanai("config", "backup.keep").stdout


def test_the_demo_village_is_kept_where_told(guanai):
    done = guanai("--demo", "status", "--json")
    status = json.loads(done.stdout)
    assert 70 <= status["children"]["registered"] <= 90 and status["due"]["overdue"] > 0
    assert guanai.json("status")["site"] == status["site"] == "柳溪村"


def test_a_reader_that_stops_early_is_no_fault(filled):
    command = f"{sys.executable} -m tui --data {filled.data} list children | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, env=filled.env, cwd=TOP
    )
    assert done.stderr.decode() in ("", "共 65 条\n")  # whether it had written all by then is chance


def test_a_day_that_is_none_is_said(guanai):
    guanai.env["GUANAI_TODAY"] = "2026-13-40"
    done = guanai("status")
    assert done.returncode == 2 and "GUANAI_TODAY" in done.stderr.decode() and b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("import", str(REGISTERS / "06-谈心记录.xlsx"), "--report", "~nobodyhere/问题.xlsx"),
        ("export", "children", "-o", "~nobodyhere/册.xlsx"),
        ("backup", "-o", "~nobodyhere/台账.db"),
        ("restore", "~nobodyhere/台账.db"),
    ],
)
def test_a_home_folder_of_nobody_is_said(filled, words):
    done = filled(*words)
    assert done.returncode == 2 and "“~nobodyhere”不是这台电脑上的用户文件夹" in done.stderr.decode()


def test_a_report_that_cannot_be_kept_is_said_before_or_beside_what_was_taken_in(guanai, tmp_path):
    register = tmp_path / "册.csv"
    register.write_text("姓名,性别,出生日期,父亲姓名\n柳甲,男,2015年13月8日,柳大\n", "utf-8")
    refused = guanai("import", str(register), "--report", str(tmp_path / "问题.txt"))
    assert refused.returncode == 2 and ".xlsx" in refused.stderr.decode() and not refused.stdout
    assert guanai("list", "children", "--json").stdout.strip() in (b"[]", b"")
    taken = guanai("import", str(register), "--report", "/no/such/问题.xlsx")
    assert taken.returncode == 2 and "新增 1" in taken.stdout.decode()
    assert "表已导入，问题表没有存成：没有“/no/such”" in taken.stderr.decode()


@pytest.mark.parametrize("day", ["2999秋", "9999秋", "0000秋", "2027春"])
def test_a_term_that_has_not_come_or_is_none_is_no_day_of_a_register(guanai, day):
    done = guanai("import", str(REGISTERS / "05-帮扶人员名册.xlsx"), "--date", day)
    assert done.returncode == 2 and ("还没到" in done.stderr.decode() or "看不出" in done.stderr.decode())


def test_what_entering_took_in_words_and_as_a_document(guanai, monkeypatch):
    guanai("init", "--site", "柳溪村", "--name", "王晓")
    done = guanai("status", "--entry")
    assert done.returncode == 0 and done.stdout.decode().splitlines() == [
        "还没有录入的记录：在录入页存过档案后才有。", "待核：0 处",
    ]  # fmt: skip
    for name, value in guanai.env.items():
        monkeypatch.setenv(name, value)
    store.open_ledger(guanai.data)
    by = site.user("liming", "李明")
    for keys, seconds in ((180, 120), (191, 150)):
        with changes.action("登记", by) as act:
            child = act.insert(Child, name="张浩宇")
            effort.note(act, child.id, True, keys, seconds, 2)
            doubts.keep(act, child.id, [Doubtful("too_old", "birth_date", "请核对", "2001-01-01")])
    store.close()
    lines = guanai("status", "--entry").stdout.decode().splitlines()
    assert [line.split() for line in lines] == [
        ["录入人", "类别", "份数", "平均键数", "键数中位", "平均秒数", "秒数中位", "每份改正", "每小时份数"],
        ["李明", "新建", "2", "185.5", "185.5", "135.0", "135.0", "2.0", "26.7"],
        ["合计", "新建", "2", "185.5", "185.5", "135.0", "135.0", "2.0", "26.7"],
        ["待核：2", "处"],
    ]
    seen = guanai.json("status", "--entry")
    assert seen["all"]["fresh"] == {
        "records": 2, "keys_mean": 185.5, "keys_median": 185.5, "seconds_mean": 135, "seconds_median": 135,
        "corrections_mean": 2, "records_per_hour": 26.7,
    }  # fmt: skip
    assert [each["user"] for each in seen["users"]] == ["李明"] and seen["doubts_open"] == 2
    assert "张浩宇" not in json.dumps(seen, ensure_ascii=False)


def test_a_clock_set_back_is_said_beside_what_it_makes_wrong(filled):
    assert filled("due").stderr == b""
    filled.env["GUANAI_TODAY"] = "2025-01-10"
    for command in ("due", "status"):
        done = filled(command, "--json")
        assert "请先校正电脑的日期" in done.stderr.decode() and done.returncode == 0
        json.loads(done.stdout)
