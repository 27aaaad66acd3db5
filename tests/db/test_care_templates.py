"""The shipped templates of care plans, and files that are none."""

from pathlib import Path

import pytest

from db import care_templates
from db.values import Refused
from db.vocab import FOCUS

GOOD = """
[[template]]
code = "one"
name = "一"
kind = "care"
problem = "写什么"
goal = "达到什么"
measures = "怎么做"
weeks = 4
review = 2
steps = [{title = "上门", days = 0}, {title = "再上门", weeks = 4}]
"""


@pytest.fixture
def reading(tmp_path):
    """Read a template file of this text."""

    def read(text: str | bytes):
        file = tmp_path / "own.toml"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return care_templates.read(file)

    return read


def test_there_is_a_template_for_every_kind_of_focus_and_a_plain_one():
    tags = [each.tag for each in care_templates.templates().values()]
    assert sorted(tag for tag in tags if tag) == sorted(code.code for code in FOCUS)
    assert tags.count(None) == 1


def test_every_template_has_a_first_week_and_a_review_before_its_end():
    for each in care_templates.templates().values():
        assert each.review < each.weeks
        assert 4 <= len(each.steps) <= 8
        assert each.steps[0].after <= 7, each.code
        assert max(step.after for step in each.steps) >= each.weeks * 7 // 3, each.code


def test_those_for_the_child_come_first_then_the_plain_one():
    codes = [each.code for each in care_templates.proposed(["study", "ill"])]
    assert codes[:3] == ["ill", "study", "plain"]
    assert len(codes) == len(care_templates.templates())


def test_a_template_of_ones_own_is_read(reading):
    one = reading(GOOD)["one"]
    assert (one.tag, one.weeks, one.review) == (None, 4, 2)
    assert [(step.title, step.after) for step in one.steps] == [("上门", 0), ("再上门", 28)]


@pytest.mark.parametrize(("old", "new", "says"), [
    ('name = "一"', 'nane = "一"', "own.toml 第1个（one）缺少 name"),
    ("review = 2", "review = 2\nrevieww = 3", "own.toml 第1个（one）里有不认识的项 revieww"),
    ('kind = "care"', 'kind = "other"', "kind 不能是“other”，可用的有：care、study、individual"),
    ('kind = "care"', 'kind = "care"\ntag = "lazy"', "tag 不能是“lazy”"),
    ("weeks = 4\n", 'weeks = "4"\n', "weeks 应是大于0的整数"),
    ("weeks = 4\n", "weeks = 0\n", "weeks 应是大于0的整数"),
    ("weeks = 4\n", "weeks = -1\n", "weeks 应是1到104周"),
    ("weeks = 4\n", "weeks = 1000\n", "weeks 应是1到104周"),
    ("weeks = 4\n", "weeks = 3\n", "步骤“再上门”排在 weeks = 3 以后"),
    ("review = 2", "review = true", "review 应是大于0的整数"),
    ('goal = "达到什么"', 'goal = ""', "goal 应是一段文字"),
    ("days = 0", "days = -1", "第1步要写 days 或 weeks"),
    ("days = 0", "months = 1", "第1步要写 days 或 weeks"),
    ("days = 0", "days = 0, weeks = 1", "第1步里有不认识的项 days"),
    ('{title = "上门", days = 0}', '"上门"', "第1步应是一组"),
    ('title = "上门"', f'title = "{"长" * 101}"', "title 最多100字，现有101字"),
    ("[[template]]", "[template]", "template 应是一个列表"),
    ("[[template]]", "[[templates]]", "缺少 template"),
    ("[[template]]", "more = 1\n[[template]]", "里有不认识的项 more"),
    ("weeks = 4\n", "weeks =\n", "own.toml 读不懂"),
])  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_with_its_key(reading, old, new, says):
    assert old in GOOD
    with pytest.raises(Refused) as refused:
        reading(GOOD.replace(old, new))
    assert says in str(refused.value) and "own.toml" in str(refused.value) and "\n" not in str(refused.value)


def test_a_code_may_come_once(reading):
    with pytest.raises(Refused, match="“one”出现了两次"):
        reading(GOOD * 2)


def test_a_file_in_another_encoding_is_refused(reading):
    with pytest.raises(Refused, match="读不懂"):
        reading(GOOD.encode("gb18030"))


def test_a_template_we_do_not_have():
    with pytest.raises(Refused, match="没有“lazy”这个方案模板"):
        care_templates.template("lazy")


def test_the_file_lies_inside_the_package_so_that_the_wheel_has_it():
    assert Path(care_templates.__file__).parent in care_templates.SHIPPED.parents
