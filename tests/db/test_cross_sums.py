"""The 汇总表: what falls where, that groups add up, and who keeps one from it."""

import csv
import json

import pytest

from db import changes, cross_sums, cross_sums_files, site
from db.cross_groups import BY_CODE, GROUPS
from db.cross_sums import WHO, as_json, members, strays, sums
from db.models import Child, Kinship, Survey
from db.values import Refused

AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}


@pytest.fixture
def left(enter):
    """Enter a child whose parents are both away."""
    return lambda name, **values: enter(name, **(AWAY | values))


def column(table, group: str, place=None) -> dict[str, int]:
    """The figures of a group that are not 0, by heading."""
    told = BY_CODE[group]
    cells = {label: table.cells[group, code, place] for code, label in (told.columns | told.beside).items()}
    return {label: count for label, count in cells.items() if count}


def write(user, row, **values):
    """Put values on file as a newer program might."""
    with changes.action("新版程序", user) as act:
        act.update(row, **values)


def test_ages_are_of_the_day_and_each_band_is_divided_by_sex(left):
    for at, (born, sex) in enumerate((
        ("2020-09-11", "male"), ("2020-09-10", "female"), ("2012-09-11", None), ("2012-09-10", "male"),
        ("2020-09", "male"), ("2010-09-11", "female"), (None, "male"), ("2027-01-01", "female"),
    )):  # fmt: skip
        left(f"孩{at}", birth_date=born, sex=sex)
    table = sums()
    assert column(table, "age") == {"0-5周岁": 3, "6-13周岁": 2, "14-16周岁": 2, "年龄未采集": 1}
    assert column(table, "age0") == {"男": 2, "女": 1}
    assert column(table, "age6") == {"女": 1, "性别未采集": 1}
    assert column(table, "age14") == {"男": 1, "女": 1}
    assert strays("left_behind", "group") == []


@pytest.mark.parametrize(("values", "group", "heading"), [
    ({"schooling": "none_yet"}, "schooling", "学龄前"), ({"schooling": "vocational"}, "schooling", "中专及以上"),
    ({"schooling": "dropped_out"}, "schooling", "其他"), ({"schooling": "suspended"}, "schooling", "其他"),
    ({}, "schooling", "未采集"), ({"hukou_kind": "town"}, "hukou_kind", "城镇居民户口"), ({}, "hukou_kind", "未采集"),
    ({"health": "ill"}, "health", "其他"), ({"health": "chronic"}, "health", "慢性病"), ({}, "health", "未采集"),
    ({"boarding": True}, "boarding", "寄宿生"), ({"boarding": False}, "boarding", "非寄宿生"),
    ({"schooling": "not_in_school"}, "boarding", "非寄宿生"), ({"schooling": "primary"}, "boarding", "未采集"),
    ({}, "reason", "父母双方同时外出"),
    ({"mother_whereabouts": "home", "mother_able": False}, "reason", "父母一方外出，另一方无监护能力"),
    ({"mother_whereabouts": "dead"}, "reason", "父母一方外出，另一方无监护能力"),
    ({"guardian_relation": "63", "guardian_name": "周外公"}, "care", "祖父母、外祖父母"),
    ({"guardian_relation": "83", "guardian_name": "张叔"}, "care", "亲戚朋友"),
    ({"guardian_relation": "99", "guardian_name": "邻居"}, "care", "亲戚朋友"),
    ({"guardian_relation": "58", "guardian_name": "继母"}, "care", "父母监护"),
    ({"guardian_relation": "52", "mother_name": "李母"}, "care", "父母监护"),
    ({"no_guardian": True}, "care", "无委托照料人"), ({"guardianship": "none"}, "care", "无委托照料人"),
    ({}, "care", "未采集"), ({"guardian_name": "某某"}, "care", "未采集"),
    ({"guardianship": "unable"}, "guardianship", "差"), ({"guardianship": "weak"}, "guardianship", "差"),
    ({"guardianship": "good"}, "guardianship", "较好"), ({}, "guardianship", "未采集"),
    ({"aid": "none"}, "aid", "无"), ({}, "aid", "未采集"),
])  # fmt: skip
def test_each_answer_has_its_column(left, values, group, heading):
    left("张一", **values)
    assert column(sums(), group) == {heading: 1}


