#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is installed is all that a program needs: one is built against it, from
# what vnetnl.pc says, with the shared and with the static library.

set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
libdir=/opt/vnet/lib/here

# result NUMBER STATUS WHAT
result()
{
	if [ "$2" = 0 ]; then
		echo "ok $1 - $3"
	else
		sed 's/^/# /' "$work/log"
		echo "not ok $1 - $3"
	fi
}

# field NAME: of vnetnl.pc, with its variables replaced
field()
{
	sed -n "s/^$1: *//p" "$root$libdir/pkgconfig/vnetnl.pc" |
		sed -e "s|\${libdir}|$root$libdir|g" \
		    -e "s|\${includedir}|$root/opt/vnet/include|g"
}

# run_make TARGET
run_make()
{
	${MAKE:-make} -s O="$BUILD" DESTDIR="$root" prefix=/opt/vnet \
		libdir=$libdir pythondir=/opt/vnet/python "$1" >"$work/log" 2>&1
}

echo 1..7
run_make install
result 1 $? "make install"

(cd "$root" && find . ! -type d | sort) >"$work/is"
cat >"$work/should_be" <<EOF
./opt/vnet/include/linux/if_link_vnet.h
./opt/vnet/include/vnetnl/io.h
./opt/vnet/include/vnetnl/link.h
./opt/vnet/include/vnetnl/message.h
./opt/vnet/include/vnetnl/vnetnl.h
./opt/vnet/lib/here/libvnetnl.a
./opt/vnet/lib/here/libvnetnl.so
./opt/vnet/lib/here/libvnetnl.so.0
./opt/vnet/lib/here/pkgconfig/vnetnl.pc
EOF
(cd python && find pyroute2_vnet -name '*.py' -o -name py.typed) |
	sed 's|^|./opt/vnet/python/|' | sort >>"$work/should_be"
diff "$work/should_be" "$work/is" >"$work/log"
result 2 $? "nothing else is installed, and nothing less"

[ "$(field Requires)" = libmnl ] && ! grep -q @ \
	"$root$libdir/pkgconfig/vnetnl.pc"
result 3 $? "vnetnl.pc requires libmnl"
version=$(field Version)

cat >"$work/program.c" <<'EOF'
#include <vnetnl/vnetnl.h>

int main(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();

	if (!link)
		return 1;
	vnetnl_link_set_tx_ring(link, VNET_RING_DEFAULT);
	vnetnl_link_free(link);
	return 0;
}
EOF
# shellcheck disable=SC2046 # they are words
$CC $(field Cflags) -o "$work/shared" "$work/program.c" $(field Libs) \
	-lmnl >"$work/log" 2>&1 &&
	LD_LIBRARY_PATH=$root$libdir "$work/shared" >>"$work/log" 2>&1
result 4 $? "a program with the shared library"

# shellcheck disable=SC2046 # they are words
$CC $(field Cflags) -o "$work/static" "$work/program.c" \
	"$root$libdir/libvnetnl.a" -lmnl $(field Libs.private) \
	>"$work/log" 2>&1 && "$work/static" >>"$work/log" 2>&1
result 5 $? "a program with the static library"

run_make uninstall && [ -z "$(find "$root" ! -type d | tee "$work/log")" ]
result 6 $? "make uninstall"

python=$(sed -n 's/^version = "\(.*\)"/\1/p' python/pyproject.toml)
echo "vnetnl.pc has $version, pyproject.toml has $python" >"$work/log"
[ -n "$version" ] && [ "$version" = "$python" ]
result 7 $? "the library and the Python package are of one version"
