# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests share: namespaces, links, frames, counters, the log."""
