# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
# shellcheck shell=bash disable=SC2034,SC2154
#
# haproxy: HAProxy in front of something. Sourced behind try.sh.
#
#   front NAME MODE OPTIONS PORT   what comes to $NAME_port goes on to that port, by MODE tcp or http;
#                                  OPTIONS are those of `bind`. $NAME is the URL, of https where
#                                  OPTIONS have "ssl"
#   start_haproxy
need haproxy haproxy

fronts=

front() {
    local name=$1 mode=$2 options=$3 to=$4 scheme=http

    free_port
    case " $options " in *' ssl '*) scheme=https ;; esac
    fronts+="
listen $name
    mode $mode
    bind 127.0.0.1:$port $options
    server origin 127.0.0.1:$to
"
    [ "$mode" = tcp ] || fronts+='    option forwardfor
'
    declare -g "$name=$scheme://127.0.0.1:$port" "${name}_port=$port"
}

start_haproxy() {
    cat >"$work/haproxy.conf" <<END
global
    maxconn 1000
    log stderr local0 warning
    nbthread 1
defaults
    timeout connect 10s
    timeout client 30s
    timeout server 30s
$fronts
END
    must_start haproxy "$port" haproxy -db -f "$work/haproxy.conf"
}
