"""How long it takes to ask who on file looks like a child being typed, with 100,000 children; run by hand.

    python tests/bench/alike.py [CHILDREN]

Prints one line a case: what is asked, how many are told, the median and the worst of many askings in milliseconds.
Names follow how common surnames are; one name of three characters and one phone are shared by a thousand children.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from db import bulk, days, initials, lookalikes, site, store, values
from db.ids import uuid7
from db.models import Adult, Child, Kinship, database

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
)
GIVEN = "浩宇子轩梓晨欣怡诗涵俊杰佳慧思琪文博嘉豪一鸣雨涵若兰春梅国庆志强秋月立诚明远天佑承志静雯巧云小花安琪"
ROUNDS = 200


class Register:
    """Made-up children with both parents, always the same."""

    def __init__(self, count: int) -> None:
        self.chance, self.count = random.Random(4), count
        self.weights = [1 / (n + 2) for n in range(len(SURNAMES))]

    def name(self, surname: str = "") -> str:
        surname = surname or self.chance.choices(SURNAMES, self.weights)[0]
        return surname + "".join(self.chance.choices(GIVEN, k=2 if self.chance.random() < 0.8 else 1))

    def day(self) -> str:
        return (date(2011, 1, 1) + timedelta(self.chance.randrange(3650))).isoformat()

    def fill(self) -> None:
        """Write the children and their parents."""
        now, head = days.now(), ("id", "version", "created_at")
        children, adults, kin, taken = [], [], [], set()
        for nth in range(self.count):
            name = "张浩宇" if nth % 100 == 0 else self.name()
            day, group, child = self.day(), f"{'一二三四五六'[nth % 6]}组", uuid7()
            digits = f"340505{day.replace('-', '')}{nth % 1000:03d}"
            number = digits + values.check_digit(digits) if nth % 3 and digits not in taken else None
            taken.add(digits)
            children.append((child, 1, now, name, initials.initials(name), initials.given_initials(name),
                             initials.sound(name), day if nth % 20 else None, number, group,
                             values.group_rank(group), "male"))  # fmt: skip
            for relation, who in (("51", self.name(name[0])), ("52", self.name())):
                adult = uuid7()
                phone = "19900099999" if nth % 100 == 1 else f"1990{nth:07d}"
                adults.append((adult, 1, now, who, phone))
                kin.append((uuid7(), 1, now, child, adult, relation, False, False))
        with database.atomic():
            bulk.insert(Child, (*head, "name", "initials", "given_initials", "sound", "birth_date", "id_number",
                                "village_group", "group_rank", "sex"), children)  # fmt: skip
            bulk.insert(Adult, (*head, "name", "phone"), adults)
            bulk.insert(Kinship, (*head, "child", "adult", "relation", "guardian", "entrusted"), kin)


def cases(register: Register) -> dict[str, list[dict]]:
    """What is asked, a list of sheets each."""
    some = [
        {"name": register.name(), "birth_date": register.day(), "village_group": "一组"}
        for _ in range(ROUNDS)
    ]
    common = [each | {"name": "张浩宇"} for each in some]
    parents = {"father_name": "王浩宇", "mother_name": "李子轩", "father_phone": "19900000007"}
    return {
        "a name alone": [{"name": each["name"]} for each in some],
        "name and birth date": some,
        "name, birth date, parents": [each | parents for each in some],
        "two characters": [each | {"name": each["name"][:2]} | parents for each in some],
        "a name of 1,000 children": [{"name": "张浩宇"}] * ROUNDS,
        "that and a birth date": common,
        "that, parents, a phone of 1,000": [each | parents | {"phone": "19900099999"} for each in common],
        "a long name": [each | parents | {"name": "阿依古丽·买买提·吐尔逊"} for each in some],
        "an ID number": [{"id_number": "340505201503080016"}] * ROUNDS,
    }


def main(count: int) -> None:
    """Fill, ask, print."""
    os.environ["GUANAI_TODAY"] = "2026-09-10"
    with tempfile.TemporaryDirectory() as folder:
        store.open_ledger(Path(folder) / "ledger")
        site.set_up(site_name="柳溪村", township="青石镇", by=site.user("wangxiao", "王晓"))
        register = Register(count)
        register.fill()
        lookalikes.similar({"name": "张浩宇"})  # reads the pinyin once
        for label, asked in cases(register).items():
            took, told = [], 0
            for sheet in asked:
                began = time.perf_counter()
                told += len(lookalikes.similar(sheet))
                took.append((time.perf_counter() - began) * 1000)
            print(
                f"{label:34}{told / len(asked):6.2f} told {statistics.median(took):7.2f} ms median {max(took):7.2f} worst"
            )
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
