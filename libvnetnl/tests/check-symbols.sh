#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the library exports is what its headers declare and what its version
# script lists, and a static library gives away no other name.

set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

$CC -E -P -Iinclude -I"$UAPI" include/vnetnl/vnetnl.h 2>/dev/null |
	grep -o '\bvnetnl_[a-z0-9_]*(' | tr -d '(' |
	sort -u >"$work/header"
sed -n 's/^\t\(vnetnl_[a-z0-9_]*\);$/\1/p' vnetnl.map |
	sort >"$work/map"
nm -D --defined-only "$BUILD/libvnetnl.so.0" |
	sed -n 's/.* T \([a-z0-9_]*\)@@.*/\1/p' | sort >"$work/shared"
nm -g --defined-only "$BUILD/libvnetnl.a" |
	sed -n 's/.* [A-Z] \(.*\)$/\1/p' | sort >"$work/static"

# compare NUMBER WHAT FILE FILE
compare()
{
	if diff "$3" "$4" >"$work/diff" && [ -s "$3" ]; then
		echo "ok $1 - $2"
	else
		sed 's/^/# /' "$work/diff"
		echo "not ok $1 - $2"
	fi
}

echo 1..4
compare 1 "the version script lists what the headers declare" \
	"$work/header" "$work/map"
compare 2 "the shared library exports what the headers declare" \
	"$work/header" "$work/shared"

grep -v '^vnetnl_' "$work/static" >"$work/alien"
if [ -s "$work/static" ] && ! [ -s "$work/alien" ]; then
	echo "ok 3 - names in the static library begin with vnetnl_"
else
	sed 's/^/# /' "$work/alien"
	echo "not ok 3 - names in the static library begin with vnetnl_"
fi

soname=$(objdump -p "$BUILD/libvnetnl.so.0" | sed -n 's/ *SONAME *//p')
if [ "$soname" = libvnetnl.so.0 ]; then
	echo "ok 4 - the SONAME is libvnetnl.so.0"
else
	echo "# it is $soname"
	echo "not ok 4 - the SONAME is libvnetnl.so.0"
fi
