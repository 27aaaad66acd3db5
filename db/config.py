"""What belongs to the machine: the shipped settings (config.toml) and the user's overrides of them."""

import os
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from db.values import Refused, typed_path, yes_no

HERE = Path(__file__).parent
RANGES = {"terminal.escape_wait": (0, 5000), "backup.keep": (1, 1000)}
FOLDERS = {"store.path", "backup.folder", "reports.folder"}
KIND_NAMES = {bool: "true 或 false", int: "整数", str: "文字"}


class Config(NamedTuple):
    """Every setting by its dotted key, which of them the user overrides, and the file that says so."""

    file: Path
    values: dict[str, Any]
    own: frozenset[str]

    def get(self, key: str) -> Any:
        """A setting. Raises KeyError for a key we do not have."""
        return self.values[key]

    def place(self, data: Path | None = None) -> Path | str:
        """Where the ledger is: the folder told, else store.url, else store.path, else the user's data folder."""
        if data is not None:
            return typed_path(data).absolute()
        if self.values["store.url"]:
            return self.values["store.url"]
        if self.values["store.path"]:
            return typed_path(self.values["store.path"])
        return user_folder("XDG_DATA_HOME", ".local/share")

    def shared(self, place: Path | str) -> bool:
        """Whether several logins keep this ledger: told so, or its folder was made so (2770)."""
        if self.values["store.shared"]:
            return True
        folder = Path(place)
        return folder.is_dir() and folder.stat().st_mode & 0o2020 == 0o2020

    def backup_folder(self, place: Path) -> Path:
        """Where backups without a name of their own go."""
        told = self.values["backup.folder"]
        return typed_path(told) if told else place / "备份"

    def report_folder(self, place: Path | str) -> Path:
        """Where the users' own templates of reports are: as told, else beside the ledger, else in the user's data folder."""
        told = self.values["reports.folder"]
        if told:
            return typed_path(told)
        return (
            user_folder("XDG_DATA_HOME", ".local/share") if isinstance(place, str) else place
        ) / "报表模板"


def shipped_file() -> Path:
    """config.toml: beside this file in a wheel, at the top of a checkout."""
    packed = HERE / "config.toml"
    return packed if packed.exists() else HERE.parent / "config.toml"


def user_file() -> Path:
    """Where the user's overrides are kept unless --config or GUANAI_CONFIG says otherwise."""
    if told := os.environ.get("GUANAI_CONFIG"):
        return typed_path(told)
    return user_folder("XDG_CONFIG_HOME", ".config") / "config.toml"


def user_folder(variable: str, usual: str) -> Path:
    """The user's own folder of one sort, by the XDG rule.

    platformdirs says the same on Linux, but loading it takes a twentieth of a plain command's time.
    """
    told = os.environ.get(variable, "").strip()
    return (Path(told) if told else Path.home() / usual) / "guanai"


def load(file: Path | None = None) -> Config:
    """The settings in force; a file of overrides that is not there overrides nothing.

    Raises Refused if the file is no TOML, or holds a key or a value we do not have.
    """
    file = user_file() if file is None else typed_path(file)
    values = _flat(tomllib.loads(shipped_file().read_text("utf-8")))
    own = _flat(_read(file))
    for key, value in own.items():
        if key not in values:
            raise Refused(f"设置文件 {file} 里的“{key}”不是设置项，请改正或删去这一行")
        _check(key, value, type(values[key]))
    return Config(file, values | own, frozenset(own))


def put(config: Config, key: str, text: str) -> Config:
    """Override one setting and write the overrides; blank text goes back to the default. Raises Refused."""
    defaults = _flat(tomllib.loads(shipped_file().read_text("utf-8")))
    if key not in defaults:
        raise Refused(f"没有“{key}”这个设置项，可用的有：{'、'.join(defaults)}")
    own = {name: config.values[name] for name in config.own}
    if text == "":
        own.pop(key, None)
    else:
        own[key] = _parse(key, text, type(defaults[key]))
    _write(config.file, own)
    return Config(config.file, defaults | own, frozenset(own))


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"设置文件 {file} 写得不对（{error}），请改正，或删去它回到默认设置") from error
    except OSError as error:
        raise Refused(f"读不出设置文件 {file}（{_why(error)}），请检查它的位置和权限") from error


def _flat(table: dict[str, Any], under: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{under}{name}.")
        else:
            flat[f"{under}{name}"] = value
    return flat


def _parse(key: str, text: str, kind: type) -> Any:
    value: Any = text
    if kind is bool:
        value = yes_no(text)
    elif kind is int:
        if not text.strip().isdecimal():
            raise Refused(f"{key} 应是整数，收到的是“{text}”")
        value = int(text)
    _check(key, value, kind)
    return value


def _check(key: str, value: Any, kind: type) -> None:
    if type(value) is not kind:
        raise Refused(f"设置项 {key} 应写{KIND_NAMES[kind]}，收到的是“{value}”")
    if key in RANGES and not RANGES[key][0] <= value <= RANGES[key][1]:
        low, high = RANGES[key]
        raise Refused(f"设置项 {key} 应在 {low} 到 {high} 之间，收到的是 {value}")
    if key in FOLDERS and value and not typed_path(value).is_absolute():
        raise Refused(f"设置项 {key} 要写完整路径（以 / 或 ~ 开头），收到的是“{value}”")
    if key == "store.url" and value and not value.startswith(("postgresql://", "postgres://")):
        raise Refused(f"设置项 {key} 要以 postgresql:// 开头，收到的是“{value}”")


def _write(file: Path, own: dict[str, Any]) -> None:
    import tomli_w

    tables: dict[str, Any] = {}
    for key, value in sorted(own.items()):
        section, name = key.split(".")
        tables.setdefault(section, {})[name] = value
    making = file.with_name(file.name + ".making")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        making.unlink(missing_ok=True)
        with open(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            tomli_w.dump(tables, out)
        making.replace(file)
    except OSError as error:
        raise Refused(
            f"写不了设置文件 {file}（{_why(error)}），请检查权限，或用 --config 另指一个文件"
        ) from error


def _why(error: OSError) -> str:
    from db.errors import reason  # loads the database, which settings do without

    return reason(error)
