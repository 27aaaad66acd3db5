"""A register of ten thousand made-up children in the layout of register 01, as CSV and xlsx, for the benchmark of imports.

    python tests/bench/big_register.py FOLDER [ROWS]

Names, numbers and phones are invented; every ID number has the retired area code 340505 and a right check digit.
"""

import csv
import random
import sys
from pathlib import Path

REGISTER = Path(__file__).parents[1] / "registers" / "01-基本情况登记表.xlsx"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
GIVEN = "浩宇子轩梓晨欣怡诗涵俊杰佳慧思琪文博嘉豪一鸣雨涵若兰春梅国庆志强秋月立诚明远天佑承志静雯巧云小花安琪"
GROUPS = "一二三四五六"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
GRANDPARENTS = ("祖父", "祖母", "外祖父", "外祖母")
GUARDIANS_ID = 37  # the second column headed 公民身份证号码


class People:
    """Makes up names, days and ID numbers, always the same ones."""

    def __init__(self) -> None:
        self.chance = random.Random(1)
        self.given: dict[tuple[str, bool], int] = {}

    def name(self, surname: str = "") -> str:
        return (surname or self.chance.choice(SURNAMES)) + "".join(self.chance.sample(GIVEN, 2))

    def day(self, first: int, last: int) -> str:
        year, month, day = (
            self.chance.randint(first, last),
            self.chance.randint(1, 12),
            self.chance.randint(1, 28),
        )
        return f"{year}-{month:02d}-{day:02d}"

    def number(self, born: str, male: bool) -> str:
        """A number nobody else has been given that day."""
        nth = self.given[born, male] = self.given.get((born, male), -1) + 1
        first = f"340505{born.replace('-', '')}{(2 * nth + male) % 1000:03d}"
        return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, WEIGHTS, strict=True)) % 11]


def rows(count: int) -> list[list]:
    """The heading row and `count` children."""
    from openpyxl import load_workbook

    sheet = load_workbook(REGISTER, read_only=True).active
    _, _, head, *body = [list(row) for row in sheet.iter_rows(values_only=True)]
    body = [row for row in body if row[3]]
    at = {name: head.index(name) for name in head}
    people = People()
    made = [head]
    for nth in range(count):
        row = list(body[nth % len(body)])
        surname, male = people.chance.choice(SURNAMES), people.chance.random() < 0.5
        born, fathers, mothers = people.day(2011, 2021), people.day(1980, 1995), people.day(1980, 1995)
        home = f"青石镇柳溪村{GROUPS[nth % 6]}组{nth}号"
        row[:5] = people.name(surname), "男" if male else "女", row[2], born, people.number(born, male)
        row[at["现居住地"]] = home
        row[at["父亲姓名"]], row[at["父亲出生日期"]] = people.name(surname), fathers
        row[at["母亲姓名"]], row[at["母亲出生日期"]] = people.name(), mothers
        row[at["父亲公民身份证号码"]] = people.number(fathers, True)
        row[at["母亲公民身份证号码"]] = people.number(mothers, False)
        row[at["父亲联系电话"]], row[at["母亲联系电话"]] = f"1990{nth:07d}", f"1991{nth:07d}"
        if row[at["委托监护人姓名"]]:
            relation, guardian, old = row[at["与被监护人关系"]], people.name(), people.day(1950, 1965)
            row[at["委托监护人姓名"]], row[at["受委托监护人电话"]] = guardian, f"1992{nth:07d}"
            row[GUARDIANS_ID] = people.number(old, relation in ("祖父", "外祖父"))
            row[at["居住地地址"]] = home
            for who in GRANDPARENTS:
                if row[at[f"{who}姓名"]] not in (None, "—"):
                    row[at[f"{who}姓名"]] = guardian if who == relation else people.name()
                    row[at[f"{who}出生日期"]] = old
        made.append(row)
    return made


def write(folder: Path, count: int = 10_000) -> tuple[Path, Path]:
    """The register as CSV and as xlsx; returns both files."""
    import xlsxwriter

    made = rows(count)
    text, book = folder / "登记表.csv", folder / "登记表.xlsx"
    with text.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(made)
    with xlsxwriter.Workbook(book) as out:
        sheet = out.add_worksheet()
        for at, row in enumerate(made):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write_string(at, column, cell)
    return text, book


if __name__ == "__main__":
    print(*write(Path(sys.argv[1]), *map(int, sys.argv[2:])), sep="\n")
