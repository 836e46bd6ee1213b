# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Builds what a guest boots from. Sourced by vm.
#
#   $cache/SUITE-HASH/root		a Debian userland, the same for every kernel
#   $cache/SUITE-HASH/KERNEL/layer	image, modules and headers of one kernel, laid
#					over the root when a guest boots
#   $cache/SUITE-HASH/KERNEL/{vmlinuz,release,initrd-HASH}
#
# The debug kernels are debug-HASH, kcsan-HASH and uml-HASH.
#
# A root and a layer appear under their name once they are complete, and are
# never changed after that: any number of guests can share them.

# shellcheck source=tests/vm/debug-kernel.sh
. "$vmdir/debug-kernel.sh"

packages=(
	# to build with
	dkms g++ gcc libc6-dev libmnl-dev make pahole pkg-config sparse
	# to boot with
	busybox-static cpio kmod udev xz-utils
	# to test and look around with
	bash-completion bpftool ethtool iperf3 iproute2 iptables iputils-arping
	iputils-ping less libcap2-bin mount netcat-openbsd nftables procps python3
	python3-pyroute2 python3-pytest python3-yaml socat spin strace tcpdump
	trace-cmd
)

# What Debian has from 13 on (or not in main before), and what only make bench,
# make lint and make fuzz run.
packages_trixie=(
	netperf xdp-tools
	gnuplot-nox
	clang clang-tidy coccinelle codespell flake8 libclang-rt-dev man-db mandoc mypy
	perl shellcheck yamllint
)

# Modules that stand between the kernel and its root.
boot_modules=(virtio_pci virtio_console 9pnet_virtio 9p overlay)

host_packages()
{
	local -A need=(
		[mmdebstrap]=mmdebstrap
		[qemu-system-x86_64]=qemu-system-x86
		[make]=make
	)
	local command log missing=()

	for command in "${!need[@]}"; do
		command -v "$command" >/dev/null || missing+=("${need[$command]}")
	done
	[ ${#missing[@]} -gt 0 ] || return 0

	say "installing on this machine: ${missing[*]}"
	if ! apt-cache show "${missing[@]}" >/dev/null 2>&1; then
		as_root apt-get -qq update >&2
	fi
	if ! log=$(as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
		--no-install-recommends install "${missing[@]}" 2>&1); then
		printf '%s\n' "$log" >&2
		die "could not install ${missing[*]}"
	fi
}

root_packages()
{
	printf '%s\n' "${packages[@]}"
	[ "$1" = bookworm ] || printf '%s\n' "${packages_trixie[@]}"
}

# Sets suite, kernel_suite, base (the cache of the suite) and kdir (that of the
# kernel).
locate()
{
	kernel_suites "$1"
	base=$cache/$suite-$(root_packages "$suite" | sha256sum | cut -c1-8)
	kdir=$base/$1
	! is_debug "$1" || kdir=$base/$(debug_name "$1")
}

# Removes a tree that root may have written. A build that was killed may have
# left /dev or /proc mounted in it.
remove_tree()
{
	as_root rm -rf --one-file-system -- "$@"
}

build_root()
{
	local new

	[ ! -d "$base/root" ] || return 0
	mkdir -p "$base"
	new=$base/new.$$
	say "building the Debian root ($suite) in $base: a few hundred megabytes, once"
	trap 'remove_tree "$new"' EXIT
	as_root mmdebstrap --variant=apt \
		--include="$(root_packages "$suite" | paste -sd,)" \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-include=/usr/share/doc/*/copyright' \
		"$suite" "$new" >&2 || die "mmdebstrap failed"
	# where enter mounts, and what a guest needs to read
	as_root mkdir -p "$new"/{layer,vnet,usr/src,usr/lib/modules}
	as_root chmod 755 "$new/root"
	as_root mv "$new" "$base/root"
	trap - EXIT
}

# Runs in the root of a suite: has apt know the packages of suite $2 as well.
use_suite()
{
	cat <<-'END'
	set -euo pipefail
	suite=$2
	export DEBIAN_FRONTEND=noninteractive
	if ! grep -qr " $suite " /etc/apt/sources.list; then
		sed -n "s/^deb \([^ ]*\) ${suite%-*} /deb \1 $suite /p" \
			/etc/apt/sources.list >"/etc/apt/sources.list.d/$suite.list"
	fi
	apt-get -qq update
	END
}

# Goes on there: fetches the newest kernel of series $1 with all that is named after
# it, and unpacks it into /layer.
fetch_kernel()
{
	use_suite
	cat <<-'END'
	series=$1 from=()
	match=$(printf %s "$series" | sed 's/[.]/[.]/g')
	image=$(apt-cache pkgnames linux-image- |
		grep -xE "linux-image-$match[.][^-]*(-[0-9]+)?-amd64" |
		sort -V | tail -n 1)
	if [ -z "$image" ]; then
		echo "vm: $suite has no kernel $series" >&2
		exit 1
	fi
	release=${image#linux-image-}
	echo "vm: fetching Linux $release from $suite" >&2
	# without -t, what backports has of other packages would stay out
	[[ $suite != *-backports ]] || from=(-t "$suite")
	apt-get -s "${from[@]}" install "$image" "linux-headers-$release" |
		sed -n "s/^Inst \(linux-[a-z]*-$match[^ ]*\) .*/\1/p" >/tmp/names
	cd /tmp
	xargs apt-get -qq -o APT::Sandbox::User=root download </tmp/names
	mkdir -p /layer/usr/lib
	ln -s usr/lib /layer/lib
	for deb in ./*.deb; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x -C /layer --keep-directory-symlink
	done
	depmod -b /layer "$release"
	echo "$release" >/layer/release
	find /layer -type f -name 'vmlinuz*' -exec mv {} /layer/vmlinuz ';'
	chmod 644 /layer/vmlinuz
	END
}

# in_writable_root DIR CMD...: runs CMD as root in the root of the suite, with DIR
# at /layer. Only apt's lists are to be changed.
in_writable_root()
{
	local dir=$1

	shift
	as_root unshare --mount --propagation private \
		bash "$vmdir/enter" --writable --bind "$dir" /layer \
		"$base/root" "$@"
}

# in_root_copy DIR CMD...: runs CMD as root in a copy of the root in DIR/root, with
# DIR/out at /layer. All is to be changed.
in_root_copy()
{
	local dir=$1

	shift
	as_root cp -a --reflink=auto "$base/root" "$dir/root"
	as_root unshare --mount --propagation private \
		bash "$vmdir/enter" --writable --bind "$dir/out" /layer "$dir/root" "$@"
}

build_kernel()
{
	local new=$base/new.$$ dir

	[ ! -d "$kdir" ] || return 0
	trap 'remove_tree "$new"' EXIT
	mkdir -p "$new/layer"
	in_writable_root "$new/layer" bash -c "$(fetch_kernel)" bash "$1" "$kernel_suite" >&2 ||
		die "could not fetch the kernel"
	as_root mv "$new/layer/release" "$new/layer/vmlinuz" "$new"
	# enter mounts the directories of a layer on those of the root
	for dir in "$new"/layer/usr/lib/linux-kbuild-*; do
		as_root mkdir -p "$base/root/usr/lib/${dir##*/}"
	done
	as_root mv "$new" "$kdir"
	trap - EXIT
}

# Runs in the root of the suite: writes the initrd to standard output.
make_initrd()
{
	cat <<-'END'
	set -euo pipefail
	release=$1
	shift
	cd "$(mktemp -d)"
	mkdir bin dev lower modules new proc run sys
	cp /bin/busybox bin/
	install -m 755 /vnet/tests/vm/init init
	: >modules/order
	for module; do
		modprobe -S "$release" --show-depends "$module"
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' >files
	while read -r file; do
		name=$(basename "${file%.xz}")
		case $file in
		*.xz)	xz -dc "$file" >"modules/$name" ;;
		*)	cp "$file" "modules/$name" ;;
		esac
		echo "$name" >>modules/order
	done <files
	rm files
	find . | cpio -o -H newc --quiet | gzip -1
	END
}

