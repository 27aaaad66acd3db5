"""A made-up village to try the program on: always the same for the same day."""

from datetime import timedelta
from random import Random

from db import changes, days, dossier, site
from db.demo import deeds, words
from db.demo.people import Village
from db.models import Child, Snapshot, User

SEED = 7


def fill(by: User | None) -> User:
    """Fill an empty ledger with 柳溪村: families, helpers, pairings, a term's deeds, activities and the plan.

    The keeper is called 王晓, whichever login asks; returns that user.
    """
    today = days.today()
    code = days.term_code(today)
    starts, ends = days.term_dates(code)
    keeper = by or site.user("wangxiao", words.KEEPER)
    with changes.action(
        "演示数据", None
    ) as act:  # nobody's own action: Ctrl+Z must not take the village away
        if keeper.name != words.KEEPER:
            act.update(keeper, name=words.KEEPER)
        site.set_up(
            site_name=words.SITE, kind="village", township=words.TOWNSHIP, term_code=code, by=keeper,
            starts=min(starts, today - timedelta(days=60)), ends=max(ends, today + timedelta(days=60)),
        )  # fmt: skip
        village = Village(act, site.term(), today, Random(SEED))
        village.settle()
        around = deeds.helpers(village)
        counted = _counted(village)
        paired = deeds.pairings(village, counted, around)
        site.put("rhythms", words.RHYTHMS, None)
        deeds.records(village, counted, paired)
        deeds.calls(village, counted, paired)
        deeds.promises(village, counted, paired)
        deeds.activities(village, counted, around)
        deeds.plan(village)
        _terms_before(code)
    return keeper


def _terms_before(code: str) -> None:
    """What the targets came to in the two terms before, so that there is a trend to see."""
    year, season = int(code[:4]), code[4:]
    before = [f"{year}春", f"{year - 1}秋"] if season == "秋" else [f"{year - 1}秋", f"{year - 1}春"]
    for told, come_to in zip(before, words.BEFORE, strict=True):
        term = site.term_by_code(told)
        rows = [
            {
                "term": term,
                "code": code,
                "on_date": term.ends,
                "numerator": done,
                "denominator": of,
                "goal": 100,
            }
            for code, (done, of) in come_to.items()
        ]
        Snapshot.insert_many(rows).execute()


def _counted(village: Village) -> list[Child]:
    """The children that will count once the action has worked out who is 留守."""
    return [
        survey.child for survey in village.surveys
        if dossier.left_behind(survey, "state2016") and days.age_on(survey.child.birth_date, village.today) < dossier.UNDER
    ]  # fmt: skip