@pytest.mark.parametrize(("values", "heading"), [
    ({"father_whereabouts": "home", "father_able": True, "mother_whereabouts": "away"}, "父或母在家能监护"),
    ({"father_whereabouts": "dead", "mother_whereabouts": "unknown"}, "父母双方无监护能力"),
    ({"father_whereabouts": "home", "father_able": False, "mother_whereabouts": "dead"}, "父母双方无监护能力"),
    ({"father_whereabouts": "home", "mother_whereabouts": "away"}, "未采集"), ({}, "未采集"),
    ({"father_whereabouts": "away"}, "未采集"), ({"declared": "both"}, "父母双方同时外出"), ({"declared": "one"}, "未采集"),
])  # fmt: skip
def test_the_reason_follows_from_the_whereabouts_of_all_registered(enter, values, heading):
    enter("张一", **values)
    assert column(sums("registered"), "reason") == {heading: 1}


def test_several_kinds_of_aid_are_listed_beside_and_not_added_up(left):
    left("张一", aid="dibao medical")
    left("李二", aid="dibao")
    table = sums()
    assert column(table, "aid") == {"有救助": 2, "最低生活保障": 2, "医疗救助": 1}
    assert table.check(BY_CODE["aid"], table.regions[0]).said == "相符"


def test_regions_stand_in_the_registers_order_and_add_up_to_the_site(left):
    for group in ("十一组", "二组", None, "二组", "一组"):
        left("张一", village_group=group)
    table = sums()
    assert [(each.label, each.total, table.share(each)) for each in table.regions] == [
        ("柳溪村", 5, 100.0), ("一组", 1, 20.0), ("二组", 2, 40.0), ("十一组", 1, 20.0), ("村民组未采集", 1, 20.0),
    ]  # fmt: skip
    for group in GROUPS:
        for code in group.columns:
            parts = sum(table.cells[group.code, code, each.value] for each in table.regions[1:])
            assert parts == table.cells[group.code, code, None]


def test_by_school_and_an_empty_ledger(left):
    (only,) = sums().regions
    assert (only.label, only.total, sums().share(only)) == ("柳溪村", 0, None)
    left("张一", schooling="primary", school="柳溪小学")
    left("李二", schooling="none_yet")
    assert [each.label for each in sums(by="school").regions] == ["柳溪村", "柳溪小学", "没有学校或未采集"]


def test_only_the_left_behind_count_unless_all_registered_are_asked_for(left, enter, user):
    child = left("张一", birth_date="2011-01-01")
    enter("李二", birth_date="2015-01-01")
    left("王三", birth_date="2009-01-01")  # 17 by now
    gone = left("赵四")
    write(user, Child.get_by_id(gone), left_on=site.term().starts)
    assert [each.total for each in (sums().regions[0], sums("registered").regions[0])] == [1, 3]
    assert members("left_behind", "group", "", "", None) == [child]
    assert (
        "留守儿童" in sums().about
        and "认定口径：国发〔2016〕13号" in sums().about
        and "2026-09-10" in sums().about
    )
    for bad in (("everybody", "group"), ("registered", "sex")):
        with pytest.raises(Refused, match="请写"):
            sums(*bad)


def test_a_group_that_does_not_add_up_names_the_children(left, enter, user):
    odd = left("张一", village_group="一组", birth_date="2015-01-01", sex="male", health="healthy")
    both = left("李二", village_group="二组", aid="none dibao", birth_date="2015-01-01", sex="female")
    old = enter("王三", village_group="二组", birth_date="2009-01-01", sex="male")
    write(user, Survey.get(Survey.child == odd), health="glowing")
    table = sums("registered")
    site_row, _one, two = table.regions
    assert [table.check(BY_CODE["health"], each).said for each in table.regions] == ["差1", "差1", "相符"]
    assert (
        table.check(BY_CODE["aid"], two).said == "多1" and table.check(BY_CODE["age"], site_row).said == "差1"
    )
    assert table.check(BY_CODE["schooling"], site_row).said == "相符"
    found = {each.name: (each.id, each.group, each.field, each.why) for each in strays("registered", "group")}
    assert found == {
        "张一": (odd, "health", "health", "写的是“glowing”，表里没有这一栏"),
        "李二": (both, "aid", "aid", "同时算在无、有救助里"),
        "王三": (old, "age", "birth_date", "已满16周岁，不在任何年龄段里"),
    }
    assert [each.name for each in strays("registered", "group", region="一组")] == ["张一"]
    assert strays("registered", "group", "schooling") == []


def test_two_guardians_of_different_kinds_are_named(left, user):
    child = left("张一", guardian_relation="61", guardian_name="张爷爷")
    uncle = left("李二", guardian_relation="83", guardian_name="李叔")
    write(user, Kinship.get(Kinship.child == uncle), child=child)
    assert [each.why for each in strays("left_behind", "group", "care")] == [
        "同时算在祖父母、外祖父母、亲戚朋友里"
    ]
    with changes.action("新版程序", user) as act:
        act.remove(Kinship.get((Kinship.child == child) & (Kinship.relation == "61")))
        act.update(Kinship.live().where(Kinship.child == child).get(), relation="newer")
    assert [each.why for each in strays("left_behind", "group", "care")] == [
        "监护人与孩子的关系不在台账的选项里"
    ]


