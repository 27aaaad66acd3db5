"""The tables, by subject."""

from db.models.base import Row, database
from db.models.calendar import Activity, Attendance, PlanItem
from db.models.care import CareRecord, Helper, Pairing
from db.models.people import Adult, Child, Focus, Kinship, Survey
from db.models.site import Change, Intake, Layout, Presence, Setting, Site, Term, User
from db.models.survey_entry import Apart, Doubt, Effort

TABLES = (
    Site, Term, Setting, User, Change, Child, Adult, Kinship, Survey, Focus, Helper, Pairing, CareRecord,
    Activity, Attendance, PlanItem, Intake, Layout, Presence, Doubt, Apart, Effort,
)  # fmt: skip

__all__ = [
    "TABLES", "Activity", "Adult", "Apart", "Attendance", "CareRecord", "Change", "Child", "Doubt", "Effort", "Focus",
    "Helper", "Intake", "Kinship", "Layout", "Pairing", "PlanItem", "Presence", "Row", "Setting", "Site", "Survey", "Term", "User", "database",
]  # fmt: skip
