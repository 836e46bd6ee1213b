#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The public headers, and the UAPI header, compile alone and without a warning:
# in the dialects of C and C++ that people use, -pedantic, with each compiler
# that is here. So do the doxygen comments, where clang can tell.

set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0

# result STATUS WHAT
result()
{
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		sed 's/^/# /' "$work/log"
		echo "not ok $n - $2"
	fi
}

# skip WHAT WHY
skip()
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# compile COMPILER LANGUAGE STANDARD
compile()
{
	what="$1 -std=$3"
	if ! echo 'int i;' | "$1" -x "$2" -fsyntax-only - 2>/dev/null; then
		skip "$what" "no such compiler here"
		return
	fi
	status=0
	for header in linux/if_link_vnet.h vnetnl/link.h vnetnl/message.h \
		      vnetnl/io.h vnetnl/vnetnl.h; do
		# Twice, so that the include guard is tested as well
		printf '#include <%s>\n#include <%s>\n' $header $header |
			"$1" -x "$2" -std="$3" -pedantic -Wall -Wextra \
			-Werror -Iinclude -I"$UAPI" -fsyntax-only - \
			>"$work/log" 2>&1 || { status=1; break; }
	done
	result $status "$what"
}

echo 1..14
for cc in gcc clang; do
	for std in c99 c11 gnu11; do
		compile $cc c $std
	done
done
for cxx in g++ clang++; do
	for std in c++11 c++17 c++20; do
		compile $cxx c++ $std
	done
done

# A C++ program that uses a function of each header
cat >"$work/program.cc" <<'EOF'
#include <vnetnl/vnetnl.h>

int main()
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	struct mnl_socket *nl;
	char buf[64];

	if (!link || vnetnl_open(&nl))
		return 1;
	vnetnl_link_set_tx_ring(link, VNET_RING_MAX);
	bool ok = vnetnl_link_build_get(link, buf, sizeof(buf), 1) < 0;
	mnl_socket_close(nl);
	vnetnl_link_free(link);
	return ok ? 0 : 1;
}
EOF
what="a C++ program links and runs"
if command -v "$CXX" >/dev/null; then
	"$CXX" -Iinclude -I"$UAPI" -o "$work/program" "$work/program.cc" \
		"$BUILD/libvnetnl.a" -lmnl -pthread >"$work/log" 2>&1 &&
		"$work/program" >>"$work/log" 2>&1
	result $? "$what"
else
	skip "$what" "no C++ compiler here"
fi

what="doxygen comments say what the functions take"
if command -v clang >/dev/null; then
	clang -std=gnu11 -Wdocumentation -Werror -Iinclude -I"$UAPI" \
		-fsyntax-only src/*.c >"$work/log" 2>&1
	result $? "$what"
else
	skip "$what" "no clang here"
fi
