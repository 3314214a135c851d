/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Alternative services of any bytes: up to the first NUL a field of an origin, behind it a file.
 *
 * What is given out is of a protocol that was asked for; what a cache has is written so that another
 * one reads the same; never more than there is room for.
 */
#include "proto/altsvc.h"

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

static void write_all(const struct whim_altsvc *altsvc, struct whim_buf *buf)
{
    whim_buf_init(buf, 4 * (size_t)WHIM_ALTSVC_MAX_FILE_BYTES);
    must(whim_altsvc_write(altsvc, buf, NOW) == CURLE_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct whim_altsvc_place origin = {WHIM_ALTSVC_H1, "h.example", 9, 443};
    struct whim_altsvc *altsvc = whim_altsvc_new();
    struct whim_altsvc *again = whim_altsvc_new();
    const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
    size_t len = zero ? (size_t)(zero - data) : size;
    unsigned h1 = WHIM_ALTSVC_BIT(WHIM_ALTSVC_H1);
    struct whim_altsvc_place place;
    struct whim_buf once, twice;

    must(altsvc && again);
    must(whim_altsvc_note(altsvc, &origin, (const char *)data, len, h1, NOW) == CURLE_OK);
    must(whim_altsvc_count(altsvc) <= WHIM_ALTSVC_MAX_OF_FIELD);
    if (zero)
        must(whim_altsvc_read(altsvc, (const char *)zero + 1, size - len - 1, NOW) == CURLE_OK);
    must(whim_altsvc_count(altsvc) <= WHIM_ALTSVC_MAX_ENTRIES);
    if (whim_altsvc_find(altsvc, &origin, h1, NOW, &place)) {
        must(place.protocol == WHIM_ALTSVC_H1 && place.len && place.port);
        must(place.len <= WHIM_ALTSVC_MAX_HOST_BYTES && !place.host[place.len]);
        must(whim_altsvc_mark_broken(altsvc, &origin, NOW));
        must(!whim_altsvc_find(altsvc, &origin, h1, NOW, &place));
    }
    write_all(altsvc, &once);
    must(whim_altsvc_read(again, once.data, once.len, NOW) == CURLE_OK);
    write_all(again, &twice);
    must(once.len == twice.len && !memcmp(once.data, twice.data, once.len));
    whim_buf_fini(&once);
    whim_buf_fini(&twice);
    whim_altsvc_free(altsvc);
    whim_altsvc_free(again);
    return 0;
}
