#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# The budgets that no machine changes (instructions, callbacks, allocations, bytes) hold. The
# times are left to "./dev bench": they need a quiet machine.
if [ -n "$SANITIZED" ]; then
    echo "a sanitized build has costs of its own"
    exit 77
fi
if [ ! -e ../../src/dropin/.libs/libcurl.so.4 ]; then
    echo "skipped: no shared drop-in to measure"
    exit 77
fi
case $(ulimit -Hn) in
unlimited) ;;
*)
    if [ "$(ulimit -Hn)" -lt 4096 ]; then
        echo "skipped: no more than $(ulimit -Hn) descriptors for two thousand connections"
        exit 77
    fi
    ;;
esac
if ! command -v valgrind >/dev/null || [ -z "$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep 'libcurl\.so\.4 ')" ]; then
    echo "valgrind or the system's libcurl is missing"
    exit 77
fi
exec "$srcdir/run-bench" --build . --quick --repeat 1 --check
