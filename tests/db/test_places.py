"""The places of work that are offered by their initials."""

import re
import subprocess
import sys
from collections import Counter

import pytest
from pypinyin import Style, pinyin

from db.places import COUNTY_CITIES, DESTINATIONS, places

TEXTS = [place.text for place in places()]


def short_name(text: str) -> str:
    """The name without its province and what follows: 深圳, 延边朝鲜族自治州."""
    return re.sub(r"^.+?(省|自治区)", "", text)


def found_by(initials: str) -> list[str]:
    """Short names of the places with these initials, in the order they are offered."""
    return [
        short_name(place.text).removesuffix("市") for place in places() if place.initials.startswith(initials)
    ]


def test_all_333_prefectures_are_there_once():
    counties = {name for name in re.findall(r"[一-鿿]+", COUNTY_CITIES) if not name.endswith("省")}
    prefectures = [
        text for text in TEXTS if re.match(r".+?(省|自治区)", text) and short_name(text)[:-1] not in counties
    ]
    kinds = Counter(re.search(r"(自治州|地区|盟|市)$", text)[1] for text in prefectures)
    assert kinds == {"市": 293, "自治州": 30, "地区": 7, "盟": 3}
    assert len(counties) == 36
    assert len(TEXTS) == 333 + len(counties) + len(("北京", "天津", "上海", "重庆", "香港", "澳门"))
    assert len(set(TEXTS)) == len(TEXTS)


@pytest.mark.parametrize(("province", "count"), [
    ("河北省", 11), ("山西省", 11), ("内蒙古自治区", 12), ("辽宁省", 14), ("吉林省", 9), ("黑龙江省", 13), ("江苏省", 13),
    ("浙江省", 11), ("安徽省", 16), ("福建省", 9), ("江西省", 11), ("山东省", 16), ("河南省", 17), ("湖北省", 13),
    ("湖南省", 14), ("广东省", 21), ("广西壮族自治区", 14), ("海南省", 4), ("四川省", 21), ("贵州省", 9), ("云南省", 16),
    ("西藏自治区", 7), ("陕西省", 10), ("甘肃省", 14), ("青海省", 8), ("宁夏回族自治区", 5), ("新疆维吾尔自治区", 14),
])  # fmt: skip
def test_each_province_has_its_number_of_prefectures(province, count):
    names = re.findall(rf"(?m)^{province}(.+)$", COUNTY_CITIES)
    counties = len(names[0].split()) // 2 if names else 0
    assert sum(text.startswith(province) for text in TEXTS) == count + counties


@pytest.mark.parametrize("text", [
    "广东省深圳市", "福建省晋江市", "北京市", "上海市", "内蒙古自治区呼和浩特市", "吉林省延边朝鲜族自治州", "香港特别行政区",
    "黑龙江省大兴安岭地区", "内蒙古自治区锡林郭勒盟", "新疆维吾尔自治区喀什地区", "江苏省昆山市", "浙江省义乌市",
])  # fmt: skip
def test_places_read_as_in_the_registers(text):
    assert text in TEXTS


def test_each_initial_is_a_reading_of_its_character():
    """The only reading where there is one, so the places of one reading agree with pypinyin throughout."""
    for place in places():
        name = short_name(place.text)[: len(place.initials)]
        assert len(name) == len(place.initials)
        for char, letter in zip(name, place.initials, strict=True):  # a character alone: no phrase decides
            (readings,) = pinyin(char, style=Style.FIRST_LETTER, heteronym=True)
            assert letter in readings, f"{char} of {place.text}"


@pytest.mark.parametrize(("name", "initials"), [
    ("重庆", "cq"), ("长沙", "cs"), ("长春", "cc"), ("长治", "cz"), ("厦门", "xm"), ("六安", "la"), ("六盘水", "lps"), ("亳州", "bz"),
    ("蚌埠", "bb"), ("台州", "tz"), ("烟台", "yt"), ("丽水", "ls"), ("乐山", "ls"), ("乐清", "yq"), ("朝阳", "cy"), ("阿坝", "ab"),
    ("阿拉善", "als"), ("漯河", "lh"), ("郴州", "cz"), ("宿州", "sz"), ("宿迁", "sq"), ("东莞", "dg"), ("莆田", "pt"), ("深圳", "sz"),
    ("枣庄", "zz"), ("菏泽", "hz"), ("沈阳", "sy"), ("百色", "bs"), ("儋州", "dz"), ("巴彦淖尔", "byne"), ("哈尔滨", "heb"),
    ("吐鲁番", "tlf"), ("塔城", "tc"), ("四会", "sh"), ("嵊州", "sz"), ("余姚", "yy"), ("广州", "gz"), ("佛山", "fs"), ("汕尾", "sw"),
    ("石家庄", "sjz"), ("贵港", "gg"), ("张家港", "zjg"), ("连云港", "lyg"), ("宁波", "nb"), ("大同", "dt"), ("温州", "wz"),
    ("甘孜", "gz"), ("包头", "bt"), ("黔西南", "qxn"), ("博尔塔拉", "betl"), ("和田", "ht"), ("喀什", "ks"),
])  # fmt: skip
def test_characters_of_several_readings_are_read_as_the_place_is(name, initials):
    known = {place.initials for place in places() if short_name(place.text).startswith(name)}
    assert known == {initials}


def test_the_great_destinations_come_first():
    assert [name for name in found_by("sz") if len(name) == 2] == [
        "深圳",
        "苏州",
        "宿州",
        "随州",
        "朔州",
        "嵊州",
    ]
    assert found_by("hz")[:2] == ["杭州", "惠州"]
    assert found_by("sh")[0] == "上海"
    assert found_by("ks")[0] == "昆山"
    assert found_by("gz")[0] == "广州"
    assert found_by("yw") == ["义乌"]


def test_every_destination_of_the_ranking_is_a_place():
    ranked = DESTINATIONS.split()
    assert len(set(ranked)) == len(ranked)
    assert [
        short_name(text).removesuffix("市").removesuffix("特别行政区") for text in TEXTS[: len(ranked)]
    ] == ranked


def test_nothing_is_made_and_nothing_heavy_loaded_before_it_is_asked_for():
    code = (
        "import sys; from db.places import places; made = places.cache_info().currsize; places();"
        "print(made, 'pypinyin' in sys.modules, 'peewee' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "False", "False"]
