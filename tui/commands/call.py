"""What a command is told besides its own options: which ledger, which settings, who asks."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from db.config import Config
from db.values import Refused, typed_path

if TYPE_CHECKING:
    from db.models import User

# what Peewee looks for and a ledger in a file does not need: its SQLite is pysqlite3
DRIVERS = ("psycopg", "psycopg2", "psycopg2cffi", "pymysql", "MySQLdb", "sqlite3")
DEMO_MARK = "这是演示村，不是真台账.txt"
DEMO_SAYS = "这个文件夹里是 guanai --demo 造的虚构村庄，可以整个删去。\n"


class Call(NamedTuple):
    """The words before the command."""

    data: Path | None
    config: Config
    demo: bool

    @property
    def place(self) -> Path | str:
        """Where the ledger is."""
        return self.config.place(self.data)

    @contextmanager
    def ledger(self, create: bool = False) -> Iterator[Path | str]:
        """The ledger, open inside the block; yields its folder or address.

        create: make it if there is none. Raises LedgerError, and Refused for a demo over a true ledger.
        """
        place = None if self.demo else self.place
        if not isinstance(place, str):
            _load_peewee_without_drivers()
        from db import store

        try:
            if place is None:
                with self._demo_folder() as folder:
                    _open_demo(folder)
                    yield folder
            else:
                shared = not isinstance(place, str) and self.config.shared(place)
                store.open_ledger(place, shared=shared, create=create)
                with store.translated(place):
                    yield place
        finally:
            store.close()

    @contextmanager
    def _demo_folder(self) -> Iterator[Path]:
        if self.data is not None:
            yield typed_path(self.data).absolute()
            return
        import signal
        import tempfile

        for end in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(end) is signal.SIG_DFL:  # without it the folder would stay
                signal.signal(end, lambda number, _: sys.exit(128 + number))
        with tempfile.TemporaryDirectory(prefix="guanai-demo-") as folder:
            yield Path(folder)

    def user(self) -> "User":
        """Whoever is logged in, as the ledger knows them."""
        from db import site

        return site.user(login())


def login() -> str:
    """The login name. Raises Refused where the system does not know one."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise Refused("系统没有您的登录名，请先设置环境变量 USER，如 export USER=wangxiao") from error


def _open_demo(folder: Path) -> None:
    """Open the demo village in a folder, made at the first time. Raises Refused if a true ledger is there."""
    from db import site, store

    mark = folder / DEMO_MARK
    if store.ledger_file(folder).exists() and not mark.exists():
        raise Refused(f"{folder} 里是真台账，不能用来演示；请去掉 --demo，或用 --data 另指一个空文件夹")
    if not mark.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark.write_text(DEMO_SAYS, "utf-8")
    store.open_ledger(folder)
    with store.translated(folder):
        if not site.is_set_up():  # also when the first time was cut short
            from db import demo

            demo.fill(site.user(login()))


def _load_peewee_without_drivers() -> None:
    """Load Peewee without every database driver it can find: a ledger in a file needs none of them.

    They cost up to four times the start of a plain command. A name marked None in sys.modules cannot be imported.
    """
    if "peewee" in sys.modules:
        return
    out = [name for name in DRIVERS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(out))
    try:
        import peewee  # noqa: F401
    finally:
        for name in out:
            del sys.modules[name]
