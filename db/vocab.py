"""Code lists: what may be chosen, under which code it is stored, and how people write it.

Sources: GB/T 2261.1 (sex), GB/T 3304 (ethnicity), GB/T 4761 (relations), the 2016 registration form and
the 2020 child welfare system (health, schooling, guardianship, income, aid).
"""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from db.text import squeeze
from db.values import Refused


class Code(NamedTuple):
    """One choice: the stored code, its Chinese label, pinyin initials, other ways people write it."""

    code: str
    label: str
    initials: str = ""
    aliases: tuple[str, ...] = ()


class Codes:
    """An ordered list of choices."""

    def __init__(self, name: str, *codes: Code):
        self.name = name
        self._codes = {code.code: code for code in codes}

    @cached_property
    def _written(self) -> dict[str, str]:
        """Everything a code may be written as; made when something is first read."""
        return {squeeze(text): code.code for code in self for text in (code.label, code.code, *code.aliases)}

    def __iter__(self) -> Iterator[Code]:
        return iter(self._codes.values())

    def __len__(self) -> int:
        return len(self._codes)

    def __contains__(self, code: object) -> bool:
        return code in self._codes

    def label(self, code: str | None) -> str:
        """The label of a stored code; a code of a newer program shows as itself."""
        if code is None:
            return "未采集"
        return self._codes[code].label if code in self._codes else code

    def find(self, text: str) -> str:
        """The code of what somebody wrote: a label, an alias or the code itself.

        Raises Refused, listing the choices.
        """
        code = self._written.get(squeeze(text))
        if code is None:
            choices = "、".join(each.label for each in self)
            raise Refused(f"“{text}”不在{self.name}的选项里，请写：{choices}")
        return code


def _codes(name: str, *rows: str) -> Codes:
    """Each row: 'code label initials alias alias …'."""
    return Codes(name, *(Code(code, label, initials, tuple(rest))
                         for code, label, initials, *rest in (row.split() for row in rows)))  # fmt: skip


SEX = _codes("性别", "male 男 n 男性 1 M", "female 女 v 女性 2 F")
YES_NO = _codes("是否", "yes 是 s 有 Y 1 √ 对 y ✓ ✔", "no 否 f 无 N 0 × 没有 不是 n x X ✗")

ETHNICITY = _codes(
    "民族",
    *(f"{number:02d} {name}族 {initial} {name} {number}" if name[-1] != "族" else f"{number:02d} {name} {initial}"
      for number, (name, initial) in enumerate(zip(
          ["汉", "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白", "土家", "哈尼", "哈萨克", "傣", "黎", "傈僳", "佤", "畲", "高山", "拉祜", "水", "东乡", "纳西", "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南", "仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克", "德昂", "保安", "裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺"],
          ["h", "mg", "h", "z", "wwe", "m", "y", "z", "by", "cx", "m", "d", "y", "b", "tj", "hn", "hsk", "d", "l", "ls", "w", "s", "gs", "lh", "s", "dx", "nx", "jp", "kekz", "t", "dwe", "ml", "q", "bl", "sl", "mn", "gl", "xb", "ac", "pm", "tjk", "n", "wzbk", "els", "ewk", "da", "ba", "yg", "j", "tte", "dl", "elc", "hz", "mb", "lb", "jn"], strict=True), 1)),
)  # fmt: skip

RELATION = _codes(
    "关系",
    "51 父亲 fq 父 爸爸 父子 父女", "52 母亲 mq 母 妈妈 母子 母女", "57 继父或养父 jf 继父 养父", "58 继母或养母 jm 继母 养母",
    "61 祖父 zf 爷爷 爷孙", "62 祖母 zm 奶奶 奶孙", "63 外祖父 wzf 外公 姥爷", "64 外祖母 wzm 外婆 姥姥",
    "71 兄 x 哥哥 哥 兄长", "75 姐 j 姐姐", "81 伯父 bf 伯伯 大伯", "83 叔父 sf 叔叔", "85 舅父 jf 舅舅",
    "87 姨夫 yf 姨父 姨母 姨妈", "89 姑母 gm 姑母(姑父) 姑父 姑姑 姑妈", "97 其他亲属 qt 亲戚 其他 亲属 伯母 婶母 婶婶 舅母 舅妈 嫂子 姐夫 表哥 表姐 堂哥 堂姐 曾祖父 曾祖母 太爷爷 太奶奶 亲友",
    "99 非亲属 fqs 邻居 朋友 老师 同学家长 村民 爱心妈妈", "50 父或母 fhm 家长 父母",  # 50: the list's own code for the group of parents
)  # fmt: skip

