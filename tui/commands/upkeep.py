"""init and config: what the ledger and the machine are told once."""

import shutil
from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path

from db import config
from db.errors import reason
from db.values import Refused
from tui.commands import output
from tui.commands.call import Call, login

GROUP = "guanai"
KINDS = "village 村、school 学校、home 留守儿童之家、township 乡镇"


def init_options(parser: ArgumentParser) -> None:
    """Options of `guanai init`."""
    parser.add_argument("--site", metavar="NAME", help="单位名称，如 柳溪村")
    parser.add_argument("--kind", metavar="KIND", help=KINDS)
    parser.add_argument("--township", metavar="NAME", help="所属乡镇，如 青石镇")
    parser.add_argument("--term", metavar="TERM", help="本学期，如 2026秋；不写就按今天")
    parser.add_argument("--starts", metavar="DAY", help="学期第一天，如 2026-9-1")
    parser.add_argument("--ends", metavar="DAY", help="学期最后一天，如 2027-1-31")
    parser.add_argument(
        "--criterion",
        metavar="CRITERION",
        help="认定口径：state2016 国发〔2016〕13号、one_parent 一方外出即算",
    )
    parser.add_argument("--name", metavar="NAME", help="您的姓名，如 王晓")
    parser.add_argument(
        "--shared", action="store_true", help="几个登录账号共用（文件夹 2770，文件 0660，组 guanai）"
    )


def run_init(asked: Namespace, call: Call) -> int:
    """Say where and when the ledger is kept, making it if there is none; told again, only what is told changes."""
    from db.values import full_day

    starts, ends = (full_day(text) if text else None for text in (asked.starts, asked.ends))
    if asked.shared:
        share(call)
    with call.ledger(create=True) as place:
        from db import settings, site
        from db.vocab import CRITERION

        by = site.user(login(), asked.name)
        here = site.site()
        site.set_up(
            site_name=asked.site or (here.name if here else "未命名"),
            kind=asked.kind or (here.kind if here else "village"),
            township=asked.township or (here.township if here else None),
            term_code=asked.term or settings.get("term"),
            criterion=asked.criterion or settings.get("criterion"),
            by=by, **_span(asked.term or settings.get("term"), starts, ends),
        )  # fmt: skip
        here, term = site.site(), site.term()
        output.line(f"单位：{here.name}{f'（{here.township}）' if here.township else ''}")
        output.line(f"学期：{term.code}（{term.starts} 到 {term.ends}）")
        output.line(f"认定口径：{CRITERION.label(settings.get('criterion'))}")
        output.line(f"台账位置：{place if isinstance(place, Path) else 'PostgreSQL'}")
    return 0


def _span(code: str | None, starts: date | None, ends: date | None) -> dict[str, date | None]:
    """The term's days: as told, else as on file."""
    from db.models import Term

    known = Term.get_or_none(Term.code == code) if code else None
    return {"starts": starts or (known and known.starts), "ends": ends or (known and known.ends)}


def share(call: Call) -> None:
    """Make the ledger's folder one for several logins, its files too if there are any.

    Raises Refused where no common folder is named, or the folder is not ours to open up.
    """
    place = call.place
    if isinstance(place, str):
        raise Refused("PostgreSQL 上的台账本来就是共用的，不用写 --shared")
    if call.data is None and not call.config.get("store.path"):
        raise Refused(
            "共用的台账要放在大家都能到的文件夹，请写 --data，如 guanai --data /var/lib/guanai init --shared"
        )
    try:
        place.mkdir(parents=True, exist_ok=True)
        _give_to_group(place)
        place.chmod(0o2770)
        for file in place.glob("guanai*"):
            if file.is_file():
                _give_to_group(file)
                file.chmod(0o660)
    except OSError as error:
        raise Refused(
            f"改不了文件夹 {place} 的权限（{reason(error)}），请用 root 或文件夹的主人运行"
        ) from error


def _give_to_group(path: Path) -> None:
    import grp

    try:
        wanted = grp.getgrnam(GROUP)
    except KeyError:
        return  # no such group on this machine: the owner's own stays
    if path.stat().st_gid != wanted.gr_gid:
        shutil.chown(path, group=GROUP)


def config_options(parser: ArgumentParser) -> None:
    """Options of `guanai config`."""
    parser.add_argument("key", nargs="?", metavar="KEY", help="设置项，如 store.path；不写就列出全部")
    parser.add_argument("value", nargs="?", metavar="VALUE", help='新的值；写 "" 恢复默认')


def run_config(asked: Namespace, call: Call) -> int:
    """Show the machine's settings, or override one."""
    if asked.key is None:
        output.line(f"# 设置文件：{call.config.file}")
        for key in call.config.values:
            output.line(
                f"{key} = {_toml(call.config.get(key))}{'' if key in call.config.own else '  # 默认'}"
            )
        return 0
    settings = call.config
    if asked.value is not None:
        settings = config.put(settings, asked.key, asked.value)
    if asked.key not in settings.values:
        raise Refused(f"没有“{asked.key}”这个设置项，可用的有：{'、'.join(settings.values)}")
    output.line(f"{asked.key} = {_toml(settings.get(asked.key))}")
    return 0


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
