/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * HSTS of any bytes: up to the first NUL a field of a host, behind it a file.
 *
 * What a cache has is written so that another one reads the same; no host is known that was not
 * named, and never more than there is room for.
 */
#include "proto/hsts.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1700000000 };

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void write_all(struct whim_hsts *hsts, struct whim_buf *buf)
{
    whim_buf_init(buf, 2 * (size_t)WHIM_HSTS_MAX_FILE_BYTES);
    must(whim_hsts_write(hsts, buf, NOW) == CURLE_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct whim_hsts *hsts = whim_hsts_new();
    struct whim_hsts *again = whim_hsts_new();
    const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
    size_t len = zero ? (size_t)(zero - data) : size;
    struct whim_buf once, twice;

    must(hsts && again);
    if (whim_hsts_note(hsts, "h.example", 9, (const char *)data, len, NOW) == CURLE_OK)
        must(whim_hsts_count(hsts) <= 1);
    else
        must(!whim_hsts_is_known(hsts, "h.example", 9, NOW));
    if (zero)
        must(whim_hsts_read(hsts, (const char *)zero + 1, size - len - 1, NOW) == CURLE_OK);
    must(whim_hsts_count(hsts) <= WHIM_HSTS_MAX_ENTRIES);
    must(!whim_hsts_is_known(hsts, "127.0.0.1", 9, NOW));
    write_all(hsts, &once);
    must(whim_hsts_read(again, once.data, once.len, NOW) == CURLE_OK);
    write_all(again, &twice);
    must(once.len == twice.len && !memcmp(once.data, twice.data, once.len));
    whim_buf_fini(&once);
    whim_buf_fini(&twice);
    whim_hsts_unref(hsts);
    whim_hsts_unref(again);
    return 0;
}
