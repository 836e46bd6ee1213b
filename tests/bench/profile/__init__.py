# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the instructions of a frame go, function by function."""
