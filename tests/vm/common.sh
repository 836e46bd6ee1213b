# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Paths, messages and the table of kernels; sourced by vm.

checkout=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
vmdir=$checkout/tests/vm
cache=${VNET_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vnet}
build=${VNET_BUILD:-$checkout/build}

# The kernels of Debian, and those that are built here, see debug-kernel.sh.
kernels=(6.1 6.12 7.2)
debug_kernels=(debug kcsan uml)

# The Debian suite whose userland goes with a kernel, and the suite that carries
# the kernel itself.
kernel_suites()
{
	case $1 in
	6.1)	suite=bookworm kernel_suite=bookworm ;;
	6.12)	suite=trixie kernel_suite=trixie ;;
	7.2 | debug | kcsan | uml)
		suite=trixie kernel_suite=trixie-backports ;;
	*)	die "there is no kernel $1 here; there are: ${kernels[*]} ${debug_kernels[*]}" ;;
	esac
}

# is_debug KERNEL: is it built here?
is_debug()
{
	[[ " ${debug_kernels[*]} " == *" $1 "* ]]
}

# is_uml KERNEL: is it a process, see uml.sh?
is_uml()
{
	[ "$1" = uml ]
}

say()
{
	printf 'vm: %s\n' "$*" >&2
}

die()
{
	printf 'vm: %s\n' "$*" >&2
	exit 2
}

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo -- "$@"
	else
		die "needs root: run this as root or install sudo"
	fi
}

# lock FILE: holds a lock until the shell ends.
lock()
{
	local fd

	exec {fd}>"$1"
	flock -n "$fd" && return
	say "waiting for another vm command, which holds $1"
	flock "$fd"
}
