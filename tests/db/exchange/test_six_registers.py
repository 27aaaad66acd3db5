"""The village's six registers: what becomes of each row, and the same ledger in whatever order they come."""

import random
import shutil
from collections import Counter
from pathlib import Path

import pytest
from shapes import FILES
from whole import differences, ledger

from db import site, store
from db.exchange import importing, reader, register
from db.exchange.outcome import Outcome
from db.models import Adult, CareRecord, Change, Child, Helper, Kinship, Survey
from db.vocab import GRADE, HEALTH, RELATION, SCHOOLING

IN_ORDER = ("01", "02", "03", "04", "05", "06")
HEADS = {"01": 3, "02": 1, "03": 3, "04": 1, "05": 2, "06": 2}  # the lowest row of each head
# rows, created, updated, unchanged, skipped, problems
INTO_NOTHING = {
    "01": (65, 65, 0, 0, 0, 0), "02": (65, 65, 0, 0, 0, 0), "03": (35, 35, 0, 0, 0, 0), "04": (51, 51, 0, 0, 0, 0),
    "05": (34, 34, 0, 0, 0, 0), "06": (60, 0, 0, 0, 60, 60),
}  # fmt: skip
# 02: 51 of its ID numbers are in 01. 04: five say nothing that is not on file: both adults are a sibling's, spoken of above.
ONE_BY_ONE = {
    "01": (65, 65, 0, 0, 0, 0), "02": (65, 14, 51, 0, 0, 0), "03": (35, 0, 35, 0, 0, 0), "04": (51, 0, 46, 5, 0, 0),
    "05": (34, 34, 0, 0, 0, 0), "06": (60, 60, 0, 0, 0, 3),
}  # fmt: skip
# Nothing is taken from these: the ledger has no place for them, or keeps the same under another heading of the file.
NOT_TAKEN = [
    "学校标识码", "出生地行政区划代码", "籍贯", "国籍/地区", "身份证件类型", "港澳台侨外", "政治面貌", "户口所在地行政区划", "入学年月", "入学方式",
    "通信地址", "家庭地址", "邮政编码", "是否独生子女", "是否受过学前教育", "是否需要申请资助", "是否享受一补", "是否孤儿", "是否烈士或优抚子女",
    "上下学距离", "上下学方式", "是否需要乘坐校车", "曾用名", "身份证件有效期", "血型", "学籍辅号", "班内学号", "学生来源", "电子信箱", "主页地址",
    "是否由政府购买学位", "随班就读", "成员1关系说明", "成员1户口所在地行政区划", "成员1身份证件类型", "成员1民族", "成员2关系说明",
    "成员2户口所在地行政区划", "成员2身份证件类型", "成员2民族", "是否进城务工人员随迁子女",
]  # fmt: skip


@pytest.fixture
def user(tmp_path, monkeypatch):
    """Somebody with an empty ledger open, on a day later than any of the registers."""
    monkeypatch.setenv("GUANAI_TODAY", "2026-11-24")
    store.open_ledger(tmp_path / "ledger")
    yield site.user("wangxiao", "王晓")
    store.close()


@pytest.fixture(scope="module")
def sources():
    """The files, read once."""
    return {number: reader.read(str(path)) for number, path in FILES.items()}


def load(sources, user, *numbers: str) -> list[Outcome]:
    """Take registers in, one after the other."""
    return [importing.take(register.of_source(sources[each]), by=user) for each in numbers]


def counted(outcome: Outcome) -> tuple:
    return (
        outcome.rows,
        outcome.created,
        outcome.updated,
        outcome.unchanged,
        outcome.skipped,
        len(outcome.problems),
    )


def rows_of(sources, number: str) -> list[dict]:
    """A file's rows by heading, read without any of the rules: the first of two alike counts."""
    rows = sources[number].sheets[0].rows
    head = rows[HEADS[number] - 1]
    found = [{} for _ in rows[HEADS[number] :]]
    for told, row in zip(found, rows[HEADS[number] :], strict=True):
        for heading, cell in zip(head, row, strict=False):
            if cell not in (None, "—"):
                told.setdefault(heading, cell)
    return found[: INTO_NOTHING[number][0]]


@pytest.mark.parametrize("number", IN_ORDER)
def test_each_into_an_empty_ledger(user, sources, number):
    (outcome,) = load(sources, user, number)
    assert counted(outcome) == INTO_NOTHING[number]
    assert outcome.unmapped == (NOT_TAKEN if number == "02" else [])
    assert all(each.level == "error" and "台账里没有" in each.message for each in outcome.problems)


def test_one_after_the_other_and_all_again(user, sources):
    outcomes = load(sources, user, *IN_ORDER)
    assert dict(zip(IN_ORDER, map(counted, outcomes), strict=True)) == ONE_BY_ONE
    assert [(each.row, each.column, each.level) for each in outcomes[5].problems] == [
        (row, "谈话人", "warning")
        for row in (17, 47, 49)  # two helpers are called 郑小
    ]
    before, changes = ledger(), Change.select().count()
    for number, again in zip(IN_ORDER, load(sources, user, *IN_ORDER), strict=True):
        assert (again.rows, again.unchanged, again.changes) == (ONE_BY_ONE[number][0], again.rows, [])
    assert ledger() == before
    assert Change.select().count() == changes


