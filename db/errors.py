"""Why the ledger could not be opened or written: one class per cause, each said with its cure."""

import errno
import re

import peewee

PASSWORD = re.compile(r"(//[^:/@]*):.*@")  # in a postgresql:// address


class LedgerError(Exception):
    """The ledger could not be opened or written. str() is one Chinese sentence with the cure."""

    cause = "台账打不开"
    cure = "请用 guanai check 检查"

    def __init__(self, where: object = ""):
        self.where = PASSWORD.sub(r"\1:***@", str(where))
        super().__init__(f"{self.cause}{f'（{self.where}）' if self.where else ''}。{self.cure}。")


class Locked(LedgerError):
    cause = "台账正被别人写入，等了10秒还没轮到"
    cure = "已录内容都在，请稍候再存一次；若一直这样，请看是否有备份或同步软件占用了台账文件"


class Full(LedgerError):
    cause = "磁盘已满，存不进去"
    cure = "已录内容留在草稿里；请删掉些不用的文件后再存"


class DiskFault(LedgerError):
    """What SQLite calls an I/O error: a quota used up, a share or a USB stick gone."""

    cause = "磁盘写不进去或读不出来"
    cure = "已录内容留在草稿里；请看磁盘或配额是否已满、U盘是否拔出，好了再存"


class ReadOnly(LedgerError):
    cause = "台账所在的磁盘或文件是只读的"
    cure = "请改为可写，或用 --data 指定别的文件夹"


class Corrupt(LedgerError):
    cause = "台账文件已损坏"
    cure = "请先把它另存一份，再用 guanai restore 备份文件 恢复最近的备份"


class NotOurs(LedgerError):
    cause = "这不是关爱台账的文件"
    cure = "请用 --data 指定正确的文件夹；若它本是台账，可用 guanai restore 恢复备份"


class Newer(LedgerError):
    cause = "台账已由更新版本的程序升级"
    cure = "请退出，装好新版本再打开；已录内容留在草稿里"


class NoPermission(LedgerError):
    cause = "没有读写台账的权限"
    cure = "请让管理员把您加入台账所在的组，或用 --data 指定自己的文件夹"


class Unreachable(LedgerError):
    cause = "连不上 PostgreSQL 数据库"
    cure = "请检查网络和配置项 store.url，稍候再试"


class NoDriver(LedgerError):
    cause = "没装 PostgreSQL 的驱动程序"
    cure = "请重装一次，把它带上：pip install 'guanai[postgres]'"


class Missing(LedgerError):
    cause = "找不到台账文件"
    cure = "请检查 --data 指定的文件夹，或用 guanai init 新建"


class Gone(LedgerError):
    """The file was moved or deleted while it was open: what is written to it would be lost without a word."""

    cause = "台账文件不在原处了"
    cure = "已录内容都在，请把它放回原处（U盘插好）再存；放不回去就用 guanai restore 恢复备份"


class NotAFolder(LedgerError):
    cause = "台账的位置不是文件夹"
    cure = "请用 --data 指定一个文件夹"


class Broken(LedgerError):
    """A cause we have no name for: the database's own words go along."""

    cause = "读写台账时出错"
    cure = "已录内容留在草稿里；请用 guanai check 检查台账"


SQLITE = (
    (("SQLITE_BUSY", "SQLITE_LOCKED"), Locked),
    (("SQLITE_IOERR",), DiskFault),
    (("SQLITE_FULL", "SQLITE_IOERR_WRITE"), Full),
    (("SQLITE_READONLY",), ReadOnly),
    (("SQLITE_CORRUPT",), Corrupt),
    (("SQLITE_NOTADB",), NotOurs),
    (("SQLITE_PERM", "SQLITE_CANTOPEN", "SQLITE_AUTH"), NoPermission),
)
POSTGRES = (("53100", Full), ("25006", ReadOnly), ("55P03", Locked), ("40", Locked), ("XX001", Corrupt),
            ("42501", NoPermission), ("28", NoPermission), ("08", Unreachable), ("57P", Unreachable))  # fmt: skip
OS_ERRORS = {
    errno.ENOSPC: Full, errno.EDQUOT: Full, errno.EROFS: ReadOnly, errno.EACCES: NoPermission, errno.EPERM: NoPermission,
    errno.EEXIST: NotAFolder, errno.ENOTDIR: NotAFolder,
}  # fmt: skip

DATABASE_ERRORS = (peewee.PeeweeException, peewee.sqlite3.Error)


REASONS = {
    errno.ENOENT: "没有这个文件或文件夹", errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已满", errno.EROFS: "磁盘是只读的", errno.EISDIR: "这是文件夹", errno.ENOTDIR: "上级不是文件夹",
    errno.ENAMETOOLONG: "文件名太长", errno.EFBIG: "文件太大", errno.EIO: "磁盘读写出错",
}  # fmt: skip


def reason(error: OSError) -> str:
    """Why the system refused, in Chinese."""
    return REASONS.get(error.errno, f"系统错误 {error.errno}")


def translate(error: BaseException, where: object = "") -> LedgerError:
    """The LedgerError behind a database error, found along its chain.

    A full disk inside a transaction surfaces as "cannot rollback": the cause stands further down the chain.
    """
    seen: BaseException | None = error
    found: LedgerError | None = None
    while seen is not None:
        if isinstance(seen, LedgerError):
            return seen
        name = getattr(seen, "sqlite_errorname", "") or ""
        state = getattr(seen, "sqlstate", "") or ""
        for prefixes, kind in SQLITE:
            if name.startswith(prefixes):
                found = kind(where)
        for prefix, kind in POSTGRES:
            if state.startswith(prefix):
                found = kind(where)
                break
        if isinstance(seen, OSError) and seen.errno in OS_ERRORS:
            found = OS_ERRORS[seen.errno](where)
        seen = seen.__cause__ or seen.__context__
    if found is None and "connect" in str(error).lower() and isinstance(error, peewee.OperationalError):
        found = Unreachable(where)
    return found or Broken(str(error).splitlines()[0] if str(error) else type(error).__name__)
