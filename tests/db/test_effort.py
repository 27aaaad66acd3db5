"""What entering took: noted with the save, taken back with it, summed up as counts."""

from db import changes, effort, site
from db.models import Child, Effort

NOTHING = {
    "records": 0, "keys_mean": None, "keys_median": None, "seconds_mean": None, "seconds_median": None,
    "corrections_mean": None, "records_per_hour": None,
}  # fmt: skip


def enter(by, name, keys, seconds, corrections, fresh=True):
    with changes.action(f"登记 {name}", by) as act:
        child = act.insert(Child, name=name)
        effort.note(act, child.id, fresh, keys, seconds, corrections)
    return child


def test_an_empty_ledger_has_no_figures(user):
    assert effort.summary() == {"all": {"fresh": NOTHING, "edited": NOTHING}, "users": []}


def test_figures_in_all_and_by_user(user):
    li = site.user("liming", "李明")
    enter(user, "张浩宇", 180, 120.4, 2)
    enter(user, "李雨涵", 190, 180, 1)
    enter(user, "王一鸣", 250, 300, 6)
    enter(user, "赵佳慧", 12, 20, 0, fresh=False)
    enter(li, "陈思琪", 400, 600, 30)
    enter(None, "刘婉清", 100, 0, 0)
    seen = effort.summary()
    assert [part["user"] for part in seen["users"]] == ["王晓", None, "李明"]
    assert seen["users"][0]["fresh"] == {
        "records": 3, "keys_mean": 206.7, "keys_median": 190, "seconds_mean": 200, "seconds_median": 180,
        "corrections_mean": 3, "records_per_hour": 18,
    }  # fmt: skip
    assert seen["users"][0]["edited"]["records"] == 1
    assert seen["users"][0]["edited"]["records_per_hour"] == 180
    assert seen["users"][1]["fresh"]["records_per_hour"] is None, "no seconds"
    assert seen["all"]["fresh"]["records"] == 5 and seen["all"]["fresh"]["keys_median"] == 190
    assert seen["all"]["edited"] == seen["users"][0]["edited"]


def test_an_undone_record_does_not_count_and_is_the_action_undone(user):
    enter(user, "张浩宇", 180, 120, 2)
    done = changes.last_action(user)
    assert (done.label, done.rows) == ("登记 张浩宇", 2)
    changes.undo(done.action, user)
    assert effort.summary()["users"] == []


def test_a_save_that_changed_nothing_leaves_nothing_to_undo(user):
    child = enter(user, "张浩宇", 180, 120, 2)
    before = changes.last_action(user)
    with changes.action("修改 张浩宇", user) as act:
        effort.note(act, child.id, False, 5, 10, 0)
    assert changes.last_action(user) == before and Effort.select().count() == 1


def test_nothing_of_what_was_typed_is_kept(user):
    enter(user, "张浩宇", 180, 120, 2)
    row = Effort.get()
    kept = set(row._meta.fields) - {"id", "version", "created_at", "deleted_at"}
    assert kept == {"child", "term", "who", "fresh", "keys", "seconds", "corrections"}
    assert row.term_id == site.term().id and row.who_id == user.id
