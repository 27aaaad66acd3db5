"""The tables, by subject."""

from db.models.base import Row, database
from db.models.calendar import Activity, Attendance, PlanItem
from db.models.care import CareRecord, Helper, Pairing
from db.models.leaving import Exit, Incident, Printed
from db.models.owed import Owed
from db.models.people import Adult, Child, Focus, Kinship, Survey
from db.models.plans import CarePlan, CareStage, CareStep, Tick
from db.models.site import Change, Intake, Layout, Presence, Setting, Site, Term, User
from db.models.survey_entry import Apart, Doubt, Effort

TABLES = (
    Site, Term, Setting, User, Change, Child, Adult, Kinship, Survey, Focus, Helper, Pairing, CareRecord,
    Activity, Attendance, PlanItem, Intake, Layout, Presence, Doubt, Apart, Effort,
    CarePlan, CareStep, CareStage, Tick, Exit, Printed, Incident, Owed,
)  # fmt: skip

__all__ = [
    "TABLES", "Activity", "Adult", "Apart", "Attendance", "CarePlan", "CareRecord", "CareStage", "CareStep", "Change", "Child",
    "Doubt", "Effort", "Exit", "Focus", "Helper", "Incident", "Intake", "Kinship", "Layout", "Owed", "Pairing", "PlanItem",
    "Presence", "Printed", "Row", "Setting", "Site", "Survey", "Term", "Tick", "User", "database",
]  # fmt: skip
