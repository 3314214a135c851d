/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * curl_getdate() on any text: it ends, reads nothing behind the text, and gives the same date
 * again when separators surround it.
 */
#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 3);

    if (!text)
        return 0;
    text[0] = ' ';
    if (size)
        memcpy(text + 1, data, size);
    text[size + 1] = 0;
    if (curl_getdate(text, NULL) != curl_getdate(text + 1, NULL))
        abort();
    free(text);
    return 0;
}
