"""What is owed to whom and by when: derived from the rest of the ledger, never typed (db.owed)."""

import peewee

from db import values
from db.fields import Key
from db.models.base import Row, reference
from db.models.care import Helper
from db.models.people import Child


class Owed(peewee.Model):
    """One duty. It follows from the rows of a child, or of the site (no child), never from the day it is looked at.

    source: 'rhythm', 'follow_up', 'step', 'review' or 'birthday', of the site 'item' (of a plan) or 'decision' (of a
    meeting); what: the rhythm's code, else ''; ref: the record, step, plan, item or decision it comes from. opens: the first day it may be done, due_by: the last. It stands on the days since <= day < until
    (a focus tag or an age that begins or ends makes two rows of one duty). risk: 0 for a focus child, else 1. helper: who
    owes it, None: the site.
    """

    id = Key(primary_key=True)
    child = reference(Child, "owed", null=True, index=False)
    source = peewee.TextField()
    what = peewee.TextField()
    ref = Key(null=True)
    helper = reference(Helper, "owed", null=True, index=False)
    risk = peewee.IntegerField()
    group_rank = peewee.IntegerField(default=values.group_rank(None))
    opens = peewee.DateField()
    due_by = peewee.DateField()
    since = peewee.DateField()
    until = peewee.DateField()

    class Meta:
        database = Row._meta.database
        legacy_table_names = False


# A window of the list, a helper's list and a child's own are each read from one index alone.
ORDER = (Owed.risk, Owed.due_by, Owed.group_rank, Owed.child, Owed.source, Owed.what)
SPAN = (Owed.opens, Owed.since, Owed.until)
for name, columns in {
    "owed_order": (*ORDER, *SPAN, Owed.helper),
    "owed_helper": (Owed.helper, *ORDER, *SPAN),
    "owed_child": (Owed.child,),
}.items():
    Owed.add_index(Owed.index(*columns, name=name))
