# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Builds a debug kernel, from Debian's source, debug-kernel.config and the
# configuration of its own, KERNEL.config. Sourced by build.sh.

debug_series=7.2

# What building a kernel takes beyond what the root has.
debug_tools=(bc bison flex libelf-dev)

# Runs in a copy of the root, with the configuration in /layer/config: builds what is
# to become a layer in /layer/tree. What make M= needs of the source goes with it.
build_debug_tree()
{
	use_suite
	cat <<-'END'
	series=$1 jobs=$3 kernel=$4
	shift 4
	apt-get -qq -y --no-install-recommends install "$@" >/dev/null
	mkdir /layer/source
	cd /layer/source
	apt-get -qq -o APT::Sandbox::User=root download "linux-source-$series"
	dpkg-deb --fsys-tarfile ./*.deb |
		tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
		tar -xJ --strip-components=1

	make -s allnoconfig >/dev/null
	scripts/kconfig/merge_config.sh -m .config /layer/config >/dev/null
	make -s olddefconfig
	lost=$(grep -E '^(# )?CONFIG_' /layer/config | grep -vxFf .config) || :
	[ -z "$lost" ] || { printf 'not to be had:\n%s\n' "$lost"; exit 1; }

	export KBUILD_BUILD_USER=vnet KBUILD_BUILD_HOST=vnet LOCALVERSION=-vnet-$kernel
	make -j"$jobs" bzImage modules
	release=$(make -s kernelrelease)
	headers=/usr/src/linux-headers-$release
	mkdir -p /layer/tree/usr/lib
	ln -s usr/lib /layer/tree/lib
	make -s INSTALL_MOD_PATH=/layer/tree/usr modules_install
	make -s run-command \
		KBUILD_RUN_COMMAND="scripts/package/install-extmod-build /layer/tree$headers"
	cp .config "/layer/tree$headers"
	ln -sfn "$headers" "/layer/tree/usr/lib/modules/$release/build"
	cp arch/x86/boot/bzImage /layer/vmlinuz
	echo "$release" >/layer/release
	END
}

# debug_config KERNEL: prints the configuration.
debug_config()
{
	cat "$vmdir"/{debug-kernel,"$1"}.config
}

# debug_name KERNEL: the name of the directory that what is in this file makes.
debug_name()
{
	echo "$1-$({
		build_debug_tree
		echo "$debug_series" "${debug_tools[@]}"
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
	local new=$base/new.$$

	[ ! -d "$kdir" ] || return 0
	trap 'remove_tree "$new"' EXIT
	say "building the $1 kernel in $kdir: about 2000 files, three gigabytes for" \
		"the time being, once"
	mkdir -p "$new/out"
	debug_config "$1" >"$new/out/config"
	if ! in_root_copy "$new" bash -c "$(build_debug_tree)" bash \
		"$debug_series" "$kernel_suite" "$(nproc)" "$1" "${debug_tools[@]}" 2>&1 |
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
