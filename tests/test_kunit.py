# SPDX-License-Identifier: GPL-2.0-or-later
"""The tests in kmod/kunit, of what needs no device, case by case."""

import pytest

from lib import kunit


@pytest.fixture(scope="module")
def printed(loaded_module: None) -> dict[str, str]:
    """What the suites printed; they run once."""
    if not kunit.available():
        pytest.skip("this kernel has no KUnit")
    return kunit.run_all()


@pytest.mark.parametrize(
    ("suite", "case"), kunit.cases(), ids=lambda word: str(word)
)
def test_case(printed: dict[str, str], suite: str, case: str) -> None:
    assert kunit.result(printed[suite], case).startswith("ok "), (
        printed[suite]
    )


def test_a_result_is_read_as_it_is_printed() -> None:
    text = "    # a: told\n    ok 1 a\n    not ok 2 ab\n    ok 3 c # SKIP no\n"
    assert kunit.result(text, "a") == "ok 1 a"
    assert kunit.result(text, "ab") == "not ok 2 ab"
    assert kunit.result(text, "b") == ""