# build_initrd KERNEL: user-mode Linux has no modules between it and its root.
build_initrd()
{
	local new boot_modules=("${boot_modules[@]}")

	! is_uml "$1" || boot_modules=()
	initrd=$kdir/initrd-$({
		cat "$vmdir/init"
		make_initrd
		echo "${boot_modules[@]}"
	} | sha256sum | cut -c1-8)
	[ -s "$initrd" ] && return

	new=$(mktemp)
	in_root bash -c "$(make_initrd)" bash "$release" "${boot_modules[@]}" >"$new" ||
		die "could not make the initrd"
	chmod 644 "$new"
	as_root mv "$new" "$initrd"
}

# in_root [--bind-ro DIR AT] CMD...: runs CMD as the caller in the root of the
# suite, with the kernel's modules and headers in place, the checkout read-only at
# /vnet and the build directory writable at /vnet/build.
in_root()
{
	local more=()

	if [ "$1" = --bind-ro ]; then
		more=("${@:1:3}")
		shift 3
	fi
	as_root unshare --mount --propagation private \
		bash "$vmdir/enter" --layer "$kdir/layer" \
		--bind-ro "$checkout" /vnet --bind "$build" /vnet/build \
		"${more[@]}" --user "$(id -u):$(id -g)" "$base/root" "$@"
}

# build_vm KERNEL: makes what is missing; sets initrd and release as well.
build_vm()
{
	[ "$(uname -m)" = x86_64 ] || die "this runs on x86-64 only"
	locate "$1"
	# a guest mounts the one on the other, wherever it is
	mkdir -p "$cache" "$build" "$checkout/build"
	host_packages
	if [ ! -d "$base/root" ] || [ ! -d "$kdir" ]; then (
		lock "$cache/$suite.lock"
		build_root
		is_debug "$1" || build_kernel "$1"
	) fi
	# nobody else is to wait for it
	if [ ! -d "$kdir" ]; then (
		lock "$cache/debug.lock"
		build_debug_kernel "$1"
	) fi
	release=$(<"$kdir/release")
	build_initrd "$1"
}
