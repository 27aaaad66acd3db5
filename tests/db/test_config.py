"""The machine's settings: shipped ones, the user's overrides, and what is refused."""

import re
from pathlib import Path

import platformdirs
import pytest

from db import config
from db.values import Refused


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "own" / "config.toml"


def test_without_overrides_everything_is_as_shipped(file):
    settings = config.load(file)
    assert settings.get("backup.keep") == 14 and settings.get("store.shared") is False
    assert not settings.own and not file.exists()


def test_every_shipped_setting_has_a_comment_above_it():
    lines = config.shipped_file().read_text("utf-8").splitlines()
    keys = [number for number, line in enumerate(lines) if re.match(r"\w+ = ", line)]
    assert len(keys) == len(config.load(Path("/nowhere")).values)
    for number in keys:
        assert lines[number - 1].startswith("# "), lines[number]


def test_only_overrides_are_written_and_blank_takes_one_back(file):
    settings = config.put(config.load(file), "backup.keep", "30")
    settings = config.put(settings, "store.shared", "是")
    assert file.read_text() == "[backup]\nkeep = 30\n\n[store]\nshared = true\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert config.load(file).get("backup.keep") == 30
    settings = config.put(settings, "backup.keep", "")
    assert config.load(file).own == settings.own == {"store.shared"}
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("store.pth", "/x", "store.path"), ("backup.keep", "0", "1 到 1000"), ("backup.keep", "many", "整数"),
        ("store.path", "here", "完整路径"), ("store.url", "mysql://x/y", "postgresql://"), ("store.shared", "maybe", "maybe"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_and_nothing_written(file, key, text, said):
    with pytest.raises(Refused, match=said):
        config.put(config.load(file), key, text)
    assert not file.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[store\n", "写得不对"), ("[store]\npth = '/x'\n", "store.pth"), ("[backup]\nkeep = '9'\n", "整数"),
        ("[backup]\nkeep = true\n", "整数"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_by_name(file, content, said):
    file.parent.mkdir()
    file.write_text(content)
    with pytest.raises(Refused, match=said) as met:
        config.load(file)
    assert "设置" in str(met.value)


def test_the_ledger_is_where_the_nearest_word_says(file, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    settings = config.load(file)
    assert settings.place() == tmp_path / "share" / "guanai"
    settings = config.put(settings, "store.path", "/var/lib/guanai")
    assert settings.place() == Path("/var/lib/guanai")
    settings = config.put(settings, "store.url", "postgresql://db/guanai")
    assert settings.place() == "postgresql://db/guanai"
    assert settings.place(tmp_path) == tmp_path


def test_a_folder_made_for_several_logins_is_known_by_its_mode(file, tmp_path):
    settings = config.load(file)
    assert not settings.shared(tmp_path)
    tmp_path.chmod(0o2770)
    assert settings.shared(tmp_path)


def test_the_environment_names_the_users_file(file, monkeypatch):
    monkeypatch.setenv("GUANAI_CONFIG", str(file))
    assert config.load().file == file


@pytest.mark.parametrize("told", [None, "", "/srv/x"])
def test_the_users_folders_are_where_platformdirs_says(told, monkeypatch):
    for variable, usual, says in (
        ("XDG_DATA_HOME", ".local/share", platformdirs.user_data_path),
        ("XDG_CONFIG_HOME", ".config", platformdirs.user_config_path),
    ):
        monkeypatch.delenv(variable, raising=False)
        if told is not None:
            monkeypatch.setenv(variable, told)
        assert config.user_folder(variable, usual) == says("guanai", appauthor=False)
