#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# Programs that were built for the system's libcurl do their work on the drop-in: git, cmake, gdb,
# ostree and python's pycurl, each if it is installed.
# shellcheck source=test/dropin/harness.sh
. "$(dirname "$0")/harness.sh"

# has PROGRAM PACKAGE: else says that it is skipped.
has() {
    command -v "$1" >/dev/null && return
    skip "$1 works on the drop-in" "there is no $1; Debian has it in $2"
    return 1
}

# uses_dropin COMMAND...: runs it, and tells whether the drop-in was loaded and nothing was said
# about its symbols.
uses_dropin() {
    rm -f "$work"/loader.*
    LD_DEBUG=libs LD_DEBUG_OUTPUT=$work/loader on_dropin "$@" >"$work/said" 2>&1 || {
        cat "$work/said"
        return 1
    }
    cat "$work/said"
    ! grep -q 'no version information' "$work/said" &&
        cat "$work"/loader.* | grep -qF "calling init: $DROPIN/libcurl"
}

git_here() {
    git -c user.name=curlew -c user.email=curlew@shore.example -c init.defaultBranch=main \
        -c gc.auto=0 -C "$work/folder/source" "$@"
}

# Files of several sizes, two commits; what dumb HTTP serves of them, loose.
make_repository() {
    local i

    mkdir "$work/folder/source"
    git_here init -q
    for ((i = 0; i < 60; i++)); do
        seq $((i * 97)) >"$work/folder/source/file$i"
    done
    git_here add . && git_here commit -q -m 'sixty files'
    echo curlew >"$work/folder/source/curlew"
    git_here add . && git_here commit -q -m 'and one more'
    git_here update-server-info
}

# same_head FOLDER
same_head() {
    [ "$(git -C "$1" rev-parse HEAD)" = "$(git_here rev-parse HEAD)" ] && git -C "$1" fsck --strict
}

try_git() {
    local url=$base/files/source/.git

    has git git || return
    ldd "$(git --exec-path)/git-remote-http" | grep -q libcurl || {
        skip 'git clones' 'its git-remote-http does not use libcurl'
        return
    }
    make_repository
    holds 'git clones loose objects' uses_dropin git clone -q "$url" "$work/clone"
    holds 'the clone is whole' same_head "$work/clone"
    git_here commit -q --allow-empty -m 'nothing new' && git_here update-server-info
    holds 'git pulls what is new' uses_dropin git -C "$work/clone" pull -q
    holds 'the clone has it' same_head "$work/clone"
    git_here gc -q && git_here update-server-info
    holds 'git clones a pack' uses_dropin git clone -q "$url" "$work/second"
    holds 'that clone is whole' same_head "$work/second"
    is 'git lists what is there' \
        "$(on_dropin git ls-remote "$url" HEAD 2>&1 | cut -f1)" "$(git_here rev-parse HEAD)"
    on_dropin git clone -q "$base/files/nowhere" "$work/nowhere" >"$work/said" 2>&1
    is 'git says that a repository is not there' "$? $(grep -c 'not found' "$work/said")" '128 1'
}

try_cmake() {
    has cmake cmake || return
    ldd "$(command -v cmake)" | grep -q libcurl || {
        skip 'cmake downloads' 'it does not use libcurl'
        return
    }
    cat >"$work/transfers.cmake" <<END
file(DOWNLOAD $base/bytes/123456 $work/downloaded STATUS status SHOW_PROGRESS
     EXPECTED_HASH SHA256=$(sha256sum <"$work/pattern" | cut -d' ' -f1))
message(STATUS "download \${status}")
file(UPLOAD $work/downloaded $base/echo STATUS status LOG log TIMEOUT 10)
message(STATUS "upload \${status}")
file(DOWNLOAD $base/status/404 $work/missing STATUS status)
message(STATUS "missing \${status}")
file(DOWNLOAD $base/hang $work/missing STATUS status TIMEOUT 1)
message(STATUS "hanging \${status}")
END
    holds 'cmake transfers' uses_dropin cmake -P "$work/transfers.cmake"
    grep -a 'download 0;' "$work/said" >/dev/null && cmp -s "$work/downloaded" "$work/pattern"
    is 'cmake downloads what is there' $? 0
    is 'cmake uploads' "$(grep -ac 'upload 0;' "$work/said")" 1
    is 'cmake says what is missing' "$(grep -ac 'missing 22;' "$work/said")" 1
    is 'cmake gives up in time' "$(grep -ac 'hanging 28;' "$work/said")" 1
}

