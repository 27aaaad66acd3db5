"""The tables, by subject."""

from db.models.base import Row, database
from db.models.calendar import Activity, Attendance, BirthdayWish, DayOff, Series
from db.models.care import CareRecord, Helper, Pairing
from db.models.group import Attendee, Decision, Member
from db.models.leaving import Exit, Incident, Printed
from db.models.owed import Owed
from db.models.people import Adult, Child, Focus, Kinship, Survey
from db.models.plans import CarePlan, CareStage, CareStep, Tick
from db.models.site import Change, Intake, Layout, Presence, Setting, Site, Term, User
from db.models.standing import Figure, Form, OwnTarget, Reported, Score, Snapshot
from db.models.survey_entry import Apart, Doubt, Effort
from db.models.year import PlanItem, WorkPlan

TABLES = (
    Site, Term, Setting, User, Change, Child, Adult, Kinship, Survey, Focus, Helper, Pairing, CareRecord,
    WorkPlan, PlanItem, Series, Activity, Attendance, BirthdayWish, DayOff, Member, Attendee, Decision, Intake, Layout, Presence, Doubt, Apart, Effort,
    CarePlan, CareStep, CareStage, Tick, Exit, Printed, Incident, Owed,
    Figure, OwnTarget, Snapshot, Form, Reported, Score,
)  # fmt: skip

__all__ = [
    "TABLES", "Activity", "Adult", "Apart", "Attendance", "Attendee", "BirthdayWish", "CarePlan", "CareRecord", "CareStage",
    "CareStep", "Change", "Child", "DayOff", "Decision", "Doubt", "Effort", "Exit", "Figure", "Focus", "Form", "Helper",
    "Incident", "Intake", "Kinship", "Layout", "Member", "Owed", "OwnTarget", "Pairing", "PlanItem", "Presence", "Printed",
    "Reported", "Row", "Score", "Series", "Setting", "Site", "Snapshot", "Survey", "Term", "Tick", "User", "WorkPlan", "database",
]  # fmt: skip
