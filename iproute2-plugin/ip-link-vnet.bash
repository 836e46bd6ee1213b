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

# _vnet_ip_unsaid WORDS SAID...: likewise, without those that have been said
_vnet_ip_unsaid()
{
	local -a rest=()
	local word

	for word in $1; do
		[[ " ${*:2} " == *" $word "* ]] || rest+=("$word")
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

_vnet_ip_gen_options='rate bitrate count duration proto tcp raw vlan vlan_prio
	qinq src_mac dst_mac src dst src_port dst_port random flows size csum
	payload seed queues burst'

# Takes apart what has been said of a device: sets options, gen and queue to what
# need not be offered again, in_gen if words of "gen" may follow, and wanted to
# what wants a value, if anything does. Words of "queue" may follow where queue is
# not empty.
_vnet_ip_scan()
{
	local word

	wanted='' in_gen='' options=() gen=() queue=()
	for word in "${said[@]}"; do
		case $wanted in
			'') ;;
			queue)
				wanted='setting of a queue'
				continue
				;;
			'setting of a queue')
				queue=("$word")
				wanted=$word
				continue
				;;
			*)
				wanted=''
				continue
				;;
		esac
		if [[ ${queue[*]} && $word == @(cpu|failed) ]]; then
			queue+=("$word")
			wanted=$word
			continue
		fi
		queue=()
		if [[ $in_gen && $word == @(on|off) ]]; then
			gen+=(on off)
		elif [[ $in_gen && " $_vnet_ip_gen_options " == \
			*[[:space:]]"$word"[[:space:]]* ]]; then
			gen+=("$word")
			wanted="gen $word"
		elif [[ $word == gen ]]; then
			options+=(gen)
			in_gen=1
		else
			options+=("$word")
			in_gen=''
			wanted=$word
		fi
	done
}

# What a list of fields can go on with.
_vnet_ip_fields()
{
	local cur=${COMP_WORDS[COMP_CWORD]} before='' field

	[[ $cur != *,* ]] || before=${cur%,*},
	for field in src_mac dst_mac src dst src_port dst_port; do
		[[ ,$before == *,"$field",* ]] ||
			printf '%s\n' "$before$field"
	done
	[[ $before ]] || printf '%s\n' all none
}

# The value of what wants one.
_vnet_ip_value()
{
	case $wanted in
		tx_ring | rx_ring)
			_vnet_ip_offer "$(_vnet_ip_ring_sizes)"
			;;
		rx_pause | tx_pause | flow_control | adaptive_rx | adaptive_tx | irq | \
			failed)
			_vnet_ip_offer 'on off'
			;;
		queue)
			_vnet_ip_offer all
			;;
		'setting of a queue')
			_vnet_ip_offer 'cpu failed'
			;;
		cpu)
			_vnet_ip_offer "any $(_vnet_ip_cpus)"
			;;
		'gen rate')
			_vnet_ip_offer max
			;;
		'gen proto')
			_vnet_ip_offer 'arp udp4 udp6 tcp4 tcp6 icmp4 icmp6 raw'
			;;
		'gen tcp')
			_vnet_ip_offer 'syn ack data'
			;;
		'gen vlan' | 'gen qinq')
			_vnet_ip_offer none
			;;
		'gen random')
			_vnet_ip_offer "$(_vnet_ip_fields)"
			;;
		'gen size')
			_vnet_ip_offer imix
			;;
		'gen csum')
			_vnet_ip_offer 'valid unnecessary bad'
			;;
		'gen payload')
			_vnet_ip_offer 'zeros pattern random pktgen'
			;;
		'gen queues')
			_vnet_ip_offer 'all hash'
			;;
	esac
}

# _vnet_ip_options WORDS: options of a device, or one of WORDS
_vnet_ip_options()
{
	local wanted in_gen words='tx_ring rx_ring tx_usecs tx_frames rx_usecs rx_frames
		adaptive_rx adaptive_tx irq'
	local -a options gen queue

	_vnet_ip_scan
	if [[ $wanted ]]; then
		_vnet_ip_value
		return
	fi
	if [[ $in_gen ]]; then
		# of these there is one
		[[ " ${gen[*]} " != *' '?(bit)'rate '* ]] || gen+=(rate bitrate)
		_vnet_ip_unsaid "on off $_vnet_ip_gen_options" "${gen[@]}"
		[[ ${gen[*]} ]] || return
	fi

	[[ ! ${queue[*]} ]] || _vnet_ip_unsaid 'cpu failed' "${queue[@]}"

	words+=' rx_pause tx_pause'
	[[ " ${options[*]} " == *'_pause '* ]] || words+=' flow_control'
	_vnet_ip_unsaid "$words gen $1" "${options[@]}"
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
			gso_max_segs | gro_max_size) ;;
		*)
			_vnet_ip_unsaid 'name address broadcast mtu txqueuelen
				index netns group alias numtxqueues numrxqueues
				up down arp multicast allmulticast promisc
				carrier addrgenmode gso_max_size gso_max_segs
				gro_max_size type' "${said[@]}"
			;;
	esac
}

_vnet_ip()
{
	local object='' command='' part=link prev='' glue='' word i
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
				# readline breaks words at each colon
				if [[ ${said[*]} && ($glue || $word == :*) ]]; then
					said[-1]+=$word
				else
					said+=("$word")
				fi
				;;
		esac
		glue=''
		[[ $word != :* ]] || glue=1
		prev=$word
	done

	[[ $object && link == "$object"* ]] || part=stock

	COMPREPLY=()
	[[ ! $glue || $part == @(link|stock) ]] || return 0
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
