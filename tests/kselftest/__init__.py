# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's own driver tests, run against vnet and, beside it, veth."""
