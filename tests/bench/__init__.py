# SPDX-License-Identifier: GPL-2.0-or-later
"""The benchmark: what vnet costs beside veth, netkit, dummy and lo."""
