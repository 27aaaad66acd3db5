"""A ledger that lives through several terms: each with its own day, what was done in it dated to that day."""

from datetime import datetime, time, timedelta

from db import child_sheet, days, renewal, site
from db.models import TABLES, Change, Row


class Years:
    """Moves the ledger from term to term; what was written since the last move counts as done on the day left."""

    def __init__(self, by, monkeypatch):
        self.by, self.monkeypatch = by, monkeypatch
        self.began = days.now() - timedelta(minutes=1)

    def go(self, day: str, term: str | None = None) -> None:
        """Date what has been done, then come to another day, in its term or in one named."""
        self.date_back()
        self.monkeypatch.setenv("GUANAI_TODAY", day)
        renewal.begin_term(term or days.term_code(days.today()), self.by)

    def date_back(self) -> None:
        """What was written since the last move was written at noon of the day the ledger stands in."""
        noon = datetime.combine(days.today(), time(4))
        for model in TABLES:
            if issubclass(model, Row):
                model.update(created_at=noon).where(model.created_at > self.began).execute()
                model.update(deleted_at=noon).where(model.deleted_at > self.began).execute()
        Change.update(at=noon).where(Change.at > self.began).execute()

    def enter(self, name, **values):
        """A new child through the sheet, surveyed today."""
        base = child_sheet.load(None)
        return child_sheet.save(None, base | {"name": name} | values, base, self.by).id

    def renew(self, child_id, **values):
        """This term's survey of a child: what is carried over, with some answers typed."""
        base = child_sheet.load(child_id)
        return renewal.save(child_id, renewal.carried(child_id).values | values, base, self.by)


def of_spring(by, monkeypatch) -> Years:
    """A ledger of 2021春, on 10 March 2021."""
    years = Years(by, monkeypatch)
    monkeypatch.setenv("GUANAI_TODAY", "2021-03-10")
    site.set_up(site_name="柳溪村", term_code="2021春", by=by)
    return years
