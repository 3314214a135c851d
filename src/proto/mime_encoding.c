/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/mime_encoding.h"

#include "util/ascii.h"

#include <string.h>

enum { LINE_BYTES = 76 }; /* RFC 2045 sections 6.7 and 6.8; without the line end */

static int64_t same_size(int64_t n)
{
    return n;
}

/* Four for each three, and a line end between lines; none behind the last. */
static int64_t base64_size(int64_t n)
{
    int64_t groups;

    if (n <= 0)
        return n;
    groups = 1 + (n - 1) / 3;
    if (groups > INT64_MAX / 5)
        return -1;
    return 4 * groups + (4 * groups - 1) / LINE_BYTES * 2;
}

static int64_t unknown_size(int64_t n)
{
    return n ? -1 : 0;
}

static void put_unit(struct whim_mime_encoder *encoder, const char *bytes, unsigned n)
{
    memcpy(encoder->unit, bytes, n);
    encoder->unit_len = (uint8_t)n;
    encoder->unit_off = 0;
    encoder->column = (uint8_t)(encoder->column + n);
}

static void put_line_end(struct whim_mime_encoder *encoder, const char *bytes, unsigned n)
{
    put_unit(encoder, bytes, n);
    encoder->column = 0;
}

static bool step_base64(struct whim_mime_encoder *encoder)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *in = (const uint8_t *)encoder->input + encoder->begin;
    uint32_t n = encoder->end - encoder->begin;
    uint32_t bits;
    char out[4];

    if (!n || (n < 3 && !encoder->is_at_end))
        return false;
    if (encoder->column == LINE_BYTES) {
        put_line_end(encoder, "\r\n", 2);
        return true;
    }
    n = n < 3 ? n : 3;
    bits = (uint32_t)in[0] << 16 | (n > 1 ? (uint32_t)in[1] << 8 : 0) | (n > 2 ? in[2] : 0);
    out[0] = digits[bits >> 18];
    out[1] = digits[bits >> 12 & 63];
    out[2] = n > 1 ? digits[bits >> 6 & 63] : '=';
    out[3] = n > 2 ? digits[bits & 63] : '=';
    put_unit(encoder, out, 4);
    encoder->begin += n;
    return true;
}

enum look { IS_NO_END, IS_LINE_END, IS_NOT_KNOWN };

/* Does a line end n bytes further on? It does where the content does. */
static enum look look_ahead(const struct whim_mime_encoder *encoder, uint32_t n)
{
    uint32_t at = encoder->begin + n;

    if (at == encoder->end)
        return encoder->is_at_end ? IS_LINE_END : IS_NOT_KNOWN;
    if (encoder->input[at] != '\r')
        return IS_NO_END;
    if (at + 1 == encoder->end)
        return encoder->is_at_end ? IS_NO_END : IS_NOT_KNOWN;
    return encoder->input[at + 1] == '\n' ? IS_LINE_END : IS_NO_END;
}

static bool is_printable(char c)
{
    return c > ' ' && c <= '~' && c != '=';
}

/* The next byte as RFC 2045 section 6.7 has it: itself, or "=XX". 0: that hangs on what follows. */
static unsigned quote(const struct whim_mime_encoder *encoder, char out[3])
{
    static const char digits[] = "0123456789ABCDEF";
    char c = encoder->input[encoder->begin];
    enum look next = c == ' ' || c == '\t' ? look_ahead(encoder, 1) : IS_LINE_END;

    if (next == IS_NOT_KNOWN)
        return 0;
    out[0] = c;
    if (is_printable(c) || next == IS_NO_END)
        return 1;
    out[0] = '=';
    out[1] = digits[(uint8_t)c >> 4];
    out[2] = digits[(uint8_t)c & 15];
    return 3;
}

/*
 * A line end of the content stays one; anything else that is no printable character is quoted. A
 * line that gets too long is broken by "=" at its end, for which a column is kept free unless the
 * line ends there anyway.
 */
static bool step_quoted(struct whim_mime_encoder *encoder)
{
    enum look here;
    char out[3];
    unsigned n;

    if (encoder->begin == encoder->end)
        return false;
    here = look_ahead(encoder, 0);
    if (here == IS_NOT_KNOWN)
        return false;
    if (here == IS_LINE_END) {
        put_line_end(encoder, "\r\n", 2);
        encoder->begin += 2;
        return true;
    }
    n = quote(encoder, out);
    if (!n)
        return false;
    here = IS_LINE_END;
    if (encoder->column + n == LINE_BYTES)
        here = look_ahead(encoder, 1);
    if (here == IS_NOT_KNOWN)
        return false;
    if (encoder->column + n > LINE_BYTES || here == IS_NO_END) {
        put_line_end(encoder, "=\r\n", 3);
        return true;
    }
    put_unit(encoder, out, n);
    encoder->begin++;
    return true;
}

static const struct whim_mime_encoding encodings[] = {
    {.name = "binary", .size = same_size},
    {.name = "8bit", .size = same_size},
    {.name = "7bit", .size = same_size, .is_7bit = true},
    {.name = "base64", .size = base64_size, .step = step_base64},
    {.name = "quoted-printable", .size = unknown_size, .step = step_quoted},
};

const struct whim_mime_encoding *whim_mime_encoding_find(const char *name)
{
    for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++)
        if (whim_ascii_is_equal(name, encodings[i].name, strlen(encodings[i].name) + 1))
            return &encodings[i];
    return NULL;
}

void whim_mime_encoder_reset(struct whim_mime_encoder *encoder)
{
    encoder->begin = 0;
    encoder->end = 0;
    encoder->column = 0;
    encoder->unit_len = 0;
    encoder->unit_off = 0;
    encoder->is_at_end = false;
}

char *whim_mime_encoder_room(struct whim_mime_encoder *encoder, size_t *ret_room)
{
    encoder->end -= encoder->begin;
    memmove(encoder->input, encoder->input + encoder->begin, encoder->end);
    encoder->begin = 0;
    *ret_room = sizeof(encoder->input) - encoder->end;
    return encoder->input + encoder->end;
}

void whim_mime_encoder_feed(struct whim_mime_encoder *encoder, size_t n)
{
    encoder->end += (uint32_t)n;
    if (!n)
        encoder->is_at_end = true;
}

size_t whim_mime_encoder_pull(struct whim_mime_encoder *encoder, char *data, size_t cap)
{
    size_t len = 0;

    while (len < cap) {
        if (encoder->unit_off == encoder->unit_len && !encoder->encoding->step(encoder))
            break;
        while (len < cap && encoder->unit_off < encoder->unit_len)
            data[len++] = encoder->unit[encoder->unit_off++];
    }
    return len;
}

bool whim_mime_encoder_is_done(const struct whim_mime_encoder *encoder)
{
    return encoder->is_at_end && encoder->begin == encoder->end &&
           encoder->unit_off == encoder->unit_len;
}
