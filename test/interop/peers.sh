# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
# shellcheck shell=bash disable=SC2034,SC2154
#
# peers: servers that others have written, for as long as a test runs. Sourced by try.sh.
#
#   need PROGRAM PACKAGE        ends the test as skipped unless there is such a program
#   free_port                   sets $port, a port of 127.0.0.1 on which nobody listens
#   start NAME PORT COMMAND...  runs it in the background and waits until it listens there; sets
#                               $peer_pid; what it says goes to $work/NAME.log
#   must_start ...              the same; ends the test as skipped when it does not come up
#   await COMMAND...            waits until that is true, $PATIENCE seconds at most
#   has_in FILE PATTERN         the file is there, and its text matches
#   stop PID                    ends what start has started, and waits for its end
#
# Each peer's files lie in $work, which goes with the test. `timeout` is around each: it ends them
# though the test be killed.
: "${LIFE:=150}" "${PATIENCE:=10}"

peers=()
# A hundred ports below what the system gives out (32768 and up), for this test alone: the lock is
# held as long as one of its processes lives.
window=$(($$ % 220)) lock=9
while command -v flock >/dev/null &&
    ! { exec {lock}>"${TMPDIR:-/tmp}/whimbrel-ports.$window" && flock -n "$lock"; }; do
    exec {lock}>&-
    window=$(((window + 1) % 220))
done 2>/dev/null
next_port=$((10000 + window * 100))

skip_all() {
    echo "skipped: $1"
    exit 77
}

# Debian has servers where ordinary users' PATH does not lead.
PATH=$PATH:/usr/sbin:/sbin

need() {
    command -v "$1" >/dev/null || skip_all "there is no $1; Debian has it in the package $2"
}

is_listening() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

free_port() {
    while port=$((next_port++)); is_listening "$port"; do
        :
    done
}

# Nothing ever comes from here: reading from it is a sleep without a process.
exec {never}<> <(:)

await() {
    local until=$((SECONDS + PATIENCE))

    until "$@"; do
        [ $SECONDS -lt $until ] || return 1
        read -rt 0.01 -u "$never" || :
    done
}

has_in() {
    local text=

    [ ! -e "$1" ] || IFS= read -rd '' text <"$1"
    # shellcheck disable=SC2053
    [[ $text == $2 ]]
}

is_up_or_gone() {
    is_listening "$1" || ! kill -0 "$2" 2>/dev/null
}

# launch NAME COMMAND...: without waiting, and with this one's standard input.
launch() {
    local log=$work/$1.log

    shift
    rm -f "$log"
    timeout -k 3 "$LIFE" "$@" >"$log" 2>&1 <&0 &
    peer_pid=$!
    peers+=("$peer_pid")
}

start() {
    local name=$1 port=$2

    shift 2
    launch "$name" "$@" </dev/null
    await is_up_or_gone "$port" "$peer_pid" && kill -0 "$peer_pid" 2>/dev/null && return
    echo "# $name did not start:"
    head -n 20 "$work/$name.log" | sed 's/^/#   /'
    return 1
}

must_start() {
    start "$@" || skip_all "$1 does not start here"
}

stop() {
    kill "$1" 2>/dev/null
    wait "$1" 2>/dev/null
}

# In place of the harness's.
clean_up() {
    local pid

    for pid in "${peers[@]}"; do
        kill "$pid" 2>/dev/null
    done
    wait
    rm -rf "$work" "${TMPDIR:-/tmp}/whimbrel-ports.$window"
}
