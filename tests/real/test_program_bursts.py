"""A hundred thousand keys in random bursts: none misplaced, none lost, compared child by child and field by field."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

from village import ESC, INSERT, children, empty, open_program, people, record

from tui.keys import Keys

ENOUGH = 100_000
LEFT, BACKSPACE, MEETING, REGISTER = "\x1b[D", "\x7f", "\x1b[20~", "\x1bOQ"
PLACES = ("广东省深圳市", "上海市", "浙江省义乌市", "江苏省苏州市昆山市开发区")


def families(count: int) -> list[dict]:
    """Invented children with long addresses; every third with a father away."""
    made = [
        person | {"address": f"安徽省马鞍山市青石镇{person['address']}大槐树向东第{n % 9 + 1}户"}
        for n, person in enumerate(people(count))
    ]
    for n in range(0, count, 3):
        made[n]["father"] = {
            "name": made[n]["name"][0] + made[n]["name"][:0:-1],
            "workplace": PLACES[n % len(PLACES)],
            "phone": f"1990000{n:04d}",
        }
    return made


def mistyped(text: str, chance: random.Random) -> str:
    """Keys that type the text, at times with a slip that is mended."""
    match chance.randrange(6):
        case 0:
            return text[:1] + "错" + BACKSPACE + text[1:]
        case 1:
            return text[:-2] + text[-1] + LEFT + text[-2]
        case 2:
            return f"\x1b[200~{text}\x1b[201~"
    return text


def typing(made: list[dict], chance: random.Random) -> Iterator[str]:
    """Keys for all of them from the register on, at times with a look at another screen in between."""
    yield INSERT
    for person in made:
        match chance.randrange(40):
            case 0:
                yield ESC + INSERT
            case 1:
                yield MEETING + REGISTER + INSERT
        yield record(person, lambda text: mistyped(text, chance))


def bursts(data: bytes, chance: random.Random) -> Iterator[bytes]:
    """The data in pieces of 1 to about 3,000 keys, many of them small, cut anywhere."""
    at = 0
    while at < len(data):
        size = int(chance.choice((4, 60, 600, 4_000)) ** chance.random())
        yield data[at : at + size]
        at += size


def on_file(person: dict) -> dict:
    """What the register must say of a child typed."""
    told = {name: person[name] for name in ("id_number", "name", "village_group", "address")}
    born, order = person["id_number"][6:14], int(person["id_number"][16])
    told |= {"sex": "男" if order % 2 else "女", "birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}"}
    father = person.get("father")
    return told | {"ethnicity": "汉族", "father": father and {name: father[name] for name in father}}


def test_a_hundred_thousand_keys_in_random_bursts_all_land(tmp_path: Path):
    chance = random.Random(4)
    data = empty(tmp_path)
    wanted = families(1_650)
    keys = "".join(typing(wanted, chance)).encode()
    assert len(Keys().feed(keys)) >= ENOUGH
    # a pause of ours amid a sequence, however long on a busy machine, must not make an Esc of it
    with open_program(data, ESCDELAY="20000") as terminal:
        terminal.send("2")
        terminal.wait("摸底登记")
        for burst in bursts(keys, chance):
            terminal.send(burst)
            if pause := chance.choice((0, 0, 0, 0.001, 0.02)):
                time.sleep(pause)
                terminal.read(0)
        terminal.wait(f"已存：{wanted[-1]['name']}，", timeout=90)
    found = children(data)
    assert len(found) == len(wanted)
    seen = {each["id_number"]: each for each in found}
    for person in wanted:
        expected = on_file(person)
        got = seen[person["id_number"]]
        got = {name: got[name] for name in expected}
        got["father"] = got["father"] and {
            name: got["father"][name] for name in ("name", "workplace", "phone")
        }
        assert got == expected
