# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Boots a guest. Sourced by vm.

# Seconds that a guest under KVM gets to come up; a working one needs two.
probe_seconds=12

# Prints the value for a QEMU option: a comma in it is written twice.
quoted()
{
	printf %s "${1//,/,,}"
}

# Tries KVM by booting a guest with it and sets accel to kvm or tcg. What came
# out is kept for as long as this machine stays the same.
find_accel()
{
	local key result log

	accel=tcg why='this user has no access to /dev/kvm'
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
	result=$cache/accel-$key
	if [ ! -s "$result" ]; then
		say "trying KVM: this takes up to $probe_seconds seconds, once"
		log=$(mktemp)
		timeout -k 1 "$probe_seconds" qemu-system-x86_64 -accel kvm \
			-cpu host -smp 2 -m 512 -nodefaults -no-user-config \
			-display none -no-reboot -kernel "$kdir/vmlinuz" \
			-initrd "$initrd" -serial "file:$(quoted "$log")" \
			-append 'console=ttyS0 panic=-1 vm.probe' \
			</dev/null >/dev/null 2>&1 || :
		if grep -q '^vm: the guest is up' "$log"; then
			echo kvm >"$log"
		else
			echo tcg >"$log"
		fi
		chmod 644 "$log"
		mv "$log" "$result"
	fi
	accel=$(<"$result")
	case $accel in
	kvm)	why='tried, works' ;;
	*)	why='KVM was tried here, and no guest comes up with it' ;;
	esac
}

# share TAG DIR [OPTION]: adds a directory of the host to qemu.
share()
{
	qemu+=(
		-fsdev "local,id=$1,path=$(quoted "$2"),security_model=none,multidevs=remap${3:+,$3}"
		-device "virtio-9p-pci,fsdev=$1,mount_tag=$1"
	)
}

# boot KERNEL WHAT [CMD...]: boots a guest that runs CMD (WHAT is run) or a
# shell (WHAT is shell), and returns the status of either.
boot()
{
	local kernel=$1 what=$2 append pid status=0

	shift 2
	[ "$what" = run ] || [ -t 0 ] || die "a shell wants a terminal"
	[ -n "$icount" ] && accel='tcg -icount' why='its clock counts instructions'
	[ -n "$icount" ] || find_accel

	rundir=$(mktemp -d)
	trap 'rm -rf -- "$rundir"' EXIT
	printf '%q ' "$@" >"$rundir/command"
	{
		printf 'export VNET_KERNEL=%q VNET_BUILD=%q TERM=%q\n' \
			"$kernel" "/vnet/build/$kernel" "${TERM:-dumb}"
		printf 'VM_TIMEOUT=%q VM_ROWS=%q VM_COLUMNS=%q\n' "$timeout" \
			"$(tput lines 2>/dev/null || echo 24)" \
			"$(tput cols 2>/dev/null || echo 80)"
	} >"$rundir/environment"
	console=${console:-$rundir/console}
	: >"$console"

	append='console=ttyS0 panic=-1 oops=panic rcupdate.rcu_cpu_stall_timeout=60'
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
	tcg)		qemu+=(-accel "tcg,thread=multi" -cpu max) ;;
	'tcg -icount')	qemu+=(-accel tcg -cpu max -icount "shift=0,sleep=off") ;;
	*)		die "VNET_ACCEL is kvm or tcg, not $accel" ;;
	esac
	case $what in
	run)	qemu+=(-device "virtserialport,chardev=host,name=vm.output") ;;
	shell)	qemu+=(-device "virtconsole,chardev=host") ;;
	esac
	share root "$base/root" readonly=on
	share kernel "$kdir/layer" readonly=on
	share checkout "$checkout" readonly=on
	share build "$build"
	share run "$rundir"
	# a copy, since the next compile replaces it
	if [ -d "$build/$kernel/root" ]; then
		cp -r --preserve=mode "$build/$kernel/root" "$rundir/installed"
		share installed "$rundir/installed" readonly=on
	fi

	say "Linux $release, $accel ($why), $cpus CPU(s), $mem MiB"
	if [ "$what" = shell ]; then
		"${qemu[@]}" || status=$?
	else
		# qemu takes the end of its input for the end of whoever
		# listens: give it an input that does not end
		mkfifo "$rundir/input"
		# timeout passes a signal on to qemu, and gets one itself
		# should this shell be killed
		setpriv --pdeathsig TERM \
			timeout -k 5 "$timeout" "${qemu[@]}" <>"$rundir/input" &
		pid=$!
		trap 'kill "$pid" 2>/dev/null; wait "$pid"; exit 130' INT TERM HUP
		wait "$pid" || status=$?
		trap - INT TERM HUP
	fi

	if [ -s "$rundir/status" ]; then
		return "$(<"$rundir/status")"
	fi
	say "the kernel's last words:"
	tail -n 100 "$console" >&2
	if [ "$status" = 124 ]; then
		say "the guest was stopped after $timeout seconds (--timeout)"
		return 124
	fi
	say "the guest ended without a status: it crashed, or could not start"
	return 125
}
