# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# The plugin that counts what the kernel executes. Sourced, with vm and build set.

# where it writes, as the guest sees it
plugin_output=/vnet/build/bench/profile.out

# build_plugin KERNEL: builds it with the compiler in the root; sets plugin_options
# to what vm run has to be told. With one CPU the kernel would take the lock
# prefixes out of its code.
build_plugin()
{
	mkdir -p "$build/bench"
	"$vm" chroot --kernel "$1" -- gcc -O2 -g -Wall -Wextra -Wno-unused-parameter \
		-fvisibility=hidden -fPIC -shared -o /vnet/build/bench/profile.so \
		/vnet/tests/bench/profile/plugin.c
	plugin_options=(
		--append 'noreplace-smp nokaslr'
		--plugin "$build/bench/profile.so,out=$build/bench/profile.out"
	)
}
