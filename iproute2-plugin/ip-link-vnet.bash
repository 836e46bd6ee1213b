# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion of "ip link ... type vnet". All else is left to the completion of
# ip that is there already, or that bash-completion loads when it is wanted.

# Prints the name of the function that completes ip now, if there is one.
_vnet_ip_current()
{
	local -a spec
	local i

	read -ra spec <<<"$(complete -p ip 2>/dev/null)"
	for ((i = 0; i < ${#spec[@]}; i++)); do
		[[ ${spec[i]} == -F ]] && printf '%s\n' "${spec[i + 1]}"
	done
}

# Completes as if this file were not there.
_vnet_ip_stock()
{
	if [[ ! ${_vnet_ip_wrapped-} ]]; then
		complete -r ip
		if declare -F _comp_load >/dev/null; then
			_comp_load ip
		elif declare -F __load_completion >/dev/null; then
			__load_completion ip
		fi
		_vnet_ip_wrapped=$(_vnet_ip_current)
		complete -F _vnet_ip ip
	fi
	"${_vnet_ip_wrapped:-:}" "$@"
}

# _vnet_ip_offer WORDS: those of them that begin as what is being typed
_vnet_ip_offer()
{
	local words

	words=$(compgen -W "$1" -- "${COMP_WORDS[COMP_CWORD]}") &&
		mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY <<<"$words"
}

# _vnet_ip_unsaid WORDS: likewise, without those that have been said
_vnet_ip_unsaid()
{
	local -a rest=()
	local word

	for word in $1; do
		[[ " ${said[*]} " == *" $word "* ]] || rest+=("$word")
	done
	_vnet_ip_offer "${rest[*]}"
}

_vnet_ip_ring_sizes()
{
	local n

	for ((n = 64; n <= 32768; n *= 2)); do
		printf '%s\n' "$n"
	done
}

_vnet_ip_netns()
{
	local ns

	for ns in /run/netns/*; do
		[[ -e $ns ]] && printf '%s\n' "${ns##*/}"
	done
}

_vnet_ip_cpus()
{
	local cpu

	for cpu in /sys/devices/system/cpu/cpu[0-9]*; do
		[[ -e $cpu ]] && printf '%s\n' "${cpu##*/cpu}"
	done
}

# What may follow on "gen" without a new option: "on", "off", "rate PPS".
_vnet_ip_gen()
{
	local i words='on off rate'

	for ((i = ${#said[@]} - 1; i >= 0; i--)); do
		case ${said[i]} in
			gen)
				_vnet_ip_offer "$words"
				return
				;;
			on | off)
				words=${words/on off/}
				;;
			rate)
				words=${words/rate/}
				;;
			*_* | queue)
				return
				;;
		esac
	done
}

# _vnet_ip_options WORDS: options of a device, or one of WORDS
_vnet_ip_options()
{
	local words='tx_ring rx_ring tx_usecs tx_frames'

	case $prev in
		tx_ring | rx_ring)
			_vnet_ip_offer "$(_vnet_ip_ring_sizes)"
			return
			;;
		rx_pause | tx_pause | flow_control)
			_vnet_ip_offer 'on off'
			return
			;;
		gen)
			_vnet_ip_offer 'on off rate'
			return
			;;
		rate | tx_usecs | tx_frames)
			return
			;;
		queue)
			_vnet_ip_offer all
			return
			;;
		cpu)
			_vnet_ip_offer "any $(_vnet_ip_cpus)"
			return
			;;
	esac
	if ((${#said[@]} > 1)) && [[ ${said[-2]} == queue ]]; then
		_vnet_ip_offer cpu
		return
	fi

	_vnet_ip_gen
	words+=' rx_pause tx_pause'
	[[ " ${said[*]} " == *'_pause '* ]] || words+=' flow_control'
	_vnet_ip_unsaid "$words gen $1"
	# of each queue
	_vnet_ip_offer queue
}

# The peer as a link, before its own "type vnet".
_vnet_ip_peer()
{
	case $prev in
		type)
			_vnet_ip_offer vnet
			;;
		netns)
			_vnet_ip_offer "$(_vnet_ip_netns)"
			;;
		arp | multicast | allmulticast | promisc | carrier)
			_vnet_ip_offer 'on off'
			;;
		addrgenmode)
			_vnet_ip_offer 'eui64 none stable_secret random'
			;;
		name | address | broadcast | mtu | txqueuelen | index | group | \
			alias | numtxqueues | numrxqueues | gso_max_size | \
			gso_max_segs | gro_max_size | :) ;;
		*)
			_vnet_ip_unsaid 'name address broadcast mtu txqueuelen
				index netns group alias numtxqueues numrxqueues
				up down arp multicast allmulticast promisc
				carrier addrgenmode gso_max_size gso_max_segs
				gro_max_size type'
			;;
	esac
}

_vnet_ip()
{
	local object='' command='' part=link prev='' word i
	local -a said=()

	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ ! $object ]]; then
			if [[ $word == -@(f|family|rc|rcvbuf|l|loops|n|netns) ]]
			then
				((i++))
			elif [[ $word != -* ]]; then
				object=$word
			fi
			continue
		fi
		: "${command:=$word}"
		case $part:$prev:$word in
			link:type:vnet)
				part=options said=()
				;;
			options:*:peer)
				part=peer said=()
				;;
			peer:type:vnet)
				part=peer_options said=()
				;;
			*)
				said+=("$word")
				;;
		esac
		prev=$word
	done

	[[ $object && link == "$object"* ]] || part=stock

	COMPREPLY=()
	case $part in
		options)
			word=''
			[[ $command == @(a|add|replace) ]] && word+=' peer'
			[[ ${said[*]} ]] || word+=' help'
			_vnet_ip_options "$word"
			;;
		peer)
			_vnet_ip_peer
			;;
		peer_options)
			_vnet_ip_options ''
			;;
		*)
			_vnet_ip_stock "$@"
			[[ $part == link && $prev == @(type|help) &&
				" ${COMPREPLY[*]} " != *' vnet '* ]] &&
				_vnet_ip_offer vnet
			;;
	esac
	return 0
}

[[ $(_vnet_ip_current) == _vnet_ip ]] || _vnet_ip_wrapped=$(_vnet_ip_current)
complete -F _vnet_ip ip
