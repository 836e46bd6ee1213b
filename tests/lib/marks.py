# SPDX-License-Identifier: GPL-2.0-or-later
"""What a test needs of the machine that it runs on."""

import pytest

from lib.cpus import is_smp, possible_cpus

TWO_CPUS = pytest.mark.skipif(
    possible_cpus() < 2, reason="this machine has one CPU"
)

SMP = pytest.mark.skipif(
    not is_smp(),
    reason="this kernel is for one CPU: it has neither tx_maxrate nor rps_cpus",
)