# gdb asks a server for the debugging information of what it reads (debuginfod).
try_gdb() {
    local id place

    has gdb gdb || return
    ldd "$(command -v gdb)" | grep -q libdebuginfod || {
        skip 'gdb fetches' 'it does not use libdebuginfod'
        return
    }
    printf 'int curlew = 42;\nint main(void)\n{\n    return curlew;\n}\n' >"$work/bird.c"
    # shellcheck disable=SC2086
    if ! ${CC:-cc} -g -Wl,--build-id "$work/bird.c" -o "$work/bird"; then
        fail 'gdb has a program to look at'
        return
    fi
    id=$(readelf -n "$work/bird" | sed -n 's/.*Build ID: //p')
    place=$work/folder/buildid/$id
    mkdir -p "$place"
    objcopy --only-keep-debug "$work/bird" "$place/debuginfo"
    strip "$work/bird"
    export DEBUGINFOD_URLS=$base/files DEBUGINFOD_CACHE_PATH=$work/cache
    holds 'gdb fetches debugging information' uses_dropin gdb -q -nx -batch \
        -ex 'set debuginfod enabled on' -ex "file $work/bird" -ex 'whatis curlew' </dev/null
    is 'gdb reads it' "$(grep -c '^type = int' "$work/said")" 1
    unset DEBUGINFOD_URLS DEBUGINFOD_CACHE_PATH
}

# ostree drives curl_multi_socket_action from GLib's loop.
try_ostree() {
    local repository=$work/folder/ostree i

    has ostree ostree || return
    mkdir "$work/tree"
    for ((i = 0; i < 100; i++)); do
        echo "$i" >"$work/tree/$i"
    done
    {
        ostree init --repo="$repository" --mode=archive &&
            ostree commit --repo="$repository" --branch=shore "$work/tree" &&
            ostree summary --repo="$repository" -u &&
            ostree init --repo="$work/ostree" --mode=bare-user-only &&
            ostree remote add --repo="$work/ostree" --no-gpg-verify here "$base/files/ostree"
    } >"$work/said" 2>&1 || {
        fail 'ostree has a repository to pull from' "$(cat "$work/said")"
        return
    }
    holds 'ostree pulls a hundred files' uses_dropin ostree pull --repo="$work/ostree" here shore
    is 'it has what was committed' "$(ostree rev-parse --repo="$work/ostree" here:shore)" \
        "$(ostree rev-parse --repo="$repository" shore)"
    holds 'and all of it' ostree fsck --quiet --repo="$work/ostree"
}

try_pycurl() {
    local python=${PYTHON:-/usr/bin/python3} said shim=

    "$python" -c 'import pycurl' 2>/dev/null || {
        skip 'pycurl works on the drop-in' "$python has no pycurl; Debian's is python3-pycurl"
        return
    }
    # It wants the TLS library that it was built with; told that it is there, it can show the rest.
    if ! said=$(on_dropin "$python" -c 'import pycurl' 2>&1); then
        is 'pycurl misses nothing but TLS' "$(grep -c 'compile-time ssl backend' <<<"$said")" 1
        shim=$top_builddir/test/dropin/.libs/tls_claim.so
        export CLAIMED_TLS
        CLAIMED_TLS=$("$python" -c 'import pycurl; print(pycurl.version_info()[5])')
    fi
    PRELOAD=$PRELOAD${shim:+ $shim}
    said=$(on_dropin "$python" "$here/pycurl_transfers.py" "$base" 2>&1)
    is 'pycurl transfers' "$? $(tail -n 1 <<<"$said")" '0 all is well'
    unset CLAIMED_TLS
}

mkdir "$work/folder"
start_server "$work/folder"
for ((i = 0; i < 12346; i++)); do
    printf '%09d\n' "$i"
done | head -c 123456 >"$work/pattern"
export GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0

try_git
try_cmake
try_gdb
try_ostree
try_pycurl
finish
