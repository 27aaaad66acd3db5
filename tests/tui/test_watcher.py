"""The process that empties the window should the program be killed while names stand on it: one, ended, never left behind."""

import pytest

from tui.driver import LEAVE, TtyDriver, wiped


@pytest.fixture
def driver():
    made = object.__new__(TtyDriver)
    made._watcher, made._size = None, (80, 24)
    return made


def test_it_ends_without_a_word_and_leaves_no_process(driver, capfd):
    driver.guard(True)
    watcher = driver._watcher
    driver.guard(True)
    assert driver._watcher is watcher and watcher.poll() is None
    driver.guard(False)
    assert watcher.returncode == 0 and driver._watcher is None
    driver.guard(False)
    assert capfd.readouterr().out == ""


def test_cut_off_it_wipes_the_window_and_ends(driver, capfd):
    driver.guard(True)
    watcher = driver._watcher
    watcher.stdin.close()  # as when the program is killed
    watcher.wait(5)
    assert capfd.readouterr().out == wiped(200) + LEAVE


def test_one_that_died_by_itself_does_no_harm(driver, capfd):
    driver.guard(True)
    watcher = driver._watcher
    watcher.kill()
    driver.guard(False)
    assert watcher.returncode is not None and driver._watcher is None


def test_without_a_shell_there_is_none(driver, monkeypatch):
    monkeypatch.setattr("tui.driver.SHELL", "/nowhere/sh")
    with pytest.raises(OSError):
        driver.guard(True)
    driver.guard(False)
