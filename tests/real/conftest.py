"""Makes the terminal harness importable from the tests beside it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from program import Village


@pytest.fixture
def village(tmp_path):
    return Village(tmp_path).set_up()


@pytest.fixture
def empty(tmp_path):
    return Village(tmp_path)
