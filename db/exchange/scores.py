"""Score sheets (成绩单): one row a child, one column a subject; each mark stands as it is written."""

import re

from db.exchange.cells import Cells
from db.exchange.mark_words import SUBJECTS
from db.exchange.records import find_child
from db.exchange.staging import Book, Staged
from db.models import Score
from db.text import normal

EXAM = re.compile(
    r"第?[一二三四五六1-6]次?月考|[一二三四五六七八九十\d]+月月考|第?[一二三四五六七八九十\d]+单元|期中|期末|月考|摸底|开学|毕业|模拟"
)
ODD = re.compile(r"-\d.*|[^\W\d_]*\d{4,}.*|[2-9]\d\d(?:\.\d+)?")  # of one subject; 总分 is longer
UNTOLD = "成绩"  # which examination, where neither the title nor a column says


def exam_in(*texts: str) -> str:
    """The examination that a title or a sheet's name tells of: 2026秋期末成绩表 is of 期末."""
    found = (EXAM.search(normal(text)) for text in texts)
    return next((match[0] for match in found if match), UNTOLD)


class Scores:
    """Marks on file of the children read so far, by child, term, examination and subject."""

    def __init__(self, book: Book, exam: str):
        self.book, self.exam = book, exam
        self.known = {
            (row["child"], row["term"], row["exam"], row["subject"]): Staged(Score, row)
            for row in book.rows_of(Score)
        }

    def take(self, cells: Cells, seen: dict, decided: object = None) -> str:
        """Stage one row; returns what becomes of it. A mark on file that differs stays, and is reported."""
        on = cells["score.on_date"]
        child = find_child(self.book, cells, on, decided)
        if child is None:
            return "skipped"
        exam = cells["score.exam"] or self.exam
        if (child.id, exam) in seen:
            cells.error(
                "child.name",
                f"与第{seen[child.id, exam]}行是同一名儿童的{exam}，本行未导入，请在表中合成一行",
            )
            return "double"
        seen[child.id, exam] = cells.number
        before, fresh = self.book.changes, False
        for target, mark in cells.values.items():
            owner, subject = target.split(".")
            if owner != "score" or subject not in SUBJECTS or mark is None:
                continue
            if subject != "总分" and ODD.fullmatch(mark):
                cells.warn(target, f"{subject}{mark}不像分数，已照写录入，请核对")
            there = self.known.get((child.id, self.book.term and self.book.term.id, exam, subject))
            if there is None:
                self.book.add(cells, Score, child=child.id, exam=exam, subject=subject, mark=mark, on_date=on)
                fresh = fresh or not self.book.muted
            else:
                self.book.state(there, cells, target, mark=mark)
        if fresh:
            return "created"
        return "updated" if self.book.changes > before else "unchanged"
