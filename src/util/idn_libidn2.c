/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/idn.h"

#include <idn2.h>
#include <string.h>

/* A name has 255 bytes at most (RFC 1035), and a character of it four. */
enum { MAX_NAME_BYTES = 4 * 255 };

bool whim_idn_is_built_in(void)
{
    return true;
}

const char *whim_idn_version(void)
{
    return idn2_check_version(NULL);
}

/* The name with a terminator. False: it is none. */
static bool copy_name(char out[MAX_NAME_BYTES + 1], const char *name, size_t len)
{
    if (!len || len > MAX_NAME_BYTES || memchr(name, 0, len))
        return false;
    memcpy(out, name, len);
    out[len] = 0;
    return true;
}

static enum whim_idn_result from_code(int code)
{
    return code == IDN2_MALLOC ? WHIM_IDN_NO_MEMORY : WHIM_IDN_BAD_NAME;
}

/* Appends what the library has made, and frees it. */
static enum whim_idn_result take(char *made, struct whim_buf *buf)
{
    enum whim_buf_result added = WHIM_BUF_FULL;

    if (*made)
        added = whim_buf_add_str(buf, made);
    idn2_free(made);
    if (added == WHIM_BUF_OK)
        return WHIM_IDN_OK;
    return added == WHIM_BUF_FULL ? WHIM_IDN_BAD_NAME : WHIM_IDN_NO_MEMORY;
}

enum whim_idn_result whim_idn_to_ascii(const char *name, size_t len, struct whim_buf *buf)
{
    char copy[MAX_NAME_BYTES + 1];
    char *made = NULL;
    int code;

    if (!copy_name(copy, name, len))
        return WHIM_IDN_BAD_NAME;
    code = idn2_lookup_u8((const uint8_t *)copy, (uint8_t **)&made,
                          IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (code != IDN2_OK && code != IDN2_MALLOC)
        code = idn2_lookup_u8((const uint8_t *)copy, (uint8_t **)&made, IDN2_TRANSITIONAL);
    return code == IDN2_OK ? take(made, buf) : from_code(code);
}

enum whim_idn_result whim_idn_to_unicode(const char *name, size_t len, struct whim_buf *buf)
{
    char copy[MAX_NAME_BYTES + 1];
    char *made = NULL;
    int code;

    if (!copy_name(copy, name, len))
        return WHIM_IDN_BAD_NAME;
    code = idn2_to_unicode_8z8z(copy, &made, 0);
    return code == IDN2_OK ? take(made, buf) : from_code(code);
}
