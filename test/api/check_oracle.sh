#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# The contract suite on the system's libcurl: what it asserts is what libcurl does, but for what
# divergences.tsv lists.
set -u
if [ -n "${SANITIZED:-}" ]; then
    echo "the oracle has had its turn with the plain build"
    exit 77
fi
if [ ! -e "$DROPIN_DIR/libcurl.so.4" ]; then
    echo "skipped: without a shared drop-in there is no program to run"
    exit 77
fi
if [ -z "$HAS_TLS" ]; then
    echo "the oracle has its turn with a build that has the tests of TLS"
    exit 77
fi
contract=./contract
[ ! -x .libs/contract ] || contract=.libs/contract
if ! ldd "$contract" | grep -q 'libcurl\.so\.4 => /'; then
    echo "the system has no libcurl.so.4"
    exit 77
fi
CONTRACT=$contract exec "$srcdir/run-contract" system all