WHEREABOUTS = _codes(
    "去向", "away 外出 wc 外出务工 务工 打工 在外 外出打工 在外务工 在外打工", "home 在家 zj 在家务农 未外出 务农", "dead 已故 yg 去世 死亡 亡 病故 亡故 已亡 过世",
    "unknown 不详 bx 失联 下落不明 去向不明 失踪 不知道 不知",
)  # fmt: skip
HEALTH = _codes(
    "健康状况", "healthy 健康 jk 健康或良好 良好 正常", "weak 一般或较弱 yb 一般 较弱 体弱", "serious 重病 zb 大病 严重疾病",
    "chronic 慢性病 mx 有慢性病", "ill 患病 hb 有病 疾病", "disabled 残疾 cj 有残疾 残障", "other 其他 qt",
)  # fmt: skip
SCHOOLING = _codes(
    "就学情况", "none_yet 未入园 wr 未入学 未上学 学龄前", "kindergarten 幼儿园 ye 在园", "primary 小学 xx 小学生",
    "junior 初中 cz 中学 初中生", "senior 高中 gz 高中生", "vocational 中职 zz 中专 职高 中专及以上", "dropped_out 辍学 cx 失学", "not_in_school 不在学 bz 毕业离校",
    "suspended 休学 xiu",
)  # fmt: skip
GRADE = _codes(
    "年级", "p1 一年级 y 小一 1年级", "p2 二年级 e 小二 2年级", "p3 三年级 s 小三 3年级", "p4 四年级 si 小四 4年级",
    "p5 五年级 w 小五 5年级", "p6 六年级 l 小六 6年级", "j1 七年级 q 初一 7年级", "j2 八年级 b 初二 8年级",
    "j3 九年级 j 初三 9年级", "k1 小班 xb", "k2 中班 zb", "k3 大班 db 学前班", "s1 高一 gy 十年级", "s2 高二 ge 十一年级",
    "s3 高三 gs 十二年级",
)  # fmt: skip
BOARDING = _codes(
    "是否寄宿",
    "yes 是 s 有 Y 1 √ 对 y ✓ ✔ 住校 寄宿 住宿 寄宿生 住校生",
    "no 否 f 无 N 0 × 没有 不是 n x X ✗ 走读 不寄宿 非寄宿 走读生 非寄宿生",
)
HUKOU = _codes(
    "户口性质", "rural 农村居民户口 nc 农业户口 农业 农村 农村户口 农业户籍", "town 城镇居民户口 cz 非农业户口 非农业 非农 城镇 城镇户口",
    "other 其他 qt 居民户口 家庭户口 集体户口",
)  # fmt: skip
DECLARED = _codes(
    "留守标识", "both 双亲留守 sq 双方外出 父母双方外出 双亲 双亲留守儿童 2",
    "one 单亲留守 dq 一方外出 父母一方外出 单亲 单亲留守儿童", "some 留守 ls 是 留守儿童 有 对 √ Y y ✓ ✔ 1",
    "none 非留守 f 否 不是 非留守儿童 无 没有 N n × x X ✗ 0",
)  # fmt: skip
GUARDIANSHIP = _codes(
    "监护情况", "good 监护情况较好 hao 较好 好", "fair 监护情况一般 yb 一般", "weak 受委托监护人监护能力不足 bz 不足 监护能力不足 差",
    "unable 父或母无监护能力 wn 父母无监护能力", "none 无人监护 wr",
)  # fmt: skip
INCOME = _codes(
    "家庭经济来源", "work 打工收入 dg 打工 务工", "farm 种养殖业 zy 种养殖 务农", "state 政府救助 zf", "kin 亲朋接济 qp", "other 其他 qt",
)  # fmt: skip
AID = _codes(
    "救助帮扶", "dibao 享受低保 db 低保 最低生活保障 农村低保 城市低保", "tekun 特困供养 tk 特困", "temporary 临时救助 ls 临时", "medical 医疗救助 yl 医疗",
    "housing 住房救助 zf 住房", "disability 残疾补助 cj 残疾人生活补助 残疾人护理补助", "orphan 孤儿津贴 ge", "other 其他救助 qt 其他",
    "none 无 w 未享受 没有",
)  # fmt: skip
STUDY = _codes("学习情况", "good 较好 h 优 优秀 良好", "fair 一般 yb 中", "poor 困难 kn 较差 差 学困")
VACCINATION = _codes(
    "免疫接种", "done 已按时接种 y 已接种 已种 齐全 是 按时接种", "owing 有漏种 l 未接种 漏种 不全 否 未种", "none_due 没有应种的 m 无应种 不需要",
)  # fmt: skip
LEGAL_AID = _codes(
    "法律援助", "none 不需要 b 无需要 无", "wanted 符合条件还没援助 f 未援助 需要 待援助", "given 已援助 y 已办 是",
)  # fmt: skip
FOCUS = _codes(
    "重点类别", "no_guardian 无人监护 wr", "one_unable 一方外出另一方无监护能力 yf", "out_of_school 失学辍学 sx", "no_hukou 无户籍 whj",
    "ill 患病 hb", "disabled 残疾 cj", "problem 行为问题 wt 问题", "hardship 家庭困难 kn 困难 贫困", "study 学习困难 xk 学困",
    "mind 心理困难 xl 心理", "potential 潜能生 qn",
)  # fmt: skip

