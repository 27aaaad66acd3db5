"""Whether a form's blank cell is a gap in the ledger, or asks for what cannot be: the kind of disability of a healthy child."""

from collections.abc import Callable
from functools import cache
from typing import Any

from db.child_fields import HANGS_ON, SPECS
from db.exchange.aliases import MEMBERS
from db.exchange.facts import RELATION_OF, Answers

PARENTS = ("father", "mother")
REMARKS = ("note", "tag")  # nobody must have something to remark, or be 重点
Rule = Callable[[Answers], bool]


def lacks(target: str, row: Answers) -> bool:
    """Whether a row that answers nothing to a target could: what is not known may yet be found out."""
    return _rule(target)(row)


@cache
def _rule(target: str) -> Rule:
    owner, name = target.split("=")[0].split(".")
    if name in REMARKS:
        return lambda row: False
    if owner == "said":
        return _worked_out(name)
    if owner in ("child", "survey"):
        return _described(name)
    if owner in ("helper", "pairing") and name != "name":
        return lambda row: bool(row.helper or row.pairing)
    return _of_adult(owner, name)


def _worked_out(name: str) -> Rule:
    match name:
        case "unable_who":
            return lambda row: row["said.one_unable"] is None
        case "reason":
            return lambda row: None in (row["said.both_away"], row["said.one_unable"])
        case "serious" | "chronic" | "other_illness":
            return lambda row: row.survey.get("health") is None
        case "disability_kind" | "disability_level":
            return _described("disability")
        case "class" | "class_or_school" | "school_grade":
            return _described("grade")
        case "guardian" | "carer" | "reach_guardian":
            return _of_adult("guardian", "name")
    return lambda row: True


def _described(name: str) -> Rule:
    """As the child's sheet has it: a field that hangs on another is asked as long as that is not known."""
    spec, hangs_on = SPECS.get(name), HANGS_ON.get(name)
    if spec is None or spec.skip is None:
        return lambda row: True

    def could(row: Answers) -> bool:
        values: dict[str, Any] = row.child | row.survey
        return bool(hangs_on and values.get(hangs_on) is None) or spec.skip(values) is None

    return could


def _of_adult(owner: str, name: str) -> Rule:
    if owner in PARENTS and name != "name":
        return lambda row: row.survey.get(f"{owner}_whereabouts") != "dead"
    if owner == "entrusted":
        return lambda row: row["said.entrusted"] is not False
    if owner == "guardian":
        return lambda row: not (row.survey.get("no_guardian") or row.survey.get("guardianship") == "none")
    if owner in MEMBERS or (owner in RELATION_OF and owner not in PARENTS):
        return lambda row: bool(
            row.adult(owner)
        )  # nobody asks for grandparents who do not care for the child
    return lambda row: True
