"""A father to type and a look at the family on file, for the tests of the child's sheet."""

from db.models import Adult, Kinship

FATHER = {"father_name": "张三", "father_phone": "19900000001"}


def father_of(child) -> Adult:
    return Kinship.live().where(Kinship.child == child, Kinship.relation == "51").get().adult


def guardians(child) -> list[tuple]:
    """(relation, name) of whoever is the guardian on file."""
    rows = Kinship.live().where(Kinship.child == child, Kinship.guardian)
    return [(row.relation, row.adult.name) for row in rows]
