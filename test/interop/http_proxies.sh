# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
# shellcheck shell=bash disable=SC2034,SC2086,SC2154
#
# http_proxies: tinyproxy and Squid for a test. Sourced behind nginx.sh.
#
#   start_tinyproxy NAME [LINE...]   $NAME is its address; lines of configuration may follow. Fails
#                                    when there is none that starts
#   start_squid NAME PORT [LINE...]      the same; PORT is "http_port" or "https_port", and options
#
# Both make tunnels to the ports of $tunnels only.

start_tinyproxy() {
    local name=$1 conf=$work/tinyproxy.$1

    shift
    command -v tinyproxy >/dev/null || return
    free_port
    {
        printf '%s\n' "Port $port" 'Listen 127.0.0.1' 'MaxClients 200' 'Timeout 60' \
            "PidFile \"$conf.pid\"" 'LogLevel Warning'
        printf 'ConnectPort %s\n' $tunnels
        printf '%s\n' "$@"
    } >"$conf"
    declare -g "$name=127.0.0.1:$port"
    start "tinyproxy_$name" "$port" tinyproxy -d -c "$conf"
}

start_squid() {
    local name=$1 conf=$work/squid.$1 port_line=$2

    command -v squid >/dev/null || return
    free_port
    mkdir -p "$work/squid"
    printf 'curlew:long_bill\n' >"$work/squid/logins"
    {
        printf '%s\n' "${port_line%% *} 127.0.0.1:$port ${port_line#*_port}" 'pid_filename none' \
            'cache_log /dev/null' 'access_log none' 'cache_store_log none' 'cache deny all' \
            'cache_mem 1 MB' 'memory_pools off' "coredump_dir $work/squid" 'netdb_filename none' \
            'shutdown_lifetime 0 seconds' 'max_filedescriptors 1024' \
            'visible_hostname squid.example' 'acl CONNECT method CONNECT' \
            "acl tunnels port $tunnels" \
            'http_access deny CONNECT !tunnels'
        printf '%s\n' "${@:3}"
        printf '%s\n' 'http_access allow localhost' 'http_access deny all'
    } >"$conf"
    # It refuses to be root, and what it becomes then is to find its files.
    if [ "$(id -u)" -eq 0 ]; then
        printf '%s\n' 'cache_effective_user proxy' >>"$conf"
        chmod 711 "$work"
        chown proxy "$work/squid"
    fi
    declare -g "$name=127.0.0.1:$port"
    start "squid_$name" "$port" squid -N -d 1 -f "$conf"
}
