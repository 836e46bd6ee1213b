# SPDX-License-Identifier: GPL-2.0-or-later
"""What is known of running an example."""

import subprocess
from collections.abc import Callable

# Seconds; only a hang takes as long
HANG = 120

# example(NAME, ARGUMENT...)
Example = Callable[..., subprocess.CompletedProcess[str]]
