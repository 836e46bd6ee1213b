# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Boots a guest. Sourced by vm.

# shellcheck source=tests/vm/uml.sh
. "$vmdir/uml.sh"

# Seconds that a guest under KVM gets to come up; a working one needs two.
probe_seconds=12

# Seconds after which a guest that has not come to its command counts as dead. It
# takes a few, under emulation on a busy machine a minute; a debug kernel some more.
declare -A start_seconds=([kvm]=60 [tcg]=300 [process]=120 [debug]=1200)

# Prints the value for a QEMU option: a comma in it is written twice.
quoted()
{
	printf %s "${1//,/,,}"
}

# Prints kvm if a guest with this kernel comes up with it, or else tcg.
try_kvm()
{
	local log verdict=tcg

	log=$(mktemp)
	timeout -k 1 "$probe_seconds" qemu-system-x86_64 -accel kvm \
		-cpu host -smp 2 -m 512 -nodefaults -no-user-config \
		-display none -no-reboot -kernel "$kdir/vmlinuz" \
		-initrd "$initrd" -serial "file:$(quoted "$log")" \
		-append 'console=ttyS0 panic=-1 vm.probe' \
		</dev/null >/dev/null 2>&1 || :
	! grep -q '^vm: the guest is up' "$log" || verdict=kvm
	rm -f -- "$log"
	echo "$verdict"
}

# keep_accel ACCEL: what this kernel is to be booted with from now on.
keep_accel()
{
	echo "$1" >"$verdict.$$"
	mv "$verdict.$$" "$verdict"
}

# Tries KVM by booting this kernel with it and sets accel to kvm or tcg. What
# came out is kept in the file verdict for as long as this machine stays the same:
# there are machines on which one kernel comes up and another does not.
find_accel()
{
	local key

	verdict='' accel=tcg why='this user has no access to /dev/kvm'
	if [ -n "${VNET_ACCEL:-}" ]; then
		accel=$VNET_ACCEL why='as VNET_ACCEL says'
		return
	fi
	[ -r /dev/kvm ] && [ -w /dev/kvm ] || return 0

	key=$({
		uname -srv
		qemu-system-x86_64 --version
		grep -m1 'model name' /proc/cpuinfo
	} | sha256sum | cut -c1-8)
	verdict=$cache/accel-$key-$release
	# one at a time: two that start at once take each other's seconds
	[ -s "$verdict" ] || (
		lock "$cache/accel.lock"
		[ ! -s "$verdict" ] || exit 0
		say "trying KVM with Linux $release:" \
			"this takes up to $probe_seconds seconds, once"
		keep_accel "$(try_kvm)"
	)
	accel=$(<"$verdict")
	case $accel in
	kvm)	why='tried, works' ;;
	*)	why='KVM was tried, and this kernel does not come up with it' ;;
	esac
}

# qemu_share TAG DIR [OPTION]: adds a directory of the host to qemu.
qemu_share()
{
	qemu+=(
		-fsdev "local,id=$1,path=$(quoted "$2"),security_model=none,multidevs=remap${3:+,$3}"
		-device "virtio-9p-pci,fsdev=$1,mount_tag=$1"
	)
}

# Sets qemu to the command line of a guest, for a command (WHAT is run) or a
# shell (WHAT is shell).
compose_qemu()
{
	local kernel=$1 what=$2 append thread=single

	[ -z "$parallel" ] || thread=multi
	# What two CPUs do at the same time can be seen only where they do
	[ "$kernel" != kcsan ] || thread=multi
	# The timer check counts ticks while a delay loop runs, and a busy
	# machine that emulates may be late with them.
	append='console=ttyS0 panic=-1 oops=panic no_timer_check'
	append+=' rcupdate.rcu_cpu_stall_timeout=60'
	# The log is read when a test is over, which may have brought about much.
	append+=' log_buf_len=8M'
	# What takes a fifth of the speed for work gets more time for it. ACPI's code
	# for PCI interrupts does not come to its end there, emulated; there is a
	# table that says the same.
	if is_debug "$kernel"; then
		append+=' watchdog_thresh=60 workqueue.watchdog_thresh=120'
		append+=' sysctl.kernel.hung_task_timeout_secs=300 pci=noacpi'
	fi
	qemu=(
		qemu-system-x86_64 -name vnet -nodefaults -no-user-config
		-display none -no-reboot -smp "$cpus" -m "$mem"
		-kernel "$kdir/vmlinuz" -initrd "$initrd"
		-append "$append${cmdline:+ $cmdline}"
		-serial "file:$(quoted "$console")"
		-device virtio-serial-pci -chardev "stdio,id=host,signal=off"
	)
	case $accel in
	kvm)		qemu+=(-accel kvm -cpu host) ;;
	# The CPUs take turns on one thread. On threads of their own, guests of
	# stock kernels were seen to run on a breakpoint that the other CPU had
	# taken back (a static branch), and to have their flags overwritten by
	# half a pointer in cmpxchg16b, once in about twenty runs.
	tcg)		qemu+=(-accel "tcg,thread=$thread" -cpu "max,-cx16") ;;
	'tcg -icount')	qemu+=(-accel tcg -cpu max -icount "shift=0,sleep=off") ;;
	*)		die "VNET_ACCEL is kvm or tcg, not $accel" ;;
	esac
	[ -z "$plugin" ] || qemu+=(-plugin "$plugin")
	case $what in
	run)	qemu+=(-device "virtserialport,chardev=host,name=vm.output") ;;
	shell)	qemu+=(-device "virtconsole,chardev=host") ;;
	esac
	share_all qemu_share
}