HELPER_KIND = _codes(
    "帮扶人身份", "teacher 教师 js 老师 班主任", "retired_teacher 退休教师 tx", "party 党员 dy", "cadre 村干部 cgb 干部",
    "graduate 大学生村官 dxs 村官", "love_mother 爱心妈妈 mm", "love_father 爱心爸爸 bb", "agent_parent 代理家长 dl",
    "volunteer 志愿者 zy", "peer 学习帮手 xx 小老师", "other 其他 qt",
)  # fmt: skip
PAIRING_KIND = _codes(
    "结对类型", "helper 一对一帮扶 yd 帮扶 结对帮扶", "teacher 帮扶教师 js", "agent_parent 代理家长 dl", "love_mother 爱心妈妈 mm 爱心妈妈(爸爸) 爱心爸爸",
    "temporary_father 临时爸爸 ls", "peer 学习帮手 xx 小老师",
)  # fmt: skip
PAIRING_END = _codes(
    "结束原因", "done 期满或目标达成 qm 期满", "parent_back 父母返乡 fx", "moved 儿童迁出或转学 zx 转学 迁出", "helper_left 帮扶人离开 lk",
    "changed 更换帮扶人 gh 更换", "handed_over 交接给别人 jj 交接", "lapsed 长期没有联系 mlx", "left 儿童退出登记 tc", "mistake 录入有误 lr",
    "other 其他 qt",
)  # fmt: skip
RECORD_KIND = _codes(
    "记录类别", "talk 谈心 tx 谈话", "visit 走访 zf 家访", "phone_call 亲情电话 dh 电话", "video_call 亲情视频 sp 视频",
    "parent_contact 家长联系 jz", "parent_feedback 家长反馈 fk", "counselling 心理辅导 xl", "diary 成长日记 rj", "letter 亲情书信 sx",
    "good_deed 一件有意义的事 hs 好事一件", "illness 患病 hb", "home_stay 爱心家庭做客 zk 到爱心妈妈家做客 做客",
    "birthday 过生日 sr 生日感言", "inspection 结对检查 jc 结对帮扶检查", "risk_review 风险评估 fx 风险评估记录", "group_talk 集体谈话 jt 主题班会", "film 看专题片 kp 专题片",
)  # fmt: skip
CALLER = _codes(
    "谁打的",
    "child 孩子 hz",
    "parent 父母 fm 父亲 母亲",
    "guardian 监护人 jhr",
    "helper 帮扶人 bfr 老师",
    "other 其他 qt",
)
MISSED = _codes(
    "没有做成", "no_answer 无人接听 wr 没人接", "busy 对方没空 mk 加班", "no_signal 没有信号 xh", "child_absent 孩子不在 bz", "not_home 家里没人 mr",
    "refused 对方不愿意 jj 拒绝", "other 其他 qt",
)  # fmt: skip
CARE_PLAN_KIND = _codes(
    "方案类别", "care 帮扶方案 bf", "study 学习帮扶计划 xx", "individual 个别教育管理方案 gb 个别教育方案",
)  # fmt: skip
CARE_PLAN_END = _codes(
    "结案结果", "achieved 目标达成 dc", "partly 部分达成 bf", "not_achieved 没有达成 mdc", "stopped 中途停止 tz",
)  # fmt: skip
TICK_LIST = _codes("清单", "three_know 三知三多三沟通 sz", "priority 三个优先 yx", "bag 爱心档案袋 dad")
EXIT = _codes(
    "退出原因", "parent_back 父母返乡 fx 父亲返乡 母亲返乡", "turned_16 年满16周岁 nm", "moved 迁出 qc", "school_moved 转学 zx", "with_parents 随父母外出 sf",
    "dead 死亡 sw", "other 其他 qt",
)  # fmt: skip
PRINTED = _codes(
    "打印内容", "card 联系卡 lxk", "file 档案 da", "record 记录卡 jlk",
    "greeting 生日贺卡 hk", "wishes 生日祝福 zf", "party 生日名单 md",
)  # fmt: skip
INCIDENT = _codes(
    "强制报告情形", "sexual 疑似遭受性侵害或不明原因怀孕 xq", "injured 多处或反复不明原因受伤 ss", "neglected 营养不良或昏迷 yy", "self_harm 自杀、自残、中毒 zs",
    "abandoned 被遗弃或长时间无人照料 yq", "missing 失踪、被拐卖 sz", "begging 被组织乞讨 qt", "alone 无监护人独自居住 dz", "guardian_fails 监护人不能或不履行监护 jh",
    "violence 遭受家庭暴力或虐待 jb", "other 其他疑似侵害 ot",
)  # fmt: skip
ACTIVITY_KIND = _codes(
    "活动类别", "sports 文体活动 wt 文体", "festival 节日活动 jr 节日", "film 专题片 ztp 电影", "lecture 讲座 jz", "outing 游览 yl",
    "speech 演讲 yj", "arts 书画 sh", "class_meeting 主题班会 bh", "stage 阳光舞台 yg", "open_day 开放日 kf", "parents 家长会 jzh",
    "forum 座谈会 zt", "meeting 专题会 zth 领导小组会", "birthday 生日会 sr", "reading 书屋开放 sw", "room 活动室开放 hds", "other 其他 qt",
)  # fmt: skip
ATTENDANCE = _codes(
    "到场", "present 到 d 1 √", "absent 缺 q 2 未到 ×", "leave 假 j 3 请假", "late 迟 c 4 迟到"
)
CAME = ("present", "late")
ACTIVITY_STATE = _codes("状态", "held 已办 yb 办了", "cancelled 取消 qx 不办")
TALENT = _codes("两体两艺", "sport 体育 ty 体", "art 艺术 ys 艺")
DAY_OFF = _codes("放假或上班", "off 放假 fj 休", "work 上班 sb 班 调休上班")
REPEAT = _codes(
    "怎样重复", "weekly 每周 mz", "fortnight 每两周 mlz", "daily 每天 mt", "month_day 每月同一天 myt",
    "month_weekday 每月第几个周几 myz", "yearly 每年 mn",
)  # fmt: skip
WEEKDAY = _codes(
    "周几", "MO 周一 1 一", "TU 周二 2 二", "WE 周三 3 三", "TH 周四 4 四", "FR 周五 5 五", "SA 周六 6 六", "SU 周日 7 日 周天",
)  # fmt: skip
ITEM_SORT = _codes("种类", "month 月度事项 yd", "setup 要建立的 jl", "occasion 经常开展的 jc")
EVIDENCE = _codes(
    "佐证类别", "note 说明 sm", "activity 活动 hd", "record 关爱记录 jl", "publicity 宣传报道 xc", "paper 经验材料、论文 lw 论文 经验材料",
)  # fmt: skip
MEMBER_POST = _codes(
    "组内职务",
    "leader 组长 zz",
    "deputy 副组长 fz",
    "office 办公室主任 bgs",
    "liaison 联络员 lly",
    "member 成员 cy 组员",
)
SITE_KIND = _codes("单位类型", "village 村 c", "school 学校 x", "home 留守儿童之家 j", "township 乡镇 z")
CRITERION = _codes(
    "认定口径",
    "state2016 国发〔2016〕13号：父母双方外出，或一方外出另一方无监护能力，不满16周岁 gf",
    "one_parent 学籍口径：父母至少一方外出，不满16周岁 xj",
)  # fmt: skip
DIRECTION = _codes("要求的方向", "up 不低于 d 越高越好 至少", "down 不高于 g 越低越好 至多")
COUNTED = _codes("算哪些孩子", "left_behind 留守儿童 ls", "registered 全部登记儿童 qb", "focus 重点儿童 zd")
OWN_SORT = _codes(
    "怎么看",
    "rate 百分比 bf",
    "all 是非：每个都做到 m",
    "some 是非：至少几名做到 j",
    "by_hand 是非：由人填写 r",
)