def test_every_figure_leads_to_its_children(left):
    for at in range(12):
        left(f"孩{at}", village_group=("一组", "二组", None)[at % 3], sex=("male", "female", None)[at % 3],
             birth_date=f"20{10 + at}-10-01", health=("healthy", "ill", None, "weak")[at % 4],
             aid=("dibao medical", "none", None)[at % 3])  # fmt: skip
    table = sums()
    for group in GROUPS:
        for code in group.columns | group.beside:
            for region in table.regions:
                found = members("left_behind", "group", group.code, code, region.value)
                assert len(set(found)) == len(found) == table.cells[group.code, code, region.value]


def test_struck_out_children_and_surveys_do_not_count(left, enter, user):
    from db import children

    children.remove(left("张一"), user)
    kept = enter("李二", health="weak")
    with changes.action("删除摸底", user) as act:
        act.remove(Survey.get(Survey.child == kept))
    assert column(sums("registered"), "health") == {"未采集": 1}


def test_it_is_written_as_numbers_with_a_check_after_each_group(left, user, tmp_path):
    left("张一", village_group="=一组", birth_date="2015-01-01", sex="male", aid="none dibao")
    out = tmp_path / "汇总表.xlsx"
    assert cross_sums_files.to_file(out, "left_behind", "group", user) == 1
    assert out.stat().st_mode & 0o777 == 0o600
    from openpyxl import load_workbook

    book = load_workbook(out)
    assert book.sheetnames == ["汇总表", "口径", "对不上的儿童"]
    page = book["汇总表"]
    assert page["A1"].value == "柳溪村农村留守儿童基本情况排查汇总表" and "认定口径" in page["A2"].value
    upper = [cell.value for cell in page[3]]
    lower = [cell.value for cell in page[4]]
    site_row = [cell.value for cell in page[5]]
    assert upper[:4] == ["区域", "数量", "占总量%", "0-5周岁"] and lower[3:8] == [
        "小计",
        "男",
        "女",
        "性别未采集",
        "核对",
    ]
    assert (
        site_row[:3] == ["柳溪村", 1, 100]
        and site_row[3:8] == [0, 0, 0, 0, "相符"]
        and site_row[8:10] == [1, 1]
    )
    assert site_row[-1] == "多1" and lower[-1] == "核对"
    assert page["A6"].value == "=一组" and page["A6"].data_type == "s"
    assert [cell.value for cell in book["对不上的儿童"][2]] == ["张*", "救助措施", "同时算在无、有救助里"]


def test_csv_json_and_paper_tell_the_same(left, user, tmp_path):
    left("张一", village_group="=一组", health="weak", aid="none dibao")
    for ending in ("csv", "json", "html"):
        cross_sums_files.to_file(tmp_path / f"表.{ending}", "left_behind", "group", user)
    rows = list(csv.reader((tmp_path / "表.csv").read_text("utf-8-sig").splitlines()))
    assert (
        rows[4][:2] == ["柳溪村", "1"]
        and rows[5][0] == "'=一组"
        and ["张*", "救助措施", "同时算在无、有救助里"] in rows
    )
    told = json.loads((tmp_path / "表.json").read_text("utf-8"))
    assert told == as_json() and told["rows"][0]["groups"]["health"]["columns"]["一般或较弱"] == 1
    assert told["strays"][0]["name"] == "张*" and told["rows"][0]["groups"]["aid"]["sum"] == 2
    page = (tmp_path / "表.html").read_text("utf-8")
    assert "柳溪村农村留守儿童基本情况排查汇总表" in page and "救助措施（多1）" in page and "口径" in page
    assert "张一" not in page and "张一" not in (tmp_path / "表.csv").read_text("utf-8-sig")


def test_another_ending_and_a_place_that_is_not_there_are_refused(user, tmp_path):
    with pytest.raises(Refused, match=r"存不成“\.doc”"):
        cross_sums_files.to_file(tmp_path / "表.doc", "left_behind", "group", user)
    with pytest.raises(Refused, match=r"没有“.*”这个文件夹"):
        cross_sums_files.to_file(tmp_path / "nowhere" / "表.csv", "left_behind", "group", user)


def test_who_and_by_are_words_of_the_command(user):
    from tui.commands.exporting import OPTIONS
    from tui.commands.exporting import WHO as WORDS

    assert set(WORDS.values()) == set(WHO) and set(OPTIONS["by"].reading["choices"]) == set(cross_sums.BY)
