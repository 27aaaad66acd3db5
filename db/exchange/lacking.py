"""Whether a form's blank cell is a gap in the ledger, or asks for what cannot be: the kind of disability of a healthy child."""

from typing import Any

from db.child_fields import HANGS_ON, SPECS
from db.exchange.aliases import MEMBERS
from db.exchange.facts import RELATION_OF, Answers

PARENTS = ("father", "mother")
REMARKS = ("note", "tag")  # nobody must have something to remark, or be 重点


def lacks(target: str, row: Answers) -> bool:
    """Whether a row that answers nothing to a target could: what is not known may yet be found out."""
    owner, name = target.split("=")[0].split(".")
    if name in REMARKS:
        return False
    if owner == "said":
        return _worked_out(name, row)
    if owner in ("child", "survey"):
        return _described(name, row)
    if owner in ("helper", "pairing"):
        return bool(row.helper or row.pairing) or name == "name"
    if owner in ("record", "form"):
        return True
    return _of_adult(owner, name, row)


def _worked_out(name: str, row: Answers) -> bool:
    match name:
        case "unable_who":
            return row["said.one_unable"] is None
        case "reason":
            return None in (row["said.both_away"], row["said.one_unable"])
        case "serious" | "chronic" | "other_illness":
            return row.survey.get("health") is None
        case "disability_kind" | "disability_level":
            return _described("disability", row)
        case "class" | "class_or_school" | "school_grade":
            return _described("grade", row)
        case "guardian" | "carer" | "reach_guardian":
            return _of_adult("guardian", "name", row)
    return True


def _described(name: str, row: Answers) -> bool:
    values: dict[str, Any] = row.child | row.survey
    if name in HANGS_ON and values.get(HANGS_ON[name]) is None:
        return True
    spec = SPECS.get(name)
    return spec is None or spec.skip is None or spec.skip(values) is None


def _of_adult(owner: str, name: str, row: Answers) -> bool:
    if owner in PARENTS:
        return name == "name" or row.survey.get(f"{owner}_whereabouts") != "dead"
    if owner == "entrusted":
        return row["said.entrusted"] is not False
    if owner == "guardian":
        return not (row.survey.get("no_guardian") or row.survey.get("guardianship") == "none")
    if owner in MEMBERS or owner in RELATION_OF:
        return bool(row.adult(owner))  # nobody asks for grandparents who do not care for the child
    return True
