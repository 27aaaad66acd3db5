"""The plain commands: which there are, what each is for, and the module that runs it.

A module is imported only when its command is asked for. For a command `x` it has `x_options(parser)` and
`run_x(asked, call) -> exit status`.
"""

COMMANDS = {
    "init": ("upkeep", "设定单位、学期、口径，新建台账"),
    "status": ("status", "一屏看全：人数、结对、待办、目标（会议用，姓名打码）"),
    "targets": ("overview", "目标清单：比率、口径、分子分母、缺谁"),
    "due": ("overview", "逾期、可办和近日到期的事：谈心、走访、跟进、方案、生日"),
    "list": ("register", "列出儿童、帮扶人、结对、记录、活动"),
    "show": ("register", "一名儿童的档案"),
    "import": ("files", "导入登记表（xlsx、xls、csv）、日历（ics）"),
    "export": ("exporting", "导出登记表、汇总表、上报差异（xlsx）、联系卡、档案（html）、活动日历（ics）"),
    "backup": ("safety", "备份台账"),
    "restore": ("safety", "用备份恢复台账"),
    "check": ("safety", "检查台账文件是否完好"),
    "config": ("upkeep", "查看和修改本机设置"),
}
