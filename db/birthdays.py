"""Whose birthday it is."""

from datetime import date, timedelta
from uuid import UUID

import peewee

from db import dossier, site
from db.days import add_months
from db.models import Child, Survey


def birthdays(on: date, days: int = 14) -> list[tuple[date, str, int, UUID]]:
    """Birthdays of the children that count from a day on, soonest first: (day, name, age reached, key).

    Somebody born on 29 February has it on the 28th in other years; a month alone is no birthday.
    """
    last = on + timedelta(days=days)
    window = {f"{on + timedelta(days=n):%m-%d}" for n in range(days + 1)}
    if "02-28" in window:
        window.add("02-29")
    query = (
        Child.select(Child.id, Child.name, Child.birth_date)
        .join(Survey, on=(Survey.child == Child.id))
        .where(
            dossier.counted(site.term(), on),
            peewee.fn.LENGTH(Child.birth_date) == 10,
            peewee.fn.SUBSTR(Child.birth_date, 6, 5).in_(sorted(window)),
        )
    )
    found = []
    for child in query:
        born = date.fromisoformat(child.birth_date)
        for year in {on.year, last.year}:
            age = year - born.year
            day = add_months(born, 12 * age)
            if age > 0 and on <= day <= last:
                found.append((day, child.name or "", age, child.id))
    return sorted(found)
