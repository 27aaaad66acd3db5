"""What did not run is said; where everything must run (GUANAI_ALL_TESTS), not running is failing."""

import os

import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.skipped and os.environ.get("GUANAI_ALL_TESTS"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome, report.longrepr = "failed", f"这个测试没有跑：{reason}"
