"""The made-up families: children, parents, guardians, what the survey found, focus tags."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from db import days
from db.changes import Action
from db.demo import words
from db.models import Adult, Child, Focus, Kinship, Survey, Term
from db.values import check_digit

CHILDREN = 80
GROWN_UP = {"male": words.MEN.split(), "female": words.WOMEN.split()}
YOUNG = {"male": words.BOYS.split(), "female": words.GIRLS.split()}
TWIN_NAME = "李雨涵"  # two children of one name: every village has them


@dataclass(frozen=True)
class Home:
    """What brothers and sisters share."""

    surname: str
    group: str
    address: str
    father: Adult
    mother: Adult
    guardian: Adult
    relation: str
    situation: str
    twin: bool


class Village:
    """Makes people up, one after the other, always the same for the same day."""

    def __init__(self, act: Action, term: Term, today: date, chance: Random):
        self.act, self.term, self.today, self.chance = act, term, today, chance
        self.school_year = today.year - (today.month < 9)
        self.names: set[str] = set()
        self.numbers = iter(chance.sample(range(1, 500), 499))
        self.phones = iter(chance.sample(range(10_000), 600))
        self.twin_came = False
        self.children: list[Child] = []
        self.surveys: list[Survey] = []

    def settle(self) -> None:
        """Bring in families until the village has its children."""
        while len(self.children) < CHILDREN:
            home = self._home()
            size = self.chance.choices((1, 2, 3), (62, 32, 6))[0]
            for nth in range(min(size, CHILDREN - len(self.children))):
                self._child(home, twin=home.twin and nth == 0)
        self._tag()

    # ---- families

    def phone(self) -> str:
        return f"{words.PHONE}{next(self.phones):04d}"

    def person(self, surname: str, sex: str) -> str:
        """A grown-up's name nobody else bears."""
        while True:
            name = surname + self.chance.choice(GROWN_UP[sex])
            if name not in self.names:
                self.names.add(name)
                return name

    def _adult(self, surname: str, sex: str, age: int, reachable: bool = True) -> Adult:
        name = self.person(surname, sex)
        born = self._born(age)
        return self.act.insert(
            Adult, name=name, sex=sex, phone=self.phone() if reachable else None,
            birth_date=born.isoformat(), id_number=self._id_number(born, sex),
        )  # fmt: skip

    def _home(self) -> Home:
        index = len(self.children)
        situation = self.chance.choices(
            ("both_away", "father_away", "unable", "father_dead", "mother_lost", "at_home"),
            (70, 10, 6, 4, 4, 6),
        )[0]
        twin = index == 0 or (index > 30 and not self.twin_came)
        self.twin_came = self.twin_came or (twin and index > 0)
        surname = TWIN_NAME[0] if twin else self.chance.choice(words.SURNAMES)
        father = self._adult(surname, "male", self.chance.randint(33, 44), situation != "father_dead")
        mother = self._adult(
            self.chance.choice(words.SURNAMES),
            "female",
            self.chance.randint(30, 41),
            situation != "mother_lost",
        )
        relation = self.chance.choices(("61", "62", "63", "64"), (30, 45, 8, 17))[0]
        if situation in ("father_away", "at_home"):
            guardian, relation = mother, "52"
        else:
            mothers_side = relation in ("63", "64")
            line = mother.name[0] if mothers_side else surname
            sex = "male" if relation in ("61", "63") else "female"
            guardian = self._adult(line if sex == "male" else self.chance.choice(words.SURNAMES), sex,
                                   self.chance.randint(57, 73))  # fmt: skip
        if self.chance.random() < 0.05:
            self.act.update(guardian, phone=None)
        group = self.chance.choice(words.GROUPS)
        address = f"{words.SITE}{group}{self.chance.randint(1, 96)}号"
        return Home(surname, group, address, father, mother, guardian, relation, situation, twin)

    # ---- children

    def _child(self, home: Home, twin: bool) -> None:
        sex = self.chance.choice(("male", "female"))
        index = len(self.children)
        born = self._birth(index)
        name = self._name(home.surname, sex)
        if twin:
            name, sex = TWIN_NAME, "female"
        child = self.act.insert(
            Child, name=name, sex=sex, birth_date=born.isoformat(),
            id_number=self._id_number(born, sex), ethnicity="01", registered=True, village_group=home.group,
            address=home.address, hukou_address=f"{words.TOWNSHIP}{home.address}",
        )  # fmt: skip
        self.children.append(child)
        for adult, relation in ((home.father, "51"), (home.mother, "52")):
            self.act.insert(
                Kinship, child=child, adult=adult, relation=relation, guardian=adult is home.guardian
            )
        if home.relation != "52":
            self.act.insert(Kinship, child=child, adult=home.guardian, relation=home.relation, guardian=True,
                            entrusted=home.situation == "both_away")  # fmt: skip
        self._survey(child, home, index)

    def _name(self, surname: str, sex: str) -> str:
        while True:
            name = surname + self.chance.choice(YOUNG[sex])
            if name not in self.names and name != TWIN_NAME:
                self.names.add(name)
                return name

    def _birth(self, index: int) -> date:
        if index == 1:  # somebody always has a birthday soon
            return days.add_months(self.today + timedelta(days=2), -12 * 9)
        return self.today - timedelta(days=self.chance.randint(3 * 366, 16 * 365 - 5))

    def _born(self, age: int) -> date:
        return self.today - timedelta(days=age * 365 + self.chance.randint(0, 364))

    def _id_number(self, born: date, sex: str) -> str:
        serial = 2 * next(self.numbers) + (sex == "male")  # odd is male
        body = f"{words.AREA}{born:%Y%m%d}{serial:03d}"
        return body + check_digit(body)

    # ---- the survey

    def _survey(self, child: Child, home: Home, index: int) -> None:
        found = self._parents(home.situation) | self._schooling(child)
        found |= {
            "surveyed_on": self.today - timedelta(days=self.chance.randint(3, 50)),
            "guardianship": "weak"
            if home.situation == "unable"
            else self.chance.choices(("good", "fair"), (3, 2))[0],
            "health": self.chance.choices(("healthy", "weak", "chronic"), (92, 6, 2))[0],
            "income": self.chance.choice(("work", "work farm", "farm", "work kin")),
            "aid": self.chance.choices(("none", "dibao", "temporary"), (80, 15, 5))[0],
            "study_level": self.chance.choice(("good", "fair", "fair", "poor")),
            "needs": self.chance.choice(words.NEEDS) if self.chance.random() < 0.3 else None,
        }
        found |= self._promised(child, home, index)
        if index % 9 == 5:  # some dossiers are still in the making
            self._leave_out(child, found)
        self.surveys.append(self.act.insert(Survey, child=child, term=self.term, **found))

    def _promised(self, child: Child, home: Home, index: int) -> dict:
        """Vaccination, training, entrusting, consent: a dice of their own, so that the village stays as it was without them."""
        dice = Random(index)
        back = self.today - timedelta(days=dice.randint(5, 50))
        if dice.random() < 0.85:
            self.act.update(child, consent_on=back, consent_version=f"{self.today.year}版")
        entrusted = home.situation == "both_away" and dice.random() < 0.8
        return {
            "vaccinated": dice.choices(("done", "owing", None), (90, 6, 4))[0],
            "parenting_on": back if dice.random() < 0.9 else None,
            "entrust_on": back if entrusted else None,
            "legal_aid": "none" if dice.random() < 0.9 else None,
        }

    def _leave_out(self, child: Child, found: dict) -> None:
        missing = self.chance.choice(("id_number", "health", "address", "father_whereabouts", "school"))
        if missing in ("id_number", "address"):
            self.act.update(child, **{missing: None})
        else:
            found[missing] = None

    def _parents(self, situation: str) -> dict:
        places = self.chance.sample(words.PLACES, 2)
        both = self.chance.random() < 0.7
        away = {"father_whereabouts": "away", "father_place": places[0],
                "mother_whereabouts": "away", "mother_place": places[0] if both else places[1]}  # fmt: skip
        match situation:
            case "father_away":
                return away | {"mother_whereabouts": "home", "mother_place": None, "mother_able": True}
            case "unable":
                return away | {"mother_whereabouts": "home", "mother_place": None, "mother_able": False}
            case "father_dead":
                return away | {"father_whereabouts": "dead", "father_place": None}
            case "mother_lost":
                return away | {"mother_whereabouts": "unknown", "mother_place": None}
            case "at_home":
                return {"father_whereabouts": "home", "father_able": True,
                        "mother_whereabouts": "home", "mother_able": True}  # fmt: skip
        return away

    def _schooling(self, child: Child) -> dict:
        """Where somebody of that age goes: the age on 31 August of the school year decides."""
        age = days.age_on(child.birth_date, date(self.school_year, 8, 31))
        room = f"{self.chance.randint(1, 2)}班"
        if age < 3:
            return {"schooling": "none_yet"}
        if age < 6:
            return {
                "schooling": "kindergarten",
                "school": words.KINDERGARTEN,
                "grade": f"k{age - 2}",
                "boarding": False,
            }
        if age < 12:
            return {"schooling": "primary", "school": words.PRIMARY, "grade": f"p{age - 5}", "class_no": room,
                    "boarding": False}  # fmt: skip
        if age < 15:
            return {"schooling": "junior", "school": words.JUNIOR, "grade": f"j{age - 11}", "class_no": room,
                    "boarding": self.chance.random() < 0.6}  # fmt: skip
        kind, school = self.chance.choice((("senior", words.SENIOR), ("vocational", words.VOCATIONAL)))
        return {"schooling": kind, "school": school, "grade": "s1", "class_no": room, "boarding": True}

    # ---- focus

    def _tag(self) -> None:
        """Focus tags: by what the survey found, and by what people noticed."""
        since = self.today - timedelta(days=40)
        juniors = [survey for survey in self.surveys if survey.schooling == "junior" and survey.mother_place]
        gone, resting = juniors[0], juniors[-1]
        out = {"school": None, "grade": None, "class_no": None, "boarding": None}
        self.act.update(gone, schooling="dropped_out", **out)
        self._focus(gone.child, "out_of_school", "去年冬天起没去学校，在镇上帮工", since)
        self.act.update(resting, schooling="suspended", **out)
        pupils = [survey for survey in self.surveys if survey.schooling == "primary" and survey.mother_place]
        self.act.update(pupils[0], schooling=None, **out)
        for survey in self.surveys:
            if survey.mother_able is False:
                self._focus(survey.child, "one_unable", "母亲常年卧病，照料不了孩子", since)
        chosen = self.chance.sample(pupils, len(words.FOCUS))
        for survey, (tag, reason) in zip(chosen, words.FOCUS, strict=True):
            self._focus(survey.child, tag, reason, since)

    def _focus(self, child: Child, tag: str, reason: str, since: date) -> None:
        self.act.insert(Focus, child=child, tag=tag, reason=reason, since=since)
