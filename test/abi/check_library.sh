#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# check_library.sh: the libraries of this build export what they must: libwhimbrel the functions
# under WHIMBREL_NODES and the project's own whim_ names, the drop-in libcurl.so.4 exactly the
# functions, under each of DROPIN_NODES.

set -u
here=${srcdir:-$(dirname "$0")}
src=${top_builddir:-../..}/src
status=77

# shellcheck disable=SC2086 # the nodes are several words
if [ -e "$src/.libs/libwhimbrel.so" ]; then
    status=0
    "$here/check_exports.sh" -a whim_ "$src/.libs/libwhimbrel.so" ${WHIMBREL_NODES-} || exit 1
else
    echo "skipped: no shared libwhimbrel"
fi

# shellcheck disable=SC2086
if [ -e "$src/dropin/.libs/libcurl.so.4" ]; then
    status=0
    "$here/check_exports.sh" "$src/dropin/.libs/libcurl.so.4" ${DROPIN_NODES-} || exit 1
else
    echo "skipped: no drop-in"
fi
exit $status
