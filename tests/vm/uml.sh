# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Boots a guest that is a process, user-mode Linux. Sourced by boot.sh.
#
# It runs in the suite's root, for its libraries, in which it finds what it is booted
# from, and by TAG what boot.sh shares, below /tmp. Namespaces of its own hold the mounts
# and all processes, and end with the first of these.

# The line by which it talks with the host.
uml_line=/dev/ttyS0

# Memory in MiB, and the most with which the module still comes to lie in the first two
# GiB, see uml_start in debug-kernel.sh.
uml_mem=1536 uml_mem_max=1536

# uml_share TAG DIR [OPTION]: adds a directory of the host.
uml_share()
{
	uml_binds+=("--bind${3:+-ro}" "$2" "/tmp/$1")
}

# Sets uml to what linux is told, and uml_binds to what it is shown.
compose_uml()
{
	local input=null

	[ -z "$icount$plugin" ] || die "--icount and --plugin are of QEMU, $1 has none"
	[ "$cpus" = 1 ] || die "$1 has one CPU"
	[ "$mem" -le "$uml_mem_max" ] || die "$1 has $uml_mem_max MiB at most"
	[ "$2" = run ] || input=fd:0
	uml=(
		"mem=${mem}M" "initrd=/tmp/boot/${initrd##*/}" seccomp=auto
		con=null 'con0=null,fd:2' ssl=null "ssl0=$input,fd:1" console=tty0
		vm.hostfs oops=panic log_buf_len=8M
	)
	read -ra uml_more <<<"$cmdline"
	uml_binds=()
	uml_share boot "$kdir" readonly=on
	share_all uml_share
}

# Runs as the first process: goes on until linux has ended, or whoever started it.
uml_inside()
{
	cat <<-'END'
	set -o pipefail
	what=$1 seconds=$2
	shift 2
	ulimit -c 0
	export TMPDIR=/tmp
	if [ "$what" = shell ]; then
		/tmp/boot/vmlinuz "$@" <&0 &
	else
		# linux does not wait for whoever reads, nor would the caller then
		timeout -k 5 "$seconds" /tmp/boot/vmlinuz "$@" </dev/null | cat &
	fi
	cat /tmp/run/input &
	wait -n
	END
}

# end_uml: ends a guest, which may not be the caller's to kill.
end_uml()
{
	exec {uml_alive}>&-
}

# run_uml WHAT: lets a guest run to its end; returns the status of linux.
run_uml()
{
	local pid status=0

	exec {uml_alive}<>"$rundir/input"
	as_root unshare --mount --pid --fork --kill-child --propagation private \
		bash "$vmdir/enter" "${uml_binds[@]}" --user "$(id -u):$(id -g)" \
		"$base/root" bash -c "$(uml_inside)" bash "$1" "$timeout" \
		"${uml[@]}" "${uml_more[@]}" <&0 2>>"$console" {uml_alive}>&- &
	pid=$!
	trap 'end_uml; wait "$pid"; exit 130' INT TERM HUP
	[ "$1" = shell ] || await_start "$pid"
	wait "$pid" || status=$?
	trap - INT TERM HUP
	return "$status"
}
