"""What people write in a cell, read into what the ledger stores.

Every reader takes what a spreadsheet cell may hold (text, whole number, fraction, date) and raises Refused
with one sentence that says what is wrong and what to do.
"""

import os
import re
from datetime import date, datetime, timedelta
from pathlib import Path

from db import days
from db.text import normal, squeeze

Cell = str | int | float | date | datetime | None

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
CHECK_DIGITS = "10X98765432"
FIRST_YEAR, LAST_YEAR = 1900, 2100
SERIAL_ZERO = date(1899, 12, 30)
SERIALS = range(18264, 62000)  # 1950 to 2069
DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅●．.", "·"))
DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
DAYS_OFF = {"今天": 0, "昨天": -1, "前天": -2, "明天": 1, "后天": 2}
YES = {"是", "有", "对", "y", "yes", "true", "1", "√", "✓", "✔"}
NO = {"否", "无", "不", "没有", "不是", "n", "no", "false", "0", "×", "x", "✗"}


class Refused(ValueError):
    """A value that cannot be stored as it stands; str() is a sentence with the cure."""


def _written(raw: Cell) -> str:
    """A cell as one line of text; a whole number held as a fraction loses its '.0'."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return normal(str(raw)).lstrip("'`‘’")


def id_number(raw: Cell) -> str:
    """An 18-character ID number (GB 11643), upper-case X; check digit and birth date decide, the area does not.

    A number cut by a spreadsheet (it keeps 15 digits) and the 15-digit numbers of before 2004 are refused.
    """
    if isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) >= 10**15:
        raise Refused("身份证号被表格软件当成数字，后三位已丢失，请把该列设为文本格式后照户口簿重新填写")
    text = re.sub(r"[\s\-_]", "", _written(raw)).upper().replace("×", "X")
    if re.fullmatch(r"\d(\.\d+)?E\+?1\d", text):
        raise Refused(f"身份证号变成了“{text}”，号码已丢失，请把该列设为文本格式后照户口簿重新填写")
    if re.fullmatch(r"\d{15}", text):
        raise Refused("这是15位的旧身份证号，请照户口簿填18位的新号码")
    if not re.fullmatch(r"\d{17}[\dX]", text):
        if re.fullmatch(r"[\dX]+", text):
            raise Refused(f"身份证号应为18位，现有{len(text)}位，请照户口簿补全")
        raise Refused(f"“{text}”不是身份证号，应为17位数字加1位数字或X，请照户口簿填写")
    wrong = text[17] != check_digit(text)
    if wrong and text.endswith("000"):
        raise Refused("身份证号末尾是000，多半被表格软件截断，请把该列设为文本格式后照户口簿重新填写")
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        raise Refused(f"身份证号里的出生日期“{text[6:14]}”不存在，请照户口簿核对第7到14位") from None
    if wrong:
        raise Refused("身份证号的校验位不对，有一位写错了，请照户口簿逐位核对")
    if not FIRST_YEAR <= born.year <= LAST_YEAR:
        raise Refused(f"身份证号里的出生年份“{text[6:10]}”不合理，请照户口簿核对第7到10位")
    return text


def lengthened(raw: Cell) -> str | None:
    """The 18-character number of a 15-digit one from before 2004 (GB 11643: born in the 1900s); None if it is none."""
    text = re.sub(r"\s", "", _written(raw))
    if not re.fullmatch(r"\d{15}", text):
        return None
    body = text[:6] + "19" + text[6:]
    try:
        return id_number(body + check_digit(body))
    except Refused:
        return None


def check_digit(text: str) -> str:
    """The last character that the first 17 digits of an ID number call for."""
    return CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(text, WEIGHTS, strict=False)) % 11]


def id_birth(number: str) -> str:
    """The birth date in an 18-character ID number, 'YYYY-MM-DD'."""
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def id_sex(number: str) -> str:
    """'male' or 'female' by the 17th digit (odd is male)."""
    return "male" if int(number[16]) % 2 else "female"


def partial_date(raw: Cell) -> str:
    """A day 'YYYY-MM-DD', or a month 'YYYY-MM' when that is all that is known.

    Reads 2015-03-08, 2015.3.8, 2015年3月8日, 2015/3/8, 20150308, 二〇一五年三月八日, 2015.3, 2015年3月, 201503, 20150300
    (the day not known) and serial numbers.
    """
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, float) and not raw.is_integer():
        return _fraction_month(raw)
    text = re.sub(r"(?:出?生)$", "", _written(raw)).strip().replace("。", ".").replace("元月", "1月")
    if re.fullmatch(CHINESE_DAY, text):
        text = _in_digits(text)
    if re.fullmatch(r"\d{5}", text) and int(text) in SERIALS:
        return (SERIAL_ZERO + timedelta(days=int(text))).isoformat()
    match = (
        re.fullmatch(r"(\d{4})(\d{2})(\d{2})?", text)
        or re.fullmatch(
            r"(\d{4})\s*[-./年、 ]\s*(\d{1,2})(?:\s*[-./月、 ]\s*(\d{1,2})?\s*[日号]?)?", text.split("T")[0]
        )
        or re.fullmatch(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})[ T]+\d{1,2}:\d{2}.*", text)
    )
    if not match:
        raise Refused(f"“{text}”看不出是哪一天，请照2015-03-08的样子写；只知道月份就写到月，如2015-03")
    year, month, day = int(match[1]), int(match[2]), int(match[3] or 0)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(f"“{text}”的年份不合理，请写四位年份，例如2015-03-08")
    if not 1 <= month <= 12:
        raise Refused(f"“{text}”里没有{month}月，请核对后照2015-03-08的样子写")
    if not day:
        return f"{year:04d}-{month:02d}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise Refused(f"“{text}”这一天不存在，请核对后照2015-03-08的样子写") from None


# This pattern, GRADE and MORE_THAN_A_NAME are compiled by their first use: a plain command, which reads no cell,
# would wait three milliseconds for them.
CHINESE_DAY = (
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})[日号])?"
)


def _in_digits(text: str) -> str:
    """二〇一五年三月八日 is 2015-3-8."""
    year, *rest = re.fullmatch(CHINESE_DAY, text).groups()
    return "-".join(
        ["".join(str(DIGITS[char]) for char in year), *(str(_small(part)) for part in rest if part)]
    )


def _small(text: str) -> int:
    """十一 is 11, 二十 is 20, 二十三 is 23."""
    tens, ten, ones = text.rpartition("十") if "十" in text else ("", "", text)
    return (DIGITS.get(tens, 1) * 10 if ten else 0) + DIGITS.get(ones, 0)


def _fraction_month(raw: float) -> str:
    """2015.3 held as a number; 2015.1 may have been 2015.10, and a serial number may carry a time of day."""
    if int(raw) in SERIALS:
        return (SERIAL_ZERO + timedelta(days=int(raw))).isoformat()
    text = f"{raw:.6f}".rstrip("0")
    match = re.fullmatch(r"(\d{4})\.(\d{1,2})", text)
    if match and match[2] == "1":
        raise Refused(f"“{text}”是数字，分不出1月还是10月，请把该格设为文本格式，写成2015-01或2015-10")
    if not match:
        raise Refused(f"“{text}”看不出是哪一天，请照2015-03-08的样子写；只知道月份就写到月，如2015-03")
    return partial_date(text)


NO_YEAR = re.compile(r"(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?")


def with_year(text: str) -> str:
    """A day typed without its year, 11月20日 or 11-20, as that of the year nearest to today; anything else as it is.

    Only for what somebody types and sees at once: in a file a day without its year is not guessed.
    """
    match = NO_YEAR.fullmatch(normal(text))
    if not match:
        return text
    today, near = days.today(), []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            near.append(date(year, int(match[1]), int(match[2])))
        except ValueError:
            continue
    return min(near, key=lambda day: abs((day - today).days)).isoformat() if near else text


def full_day(raw: Cell) -> date:
    """A day, 今天, 昨天 and the like included; a month alone is refused."""
    if isinstance(raw, str) and (word := squeeze(raw)) in DAYS_OFF:
        return days.today() + timedelta(days=DAYS_OFF[word])
    try:
        found = partial_date(raw)
    except Refused as refusal:
        raise Refused(str(refusal).partition("；只知道月份")[0]) from None
    if len(found) == 7:
        raise Refused(f"“{_written(raw)}”只有年月，请补上日，例如{found}-08")
    return date.fromisoformat(found)


def group_rank(group: str | None) -> int:
    """Where a village group comes in a list: 二组 and 2组 are 2, 十一组 is 11; without a number 999, unknown 9999."""
    if not group:
        return 9999
    if found := re.search(r"\d+", normal(group)):
        return int(found[0][:4])
    if found := re.search(r"([一二三四五六七八九])?(十)?([一二三四五六七八九])?", group[:4].lstrip("第")):
        tens, ten, ones = found.groups()
        if ten:
            return DIGITS.get(tens, 1) * 10 + DIGITS.get(ones, 0)
        return DIGITS.get(tens or ones, 999)
    return 999


GROUP_NAME = re.compile(r"第?([一二三四五六七八九十]{1,3}|\d{1,2})(?:村民)?小?组")
NUMBERS = [*"零一二三四五六七八九十", *(f"十{one}" for one in "一二三四五六七八九")]


def group_name(text: str) -> str:
    """A village group as most registers write it: 1组, 第一组 and 一村民小组 are 一组; other names stay as they are."""
    found = GROUP_NAME.fullmatch(squeeze(text))
    if not found:
        return text
    number = group_rank(found[1] + "组")
    if not 1 <= number <= 99:
        return text
    tens, ones = divmod(number, 10)
    return (NUMBERS[number] if number < 20 else NUMBERS[tens] + "十" + (NUMBERS[ones] if ones else "")) + "组"


def phone(raw: Cell) -> str:
    """A telephone number in digits only: a mobile, or a landline with or without its area code."""
    text = re.sub(r"(?<=\d)\((?![\d\-]+\))[^)]*\)$", "", _written(raw))  # 19900000000(微信同号)
    digits = re.sub(r"[\s\-—–()]|\.0$", "", text)
    digits = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", digits)
    if re.fullmatch(r"1[3-9]\d{9}|0\d{9,11}|[2-9]\d{6,7}|[48]00\d{7}", digits):
        return digits
    if len(re.findall(r"\d{7,}", text)) > 1:
        raise Refused(f"“{text}”里有不止一个号码，请只留一个，其余写在备注里")
    if re.fullmatch(r"1\d+", digits):
        raise Refused(f"手机号应为11位，“{digits}”有{len(digits)}位，请核对"
                      if len(digits) != 11 else f"“{digits}”不是手机号，第二位应为3到9，请核对")  # fmt: skip
    raise Refused(f"“{text}”不是电话号码，请写11位手机号，或带区号的固定电话")


def phones(raw: Cell) -> list[str]:
    """The telephone numbers of a cell that holds one or several (1990…/1990…). Raises Refused."""
    text = _written(raw)
    parts = [part for part in re.split(r"[/、,;，；\s或]+", text) if part]
    if len(parts) > 1 and all(re.fullmatch(r"[\d\-()+]{7,}", part) for part in parts):
        return [phone(part) for part in parts]
    return [phone(raw)]


def yes_no(raw: Cell) -> bool:
    """是 or 否, as people write them."""
    text = squeeze(_written(raw)).lower()
    if text in YES:
        return True
    if text in NO:
        return False
    raise Refused(f"“{_written(raw)}”看不出是还是否，请写“是”或“否”")


def count(raw: Cell) -> int:
    """A whole number, zero or more: 3, '3人', '三', '15分钟'."""
    text = squeeze(_written(raw))
    match = re.fullmatch(r"(\d{1,6})(?:[人名个位次本元]|周?岁|分钟?)?", text)
    if match:
        return int(match[1])
    bare = re.sub(r"(?:[人名个位次]|周?岁|分钟?)$", "", text)
    if re.fullmatch(r"[零〇一二两三四五六七八九]|[二三四五六七八九]?十[一二三四五六七八九]?", bare):
        return _small(bare)
    raise Refused(f"“{text}”不是整数，请写0、1、2这样的数字")


GRADE = (
    r"(?P<stage>初中|高中|小学)?(?P<year>十[一二]|1[0-2]|[一二三四五六七八九十]|[1-9])年级"
    r"|(?P<short>[小初高][一二三四五六])(?=$|[\d一二三四五六七八九十()]*班)"
    r"|(?P<kinder>学前班|[小中大]班)"
    r"|(?P<bare>[一二三四五六七八九])(?=\(\d+\)(?:班|$))"
)
YEARS = {str(n): name for n, name in enumerate("一二三四五六七八九十", 1)} | {"11": "十一", "12": "十二"}


def grade(raw: Cell) -> tuple[str | None, str | None]:
    """School and grade out of one cell: 柳溪小学三年级 is ('柳溪小学', '三年级'); either may be None.

    The grade comes as the code list writes it (一年级 … 九年级, 高一 … 高三, 小班 … 学前班); a class number is
    left out. A number alone (3, 三) is a grade.
    """
    text = squeeze(_written(raw))
    if re.fullmatch(r"[1-9一二三四五六七八九]级?", text):
        return None, YEARS.get(text[0], text[0]) + "年级"
    match = re.search(GRADE, text)
    if not match:
        return text or None, None
    school = text[: match.start()].rstrip("/、,-—·(")
    if match["kinder"]:
        return school or None, match["kinder"]
    if match["short"]:
        return school or None, match["short"]
    year = YEARS.get(match["year"] or match["bare"], match["year"] or match["bare"])
    stage = match["stage"] or ""
    if stage and school:
        school += stage
    if year in "一二三" and re.search("初中|初级中学", stage + school):
        return school or None, "初" + year
    if year in "一二三" and re.search("高中|高级中学", stage + school):
        return school or None, "高" + year
    return school or None, year + "年级"


MORE_THAN_A_NAME = r"\d{7}|[,，;；:：、]|^\d+[.．·]?[\u4e00-\u9fff]|(?<=[\u4e00-\u9fff])/(?=[\u4e00-\u9fff])"
NO_NAMES = frozenset(
    [
        "同上",
        "同左",
        "同父",
        "同母",
        "同前",
        "待定",
        "待查",
        "某某",
        "未知",
        "不知",
        "不清",
        "不清楚",
        "保密",
        "无名",
        "离异",
        "离婚",
        "改嫁",
        "再婚",
        "离家出走",
        "服刑",
        "爷爷奶奶",
        "外公外婆",
        "祖父母",
        "外祖父母",
        "父母",
        "双亲",
        "爷爷",
        "奶奶",
        "外公",
        "外婆",
        "姥姥",
        "姥爷",
        "父亲",
        "母亲",
        "爸爸",
        "妈妈",
        "本人",
        "邻居",
        "亲戚",
        "作废",
        "本行作废",
    ]
)


def person_name(raw: Cell) -> str:
    """A person's name: no blanks inside a Chinese one, one blank between the words of a Latin one."""
    text = " ".join(_written(raw).split()).strip("*?#")
    if not text.isascii():
        text = "".join(text.split()).translate(DOTS)
    if not any(char.isalpha() for char in text) or text in NO_NAMES:
        raise Refused(f"“{text}”不是姓名，不知道就留空")
    if re.search(MORE_THAN_A_NAME, text):
        raise Refused(f"“{text}”不只是姓名，请只写姓名，编号、关系、电话和别人另写")
    return text


def typed_path(text: str | Path) -> Path:
    """The path a user typed, ~ being the home folder."""
    path = Path(os.path.expanduser(text))
    if str(path).startswith("~"):
        raise Refused(f"“{path.parts[0]}”不是这台电脑上的用户文件夹，请写完整的路径")
    return path