def test_the_ledger_holds_what_the_files_say(user, sources):
    load(sources, user, *IN_ORDER)
    form, school = rows_of(sources, "01"), rows_of(sources, "02")
    numbers = {row["公民身份证号码"] for row in form} | {row["身份证件号"] for row in school}
    children = {child.id_number: child for child in Child.live()}
    assert children.keys() == numbers
    assert len(numbers) == 79
    families = (
        {f"{who}公民身份证号码" for who in ("父亲", "母亲")},
        {f"成员{place}身份证件号" for place in "12"},
    )
    adults = {
        row[each] for rows, ids in zip((form, school), families, strict=True) for row in rows for each in ids
    }
    guardians = {row[37] for row in sources["01"].sheets[0].rows[3:68] if len(row) > 37 and row[37]}
    assert {adult.id_number for adult in Adult.live()} == adults | guardians
    surveys = {survey.child_id: survey for survey in Survey.live()}
    kin = {(tie.child_id, tie.relation): tie for tie in Kinship.live()}
    assert len(surveys) == 79
    for row in form:
        child = children[row["公民身份证号码"]]
        survey, father = surveys[child.id], kin[child.id, "51"].adult
        assert (child.name, child.birth_date, child.address) == (
            "".join(row["姓名"].split()),
            row["出生日期"],
            row["现居住地"],
        )
        assert SCHOOLING.label(survey.schooling) == row["就学情况"]
        assert (father.name, father.birth_date, father.phone) == (
            row["父亲姓名"],
            row["父亲出生日期"],
            row["父亲联系电话"],
        )
        assert survey.mother_place == row.get("母亲当前务工地点")
        assert str(survey.surveyed_on) == "2026-09-10"
        if name := row.get("委托监护人姓名"):
            (guardian,) = (tie for tie in Kinship.live().where(Kinship.child == child) if tie.guardian)
            assert (guardian.adult.name, RELATION.label(guardian.relation)) == (
                name,
                row["与被监护人关系"].split("(")[0],
            )
            assert (guardian.entrusted, guardian.address) == (True, row["居住地地址"])
    for row in school:
        child = children[row["身份证件号"]]
        survey = surveys[child.id]
        assert (child.phone, child.hobbies) == (row["联系电话"], row.get("特长"))
        assert GRADE.label(survey.grade) + survey.class_no == row["班号"]
        assert (survey.boarding, kin[child.id, "52"].adult.phone) == (
            row["就读方式"] == "住校",
            row["成员2联系电话"],
        )
    for row in rows_of(sources, "04"):
        parents = Adult.live().where(Adult.name == row["家长姓名"], Adult.phone == row["联系电话"])
        assert [each.workplace for each in parents] == [row["家长务工单位详细地址"]]
        if row.get("监护人姓名"):
            (guardian,) = Adult.live().where(
                Adult.name == row["监护人姓名"], Adult.phone == row["监护人电话"]
            )
            assert (HEALTH.label(guardian.health)[:2], guardian.occupation) == (
                row["监护人身体状况"][:2],
                row["监护人职业"],
            )
            assert guardian.age is None  # its birth date is known
    assert (Helper.live().count(), CareRecord.live().count()) == (34, 60)
    assert CareRecord.live().where(CareRecord.helper.is_null()).count() == 3


def test_talks_that_come_first_wait(user, sources):
    (first,) = load(sources, user, "06")
    assert counted(first) == INTO_NOTHING["06"]
    assert CareRecord.select().count() == 0
    *_, again = load(sources, user, "01", "05", "06")
    assert counted(again) == ONE_BY_ONE["06"]


def test_talks_of_which_only_some_could_go_in_come_again(user, sources, tmp_path):
    _, some = load(sources, user, "04", "06")
    waiting = {each.row for each in some.problems if each.level == "error"}
    assert 0 < some.created == 60 - len(waiting) < 60
    *_, rest = load(sources, user, "01", "02", "03", "05", "06")
    assert (rest.created, rest.updated, rest.skipped) == (len(waiting), 57 - rest.created, 0)
    said = ledger()
    store.close()
    store.open_ledger(tmp_path / "other")
    load(sources, site.user("wangxiao", "王晓"), *IN_ORDER)
    assert not differences(ledger(), said)


@pytest.mark.parametrize("seed", range(6))
def test_any_order_with_repeats_comes_to_the_same(user, sources, tmp_path, seed):
    rng = random.Random(seed)
    load(sources, user, *rng.choices(IN_ORDER, k=8), *rng.sample(IN_ORDER, 6), "06")
    said = ledger()
    store.close()
    store.open_ledger(tmp_path / "other")
    load(sources, site.user("wangxiao", "王晓"), *IN_ORDER)
    assert not differences(ledger(), said)


def test_all_orders_come_to_the_same_ledger(user, sources, tmp_path):
    """All 120 orders of 01–05, then 06. Orders that begin alike are imported once up to where they part."""
    registers = {number: register.of_source(sources[number]) for number in IN_ORDER}
    store.close()
    found: list[dict] = []

    def go_on(folder: Path, left: tuple[str, ...]) -> None:
        for number in left or ("06",):
            further = folder / number
            shutil.copytree(folder, further, ignore=shutil.ignore_patterns("0*"))
            store.open_ledger(further)
            outcome = importing.take(registers[number], by=user)
            if not left:
                found.append(ledger())
                assert counted(outcome) == ONE_BY_ONE["06"]
            store.close()
            if left:
                go_on(further, tuple(each for each in left if each != number))
            shutil.rmtree(further)

    go_on(tmp_path / "ledger", IN_ORDER[:5])
    assert len(found) == 120
    assert Counter(len(each["Child"]) for each in found) == {79: 120}
    for each in found[1:]:
        assert not differences(found[0], each)
