# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Builds the project for a guest. Sourced by vm.
#
#   $build/KERNEL/kmod		a copy of the module's source, and the module
#   $build/KERNEL/libvnetnl	the library
#   $build/KERNEL/iproute2-plugin
#   $build/KERNEL/root		what is installed, to be laid over the guest's root

# stage KERNEL: brings the copy of the module's source up to date: Kbuild writes
# next to its sources, and the checkout is to stay as it is. A file that is gone
# from the checkout goes from the copy too, or it would still be found.
stage()
{
	local copy=$build/$1/kmod list=$build/$1/kmod.files file

	touch "$list"
	(cd "$checkout/kmod" && find . -type f \( -name '*.[ch]' -o -name Kbuild \) \
		! -name '*.mod.c') | sort >"$list.new"
	comm -23 "$list" "$list.new" | while read -r file; do
		rm -f -- "$copy/$file"
	done
	while read -r file; do
		cmp -s "$checkout/kmod/$file" "$copy/$file" ||
			install -D -m 644 "$checkout/kmod/$file" "$copy/$file"
	done <"$list.new"
	mv "$list.new" "$list"
}

# Runs in the root, in the checkout.
compile_inside()
{
	cat <<-'END'
	set -euo pipefail
	kernel=$1 release=$2 out=build/$1 modules=/usr/lib/modules/$2
	options=()
	case $kernel in
	debug | uml)	options=(KCOV_INSTRUMENT=y CONFIG_VNET_KUNIT_TEST=m) ;;
	# UBSAN looks at each bool that is read, and gcc 14 then forgets that it was
	# READ_ONCE(), which KCSAN takes for a race
	kcsan)		options=(UBSAN_SANITIZE=n) ;;
	esac
	[ "$kernel" != uml ] || options+=(ARCH=um KCFLAGS=-mcmodel=small)
	make --no-print-directory -C "$modules/build" \
		M="/vnet/$out/kmod" -j2 "${options[@]}" modules
	make --no-print-directory -s -j2 lib plugin O="$out"
	make --no-print-directory -s -C tests/fuzz/kernel O="/vnet/$out/fuzz"
	rm -rf "$out/root.new"
	make --no-print-directory -s install O="$out" \
		DESTDIR="/vnet/$out/root.new" prefix=/usr >"$out/install.log" ||
		{ cat "$out/install.log" >&2; exit 1; }
	install -D -m 644 "$out/kmod/vnet.ko" -t "$out/root.new$modules/updates"

	if cmp -s "$out/root$modules/updates/vnet.ko" "$out/kmod/vnet.ko"; then
		index=$out/root$modules
	else
		# depmod wants one directory with all modules in it
		index=/tmp/all/lib/modules/$release
		mkdir -p "$index"
		ln -s "$modules"/{kernel,modules.builtin,modules.builtin.modinfo,modules.order} \
			"/vnet/$out/root.new$modules/updates" "$index"
		depmod -b /tmp/all "$release"
	fi
	cp "$index"/modules.* "$out/root.new$modules"
	rm -rf "$out/root"
	mv "$out/root.new" "$out/root"
	END
}

compile()
{
	(
		mkdir -p "$build/$1"
		lock "$build/$1/lock"
		say "building for Linux $release in $build/$1"
		stage "$1"
		in_root bash -c "cd /vnet; $(compile_inside)" bash "$1" "$release"
	)
}
