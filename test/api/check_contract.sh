#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# The contract suite on the drop-in of this build, in all five drive modes; with VALGRIND=1 once
# more under valgrind, in one mode.
set -u
if [ ! -e "$DROPIN_DIR/libcurl.so.4" ]; then
    echo "skipped: no shared drop-in in $DROPIN_DIR"
    exit 77
fi
contract=./contract
[ ! -x .libs/contract ] || contract=.libs/contract
export CONTRACT="$contract"
if [ -n "${VALGRIND:-}" ]; then
    CONTRACT=./under-valgrind
    printf '#!/bin/sh\nexec valgrind -q --trace-children=yes --error-exitcode=9 --leak-check=full \\\n    %s "$@"\n' "$contract" >"$CONTRACT"
    chmod +x "$CONTRACT"
    "$srcdir/run-contract" "$DROPIN_DIR" poll --slow=10 || exit 1
    CONTRACT=$contract
fi
# Large bodies under sanitizers need more patience.
exec "$srcdir/run-contract" "$DROPIN_DIR" all ${SANITIZED:+--slow=5}
