"""Where in the program each arrangement of a plan is made."""

from db.work_plans import TARGET

NO_TABLE = "这一项还没有专门的表，在这里打勾、写佐证"
PAIRING = "按 F3 到结对帮扶里做"
RECORDS = "按 F2 打开儿童档案，按 Ins 记一次"
CALENDAR = "按 F4 在活动日历里安排"
OPEN_DAYS = "按 F4，在开放日里值班、点名、登记接送"
GROUP = "按 F4，再按 F10：领导小组，写分工"
BIRTHDAYS = "按 F4，再按 F10：生日"
CARE_PLANS = "按 F2 打开儿童档案，在帮扶方案里订"
HINTS = {
    "survey": "按 F2 摸底登记，新学期更新里逐户核对", "dossier": "按 F2 打开儿童档案，缺的按 F5 能列出来",
    "contact_card": "按 F2，再按 F10：打印联系卡", "focus": "按 F2 打开儿童档案，列为重点",
    "potential": "按 F2 打开儿童档案，列为重点：潜能生",
    "network": GROUP, "leading_group": GROUP, "group_meeting": "按 F4，再按 F10：会议与决定",
    "pairing": PAIRING, "pair_teacher": PAIRING, "pair_peer": PAIRING, "agent_parent": PAIRING,
    "care_plan": CARE_PLANS, "study_plan": CARE_PLANS, "individual_plan": CARE_PLANS,
    "progress_file": "按 F2 打开儿童档案，看成长一页", "three_priorities": "按 F2 打开儿童档案，按关爱清单打勾",
    "talk_card": RECORDS, "parent_feedback": RECORDS, "phone_call": RECORDS, "video_call": RECORDS, "letter": RECORDS,
    "diary": RECORDS, "counselling": RECORDS, "good_deed": RECORDS, "illness": RECORDS,
    "film": CALENDAR, "reading_room": CALENDAR, "activity_room": CALENDAR, "festival": CALENDAR, "stage": CALENDAR,
    "lecture": CALENDAR, "outing": CALENDAR, "speech": CALENDAR, "social_activity": CALENDAR, "interests": CALENDAR,
    "open_day": OPEN_DAYS, "roll_call": OPEN_DAYS, "pick_up": OPEN_DAYS, "duty": "按 F4，再按 F10：值班表",
    "birthday": BIRTHDAYS, "birthday_party": BIRTHDAYS,
    "briefing": "在这份计划的总结里起草，按 F10 打印",
    TARGET: "这个率本台账不算：向学校或上级要来数字，写在佐证里",
}  # fmt: skip


def hint(system: str | None) -> str:
    """Where an arrangement is made, in one sentence; that it has no table of its own where it has none."""
    return HINTS.get(system or "", NO_TABLE)
