# SPDX-License-Identifier: GPL-2.0-or-later
"""Results in a file: JSON, one file for each kernel."""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

from bench.result import Result

Kept = dict[str, Any]

_LICENCE = "SPDX-License-Identifier: GPL-2.0-or-later"


def read(path: Path) -> Kept:
    """What is in the file; an empty one if there is none yet."""
    if not path.exists():
        return {"licence": _LICENCE, "rows": {}}
    kept: Kept = json.loads(path.read_text(encoding="utf-8"))
    return kept


def keep(
    path: Path, result: Result, *, mode: str, command: str, day: date
) -> None:
    """Put a row into the file, in place of what it held of that row."""
    kept = read(path)
    kept["rows"][result.key] = {
        **result.to_json(),
        "kernel": os.uname().release,
        "mode": mode,
        "cpus": os.cpu_count(),
        "command": command,
        "date": day.isoformat(),
    }
    kept["rows"] = dict(sorted(kept["rows"].items()))
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(kept, indent=1, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")
