# SPDX-License-Identifier: GPL-2.0-or-later

O := build/host
KDIR := /lib/modules/$(shell uname -r)/build
KERNEL :=
version := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' kmod/dkms.conf)
vm := tests/vm/vm

# Where what is installed goes: ip looks for its plugins below /usr, so the
# plugin follows a prefix only when one is given.
prefix ?= /usr/local
plugin_prefix := $(if $(filter file default,$(origin prefix)),/usr,$(prefix))
dkmsdir := /usr/src/vnet-$(version)
dkms := $(if $(DESTDIR),,$(shell command -v dkms))
module := dkms.conf Kbuild COPYING include/uapi/linux/if_link_vnet.h \
	$(filter-out %.mod.c,$(patsubst kmod/%,%,$(wildcard kmod/*.[ch])))

all: lib plugin $(if $(wildcard $(KDIR)),kmod)  ## build all that can be built here

help:  ## say what there is
	@echo 'vnet $(version): make TARGET [VARIABLE=VALUE]'
	@sed -n 's/^\([a-z][a-z -]*\):.*  ## /\1\t/p' Makefile | expand -t 16 | sed 's/^/  /'
	@echo 'KERNEL is 6.1, 6.12, 7.2, debug, kcsan or uml; the machine that these run in is made on first use.'

kmod:  ## the module, for the running kernel or KDIR=
	$(MAKE) -C '$(KDIR)' M='$(CURDIR)/kmod' modules

lib:  ## the library
	$(MAKE) -C libvnetnl O='../$(O)/libvnetnl' prefix='$(prefix)' all

plugin:  ## the plugin for ip
	$(MAKE) -C iproute2-plugin O='../$(O)/iproute2-plugin' all

run: compile  ## see it work: boot, make a pair, move traffic, show it [KERNEL=6.12]
	$(vm) run $(vm_kernel) -- tests/vm/demo

shell: compile  ## a root shell in the same machine [KERNEL=6.12]
	$(vm) shell $(vm_kernel)

test:  ## all tests, on all kernels of Debian or on KERNEL=, a part on debug and kcsan
	tests/vm/test $(KERNEL)

test-long:  ## the debug kernels with storms that last, and each allocation failing [KERNEL=]
	tests/vm/test --long $(KERNEL)

soak:  ## random load and reconfiguration for [HOURS=1 KERNEL=debug SEED=]
	tests/vm/soak $(or $(KERNEL),debug) $(or $(HOURS),1) $(SEED)

test-kselftest:  ## the kernel's own driver tests, on 7.2, vnet and veth [TESTS=drivers/net/stats.py DEVICES=vnet UPDATE=1]
	tests/vm/kselftest $(DEVICES:%=--devices %) $(if $(UPDATE),--update) $(TESTS)

comma := ,

bench:  ## compare with veth and others [KERNEL=6.12 MODE=icount ROWS=a,b QUICK=1]
	$(if $(filter native,$(MODE)),,$(vm) compile --kernel $(or $(KERNEL),6.12$(comma)7.2))
	tests/bench/bench $(vm_kernel) $(MODE:%=--mode %) $(ROWS:%=--rows %) \
		$(if $(QUICK),--quick)

lint:  ## all static checks
	tests/vm/lint

SECONDS := 60

fuzz:  ## fuzz library and plugin, each target for [SECONDS=60]
	$(vm) chroot --kernel 6.12 -- /vnet/tests/fuzz/fuzz --seconds $(SECONDS)

SEED :=

fuzz-kernel: compile  ## fuzz the module's netlink interface [KERNEL=6.12 SECONDS=60 SEED=1]
	$(vm) run $(vm_kernel) --timeout $$(($(SECONDS) + 900)) -- \
		tests/fuzz/kernel/run --seconds $(SECONDS) --seed $(or $(SEED),1)

compile:
	$(vm) compile $(vm_kernel)

vm_kernel := $(KERNEL:%=--kernel %)

install: lib plugin  ## install for this machine, or below DESTDIR= [prefix=]
	$(MAKE) -C libvnetnl O='../$(O)/libvnetnl' prefix='$(prefix)' install
	$(MAKE) -C iproute2-plugin O='../$(O)/iproute2-plugin' \
		prefix='$(plugin_prefix)' install
	rm -rf '$(DESTDIR)$(dkmsdir)'
	install -d '$(DESTDIR)$(dkmsdir)'
	cd kmod && cp --parents $(module) '$(DESTDIR)$(dkmsdir)'
ifneq ($(dkms),)
	if [ -n "$$(dkms status vnet/$(version))" ]; then \
		dkms remove vnet/$(version) --all; fi
	dkms install vnet/$(version)
else ifeq ($(DESTDIR),)
	@echo 'note: dkms is not here: the module is not installed, only its source' >&2
endif
ifeq ($(DESTDIR),)
	ldconfig
endif

uninstall:  ## undo install, with the same variables
ifneq ($(dkms),)
	if [ -n "$$(dkms status vnet/$(version))" ]; then \
		dkms remove vnet/$(version) --all; fi
endif
	rm -rf '$(DESTDIR)$(dkmsdir)'
	$(MAKE) -C iproute2-plugin prefix='$(plugin_prefix)' uninstall
	$(MAKE) -C libvnetnl prefix='$(prefix)' uninstall

clean:  ## remove what was built
	rm -rf build
	cd kmod && rm -rf *.o *.ko *.mod *.mod.c .*.cmd .tmp_versions \
		Module.symvers modules.order

distclean: clean  ## and the Debian roots and kernels that were fetched
	$(vm) clean

.PHONY: all help kmod lib plugin run shell test test-long soak test-kselftest bench \
	lint fuzz fuzz-kernel compile install uninstall clean distclean
