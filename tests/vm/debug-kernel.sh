# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Builds a debug kernel, from Debian's source and the files that debug_config() names.
# Sourced by build.sh.

debug_series=7.2

# What building a kernel takes beyond what the root has.
debug_tools=(bc bison flex libelf-dev patch)

# Where user-mode Linux begins. With its own choice, 0x60000000, modules would not lie in
# the first two GiB, in which they can be built as on a real machine: else each call goes
# by a register, and what KCOV can tell of cannot be read off the code.
uml_start=0x10000000

# Runs in a copy of the root, with the configuration in /layer/config and what is to be
# patched in /layer/patch: builds what is to become a layer in /layer/tree. What make M=
# needs of the source goes with it.
build_debug_tree()
{
	use_suite
	cat <<-'END'
	series=$1 jobs=$3 kernel=$4 tools=$5 image=$7
	export ARCH=$6
	shift 7
	xargs apt-get -qq -y --no-install-recommends install <<<"$tools" >/dev/null
	mkdir /layer/source
	cd /layer/source
	apt-get -qq -o APT::Sandbox::User=root download "linux-source-$series"
	dpkg-deb --fsys-tarfile ./*.deb |
		tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
		tar -xJ --strip-components=1
	patch -s -p1 </layer/patch

	make -s allnoconfig >/dev/null
	scripts/kconfig/merge_config.sh -m .config /layer/config >/dev/null
	make -s olddefconfig
	lost=$(grep -E '^(# )?CONFIG_' /layer/config | grep -vxFf .config) || :
	[ -z "$lost" ] || { printf 'not to be had:\n%s\n' "$lost"; exit 1; }

	export KBUILD_BUILD_USER=vnet KBUILD_BUILD_HOST=vnet LOCALVERSION=-vnet-$kernel
	make -j"$jobs" "$@" "${image##*/}" modules
	release=$(make -s kernelrelease)
	headers=/usr/src/linux-headers-$release
	mkdir -p /layer/tree/usr/lib
	ln -s usr/lib /layer/tree/lib
	make -s INSTALL_MOD_PATH=/layer/tree/usr modules_install
	make -s run-command \
		KBUILD_RUN_COMMAND="scripts/package/install-extmod-build /layer/tree$headers"
	# this much of x86 user-mode Linux has as well
	[ "$ARCH" != um ] ||
		cp -r --parents arch/x86/{Makefile.um,include,um/asm,um/shared} \
			"/layer/tree$headers"
	cp .config "/layer/tree$headers"
	ln -sfn "$headers" "/layer/tree/usr/lib/modules/$release/build"
	cp "$image" /layer/vmlinuz
	echo "$release" >/layer/release
	END
}

# debug_config KERNEL: prints the configuration.
debug_config()
{
	if is_uml "$1"; then
		cat "$vmdir"/{debug-kernel,"$1"}.config
	else
		cat "$vmdir"/{debug-kernel,debug-guest,"$1"}.config
	fi
}

# debug_patch KERNEL: prints what is changed in Debian's source.
debug_patch()
{
	! is_uml "$1" || cat "$vmdir/uml.patch"
}

# debug_image KERNEL: prints the architecture, what of its tree is booted, and variables
# for make.
debug_image()
{
	if is_uml "$1"; then
		echo um linux "START=$uml_start"
	else
		echo x86 arch/x86/boot/bzImage
	fi
}

# debug_name KERNEL: the name of the directory that what is in this file makes.
debug_name()
{
	echo "$1-$({
		build_debug_tree
		echo "$debug_series" "${debug_tools[@]}"
		debug_image "$1"
		debug_patch "$1"
		debug_config "$1"
	} | sha256sum | cut -c1-8)"
}

# progress KERNEL LOG: keeps what make says, and says how far it is.
progress()
{
	tee "$2" | awk -v kernel="$1" '/^  (CC|AS)/ && ++files % 300 == 0 {
		printf "vm: the %s kernel: %d files compiled\n", kernel, files
		fflush()
	}' >&2
}

# build_debug_kernel KERNEL: makes $kdir.
build_debug_kernel()
{
	local new=$base/new.$$ image

	[ ! -d "$kdir" ] || return 0
	trap 'remove_tree "$new"' EXIT
	read -ra image < <(debug_image "$1")
	say "building the $1 kernel in $kdir: about 2000 files, three gigabytes for" \
		"the time being, once"
	mkdir -p "$new/out"
	debug_config "$1" >"$new/out/config"
	debug_patch "$1" >"$new/out/patch"
	if ! in_root_copy "$new" bash -c "$(build_debug_tree)" bash \
		"$debug_series" "$kernel_suite" "$(nproc)" "$1" "${debug_tools[*]}" \
		"${image[@]}" 2>&1 |
		progress "$1" "$new/log"; then
		tail -n 40 "$new/log" >&2
		die "could not build the $1 kernel"
	fi
	mkdir "$new/done"
	as_root mv "$new/out/tree" "$new/done/layer"
	as_root mv "$new/out/release" "$new/out/vmlinuz" "$new/done"
	as_root mv "$new/done" "$kdir"
	remove_tree "$new"
	trap - EXIT
}
