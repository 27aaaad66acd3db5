"""What survey entry leaves behind besides the survey: doubts, children told apart, how much work a record was."""

import peewee

from db.models.base import Row, reference
from db.models.people import Child
from db.models.site import Term, User


class Doubt(Row):
    """An improbable answer on a child's sheet (待核), until somebody confirms it or the answer changes.

    rule: which cross-field rule; about: the values it was about, as text: other values are another doubt. field: the
    sheet's field to mend. settled: confirmed as it is.
    """

    child = reference(Child, "doubts")
    rule = peewee.TextField()
    about = peewee.TextField()
    field = peewee.TextField()
    said = peewee.TextField()
    settled = peewee.BooleanField(default=False)


class Apart(Row):
    """Two children that look alike and are not the same (不是同一人); one has the lower key."""

    one = reference(Child, "apart_from")
    other = reference(Child, "apart_to")


class Effort(Row):
    """What entering one record took: counts, never content. seconds: at the sheet; corrections: keys that took back."""

    child = reference(Child, "efforts")
    term = reference(Term, "efforts")
    who = reference(User, "efforts", null=True)
    fresh = peewee.BooleanField()
    keys = peewee.IntegerField()
    seconds = peewee.IntegerField()
    corrections = peewee.IntegerField()


Apart.add_index(
    Apart.index(Apart.one, Apart.other, unique=True, where=Apart.deleted_at.is_null(), name="apart_pair")
)