# share_all CMD: calls CMD with the tag and the directory of each that the guest sees,
# and with readonly=on if it is not to write there.
share_all()
{
	"$1" root "$base/root" readonly=on
	"$1" kernel "$kdir/layer" readonly=on
	"$1" checkout "$checkout" readonly=on
	"$1" build "$build"
	"$1" run "$rundir"
	[ -z "$layer" ] || "$1" layer "$layer" readonly=on
	[ ! -d "$rundir/installed" ] || "$1" installed "$rundir/installed" readonly=on
}

# await_start PID: waits until the guest has come to its command, or has ended;
# ends it if neither happens.
await_start()
{
	local seconds=${start_seconds[${accel%% *}]} deadline

	! is_debug "$kernel" || is_uml "$kernel" || seconds=${start_seconds[debug]}
	deadline=$((SECONDS + seconds))
	while [ ! -e "$rundir/started" ] && [ -d "/proc/$1" ]; do
		if [ "$SECONDS" -ge "$deadline" ]; then
			say "the guest did not come to its command in $seconds seconds"
			"end_$machine" "$1"
			return
		fi
		# a sleep that is no process
		read -r -t 1 <>"$rundir/input" || :
	done
}

# end_qemu PID: ends a guest.
end_qemu()
{
	kill "$1" 2>/dev/null
}

# run_qemu WHAT: lets a guest run to its end; returns qemu's status.
run_qemu()
{
	local pid status=0

	if [ "$1" = shell ]; then
		"${qemu[@]}"
		return
	fi
	# timeout passes a signal on to qemu, and gets one itself should this
	# shell be killed. qemu takes the end of its input for the end of
	# whoever listens: give it an input that does not end.
	setpriv --pdeathsig TERM \
		timeout -k 5 "$timeout" "${qemu[@]}" <>"$rundir/input" &
	pid=$!
	trap 'end_qemu "$pid"; wait "$pid"; exit 130' INT TERM HUP
	await_start "$pid"
	wait "$pid" || status=$?
	trap - INT TERM HUP
	return "$status"
}

# how_it_ended STATUS: says how a guest ended that left no status.
how_it_ended()
{
	local when='before it came to its command' how="$machine's status is $1"

	[ ! -e "$rundir/started" ] || when='while its command ran'
	case $1 in
	0)	how='its kernel gave up or was stopped' ;;
	124)	how="it was stopped after $timeout seconds (--timeout)" ;;
	137)	how="$machine was killed (signal 9); is there enough memory?" ;;
	129 | 1[3-9]?)	how="$machine ended by signal $(($1 - 128))" ;;
	esac
	say "the guest ended $when: $how"
}

# boot KERNEL WHAT [CMD...]: boots a guest that runs CMD (WHAT is run) or a
# shell (WHAT is shell), and returns the status of either. A guest that does not
# come to its command is booted again: no fault of what is to be run in it.
boot()
{
	local kernel=$1 what=$2 machine=qemu terminal='' output='' status retries=2

	shift 2
	[ "$what" = run ] || [ -t 0 ] || die "a shell wants a terminal"
	[ "$what" = run ] || terminal=/dev/hvc0
	if is_uml "$kernel"; then
		machine=uml accel=process why='user-mode Linux' verdict=''
		[ "$what" = run ] || terminal=$uml_line
		output=$uml_line
	elif [ -n "$icount" ]; then
		accel='tcg -icount' why='its clock counts instructions' verdict=''
	else
		find_accel
	fi

	rundir=$(mktemp -d)
	trap 'rm -rf -- "$rundir"' EXIT
	mkfifo "$rundir/input"
	printf '%q ' "$@" >"$rundir/command"
	{
		printf 'export VNET_KERNEL=%q VNET_BUILD=%q TERM=%q\n' \
			"$kernel" "/vnet/build/$kernel" "${TERM:-dumb}"
		printf 'VM_TERMINAL=%q VM_OUTPUT=%q\n' "$terminal" "$output"
		printf 'VM_TIMEOUT=%q VM_ROWS=%q VM_COLUMNS=%q\n' "$timeout" \
			"$(tput lines 2>/dev/null || echo 24)" \
			"$(tput cols 2>/dev/null || echo 80)"
	} >"$rundir/environment"
	# a copy, since the next compile replaces it
	[ ! -d "$build/$kernel/root" ] ||
		cp -r --preserve=mode "$build/$kernel/root" "$rundir/installed"
	console=${console:-$rundir/console}
	if is_uml "$kernel"; then
		mem=${mem:-$uml_mem}
	elif is_debug "$kernel"; then
		mem=${mem:-3072}
	else
		mem=${mem:-2048}
	fi

	while :; do
		: >"$console"
		"compose_$machine" "$kernel" "$what"
		say "Linux $release, $accel ($why), $cpus CPU(s), $mem MiB"
		status=0
		"run_$machine" "$what" || status=$?
		if [ -s "$rundir/status" ]; then
			return "$(<"$rundir/status")"
		fi
		say "the kernel's last words:"
		tail -n 100 "$console" >&2
		how_it_ended "$status"
		if [ -e "$rundir/started" ] || [ "$status" = 124 ] ||
			[ "$retries" = 0 ]; then
			break
		fi
		retries=$((retries - 1))
		if [ "$accel" = kvm ] && [ -n "$verdict" ]; then
			accel=tcg why='KVM was tried, and a guest died of it'
			keep_accel tcg
		fi
		say "booting it again, under $accel"
	done
	[ "$status" = 124 ] || status=125
	return "$status"
}
