"""A ledger that lives: after whatever was done, taken back, or moved on by a day, the table of what is owed is what the rules give."""

import random
from datetime import date, timedelta

import pytest

from db import (
    backup,
    bulk_edit,
    care,
    care_plan_lists,
    care_plans,
    care_steps,
    changes,
    child_sheet,
    children,
    days,
    handing_over,
    helpers,
    leaving,
    merging,
    owed,
    pairing,
    promotion,
    renewal,
    rhythms,
    settings_sheet,
    site,
)
from db.exchange import importing
from db.models import CareRecord, CareStep, Change, Child, Helper, Pairing
from db.rhythm_files import profiles
from db.values import Refused
from db.vocab import HELPER_KIND, PAIRING_KIND

AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}
NAMES = ("张浩宇", "李雨涵", "王一鸣", "陈思琪", "赵佳慧")
TAGS = ("study", "potential", "no_guardian", "ill")
NEXT_TERM = date(2027, 2, 20)


class Life:
    """What chance does to a ledger, a verb at a time; what is refused is refused, and the next one comes."""

    def __init__(self, user, chance: random.Random, monkeypatch, folder):
        self.user, self.chance, self.monkeypatch, self.folder = user, chance, monkeypatch, folder
        self.did: list[str] = []

    def one(self, model):
        found = [row.id for row in model.live(model.id).order_by(model.id)]
        return self.chance.choice(found) if found else None

    def lately(self) -> date:
        return days.today() - timedelta(days=self.chance.randrange(20))

    def act(self) -> None:
        name = self.chance.choice([name for name in dir(self) if name.startswith("do_")])
        self.did.append(name)
        try:
            getattr(self, name)()
        except Refused as refusal:
            self.did[-1] += f"：{refusal}"

    def do_enter(self):
        base = child_sheet.load(None)
        born = self.chance.choice(("2015-03-08", "2010-10-20", "2012-09", "2012-02-29", None))
        told = base | {
            "name": self.chance.choice(NAMES),
            "birth_date": born,
            "boarding": self.chance.choice((True, None)),
        }
        child_sheet.save(None, told | {"surveyed_on": self.lately()} | AWAY, base, self.user)

    def do_edit(self):
        base = child_sheet.load(child := self.one(Child))
        told = base | {
            "mother_whereabouts": self.chance.choice(("home", "away")), "mother_able": True,
            "birth_date": self.chance.choice(("2010-09-20", "2014-05-05")), "village_group": self.chance.choice(("一组", "二组")),
        }  # fmt: skip
        child_sheet.save(child, told, base, self.user)

    def do_tag(self):
        for _ in bulk_edit.apply(
            [self.one(Child)],
            self.chance.choice((bulk_edit.ADD, bulk_edit.DROP)),
            self.chance.choice(TAGS),
            self.user,
        ):
            pass

    def do_record(self):
        kind = self.chance.choice(("talk", "visit", "phone_call", "inspection", "home_stay"))
        care.record(
            self.user, child_id=self.one(Child), helper_id=self.one(Helper), kind=kind, on_date=self.lately(),
            content="聊了聊", caller="child", with_whom="母亲", result="好", minutes=5, consent=True,
            follow_up=self.chance.choice((None, "再看一次")), follow_up_on=days.today() + timedelta(days=9),
        )  # fmt: skip

    def do_strike_out_a_record(self):
        if record := self.one(CareRecord):
            care.remove_record(record, self.user)

    def do_see_to_a_follow_up(self):
        if record := self.one(CareRecord):
            care.follow_up_done(record, days.today(), self.user)

    def do_helper(self):
        blank = helpers.load(None)
        told = {
            "name": f"{self.chance.choice('刘吴周郑')}老师",
            "kind": self.chance.choice(list(HELPER_KIND)).code,
        }
        helpers.save(None, blank | told | {"capacity": 4}, blank, self.user)

    def do_helper_of_another_kind(self):
        if helper := self.one(Helper):
            base = helpers.load(helper)
            helpers.save(
                helper,
                base | {"kind": self.chance.choice(("teacher", "love_mother", "volunteer"))},
                base,
                self.user,
            )

    def do_strike_out_a_helper(self):
        if helper := self.one(Helper):
            helpers.remove(helper, self.user)

    def do_pair(self):
        kind = self.chance.choice(list(PAIRING_KIND)).code
        if helper := self.one(Helper):
            pairing.pair(self.one(Child), helper, kind, self.lately(), self.user)

    def do_end_a_pairing(self):
        if pair := self.one(Pairing):
            pairing.close_pairing(pair, days.today(), "done", None, self.user)

    def do_hand_over(self):
        if helper := self.one(Helper):
            handing_over.hand_over(helper, self.one(Helper), days.today(), self.user)

    def do_leave(self):
        leaving.leave(
            self.one(Child), "moved", days.today(), None, None, self.user, self.chance.random() < 0.3
        )

    def do_come_back(self):
        child = self.one(Child)
        again = [each.id for each in leaving.former(child)][:1] if Child.get_by_id(child).left_on else []
        leaving.come_back(child, days.today(), None, self.user, again)

    def do_strike_out_a_child(self):
        children.remove(self.one(Child), self.user)

    def do_merge(self):
        merging.merge(self.one(Child), self.one(Child), {}, self.user)

    def do_plan(self):
        child = self.one(Child)
        values = care_plans.proposed(child, "study") | {"problem": "跟不上", "helper": self.one(Helper)}
        care_plans.new_plan(child, values, self.user, "study")

    def do_finish_a_step(self):
        if step := self.one(CareStep):
            care_steps.finish_step(step, "做了", days.today(), self.user)

    def do_strike_out_a_plan(self):
        if plans := care_plan_lists.plans(self.one(Child)):
            care_plans.remove(plans[0].id, self.user)

    def do_adopt_rhythms(self):
        rhythms.adopt(self.chance.sample(profiles(), 2), self.user)

    def do_change_a_rhythm(self):
        if now := rhythms.in_force():
            rhythms.save(self.chance.choice(now)._replace(holidays=self.chance.random() < 0.5), self.user)

    def do_drop_a_rhythm(self):
        if now := rhythms.in_force():
            rhythms.drop(self.chance.choice(now).code, self.user)

    def do_criterion(self):
        base = settings_sheet.load("criterion")
        told = {"criterion": self.chance.choice(("state2016", "one_parent"))}
        settings_sheet.save("criterion", told, base, self.user)

    def do_term_dates(self):
        term = site.term()
        changes.write(term, self.user, starts=term.starts + timedelta(days=self.chance.choice((-3, 4))))

    def do_days_go_by(self):
        later = days.today() + timedelta(days=self.chance.randrange(1, 15))
        self.monkeypatch.setenv("GUANAI_TODAY", later.isoformat())

    def do_next_term(self):
        if days.today() < NEXT_TERM and self.chance.random() < 0.2:
            self.monkeypatch.setenv("GUANAI_TODAY", NEXT_TERM.isoformat())
            renewal.begin_term("2027春", self.user)

    def do_promote(self):
        promotion.promote(promotion.proposed(), set(), self.user)

    def do_import(self):
        file = self.folder / "records.csv"
        child = Child.get_by_id(self.one(Child)).name
        file.write_text(
            f"姓名,谈话时间,谈话人,内容\n{child},{days.today()},{self.chance.choice('刘吴')}老师,在学校\n",
            "utf-8",
        )
        importing.load(str(file), "records", False, self.user)

    def do_undo(self):
        self._undo(changes.last_action(self.user).action)

    def do_undo_something(self):
        actions = sorted({row.action for row in Change.select(Change.action).where(Change.undoes.is_null())})
        self._undo(self.chance.choice(actions))

    def _undo(self, action):
        label = Change.get(Change.action == action).label
        changes.undo(action, self.user)
        self.did[-1] += f"：{label}"


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_done_the_table_is_what_the_rules_give(user, monkeypatch, tmp_path, seed):
    life = Life(user, random.Random(seed), monkeypatch, tmp_path)
    for _ in range(4):
        life.do_enter()
        life.do_helper()
    for _ in range(80):
        life.act()
        if not Child.live().exists():
            life.do_enter()
        owed.settle()
        everybody = [child.id for child in Child.select(Child.id)]
        for ahead in (0, 1, 30):
            on = days.today() + timedelta(days=ahead)
            assert owed.drifted(everybody, on) == set(), life.did
    assert backup.troubles() == []
    assert sum("：" not in did for did in life.did) > 30
