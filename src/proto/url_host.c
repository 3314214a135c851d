/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/url_host.h"

#include "proto/percent.h"
#include "proto/url_chars.h"
#include "util/idn.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

enum { MAX_ZONE_BYTES = 15 };

/* Reads one number as strtoul() does with base 0; NULL when there is none or over 32 bits. */
static const char *read_number(const char *text, const char *end, uint32_t *ret_value)
{
    uint64_t value = 0;
    unsigned base = 10;
    const char *digit = text;

    if (text == end || !(whim_url_char(*text) & WHIM_CHAR_DIGIT))
        return NULL;
    if (*text == '0') {
        base = 8;
        if (end - text > 2 && (text[1] | 0x20) == 'x' && whim_url_hex_value(text[2]) >= 0) {
            base = 16;
            digit += 2;
        }
    }
    for (; digit < end; digit++) {
        int digit_value = whim_url_hex_value(*digit);

        if (digit_value < 0 || (unsigned)digit_value >= base)
            break;
        value = value * base + (unsigned)digit_value;
        if (value > UINT32_MAX)
            return NULL;
    }
    *ret_value = (uint32_t)value;
    return digit;
}

/* Four decimal numbers with dots in between; returns their length. */
static size_t write_ipv4(char *out, uint32_t address)
{
    size_t n = 0;

    for (unsigned shift = 32; shift;) {
        unsigned number = address >> (shift -= 8) & 0xff;

        if (number >= 100)
            out[n++] = (char)('0' + number / 100);
        if (number >= 10)
            out[n++] = (char)('0' + number / 10 % 10);
        out[n++] = (char)('0' + number % 10);
        if (shift)
            out[n++] = '.';
    }
    return n;
}

/* Is the text what write_ipv4() would write? The usual case, told without reading numbers. */
static bool is_written_ipv4(const char *text, size_t len)
{
    unsigned n_dots = 0;
    unsigned number = 0;
    size_t n_digits = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned digit = (unsigned char)text[i] - (unsigned)'0';

        if (digit <= 9) {
            if (n_digits && !number)
                return false; /* a leading zero means octal */
            number = number * 10 + digit;
            n_digits++;
            if (number > 0xff)
                return false;
        } else {
            if (text[i] != '.' || !n_digits)
                return false;
            n_dots++;
            number = 0;
            n_digits = 0;
        }
    }
    return n_dots == 3 && n_digits;
}

bool whim_url_host_ipv4(const char *text, size_t len, char out[WHIM_HOST_NUMERIC_BYTES],
                        size_t *ret_len)
{
    const char *end = text + len;
    uint32_t numbers[4];
    unsigned n = 0;
    uint32_t address = 0;

    if (is_written_ipv4(text, len)) {
        memcpy(out, text, len);
        *ret_len = len;
        return true;
    }
    if (len > 1 && text[len - 1] == '.')
        end--; /* the root of all names, as behind any other host */
    for (;;) {
        text = read_number(text, end, &numbers[n]);
        if (!text)
            return false;
        n++;
        if (text == end)
            break;
        if (*text != '.' || n == 4)
            return false;
        text++;
    }
    for (unsigned i = 0; i + 1 < n; i++) {
        if (numbers[i] > 0xff)
            return false;
        address |= numbers[i] << (24 - 8 * i);
    }
    if (n > 1 && numbers[n - 1] >> (8 * (5 - n)))
        return false;
    address |= numbers[n - 1];
    *ret_len = write_ipv4(out, address);
    return true;
}

/* Finds the zone in the text behind the address, which starts with '%'. */
static bool find_zone(const char *text, size_t len, struct whim_url_piece *ret_zone)
{
    size_t skip = len >= 3 && memcmp(text, "%25", 3) == 0 ? 3 : 1;

    if (text[0] != '%' || len <= skip || len - skip > MAX_ZONE_BYTES)
        return false;
    *ret_zone = (struct whim_url_piece){text + skip, len - skip};
    return true;
}

CURLUcode whim_url_host_ipv6(const char *text, size_t len, char out[WHIM_HOST_NUMERIC_BYTES],
                             struct whim_url_piece *ret_address, struct whim_url_piece *ret_zone)
{
    struct whim_url_piece address = {text, len};
    struct whim_url_piece zone = {text, 0};
    unsigned char bytes[sizeof(struct in6_addr)];
    char written[WHIM_HOST_NUMERIC_BYTES];
    const char *percent = memchr(text, '%', len);

    if (percent) {
        address.len = (size_t)(percent - text);
        if (!find_zone(percent, len - address.len, &zone))
            return CURLUE_BAD_IPV6;
    }
    if (address.len < 2 || address.len >= sizeof(written))
        return CURLUE_BAD_IPV6;
    memcpy(written, text, address.len);
    written[address.len] = 0;
    if (strlen(written) != address.len || inet_pton(AF_INET6, written, bytes) != 1)
        return CURLUE_BAD_IPV6;
    if (inet_ntop(AF_INET6, bytes, out, WHIM_HOST_NUMERIC_BYTES) && strcmp(out, written) != 0)
        address = (struct whim_url_piece){out, strlen(out)};
    *ret_address = address;
    *ret_zone = zone;
    return CURLUE_OK;
}

unsigned whim_url_host_bits(const char *text, size_t len)
{
    unsigned bits = 0;

    for (size_t i = 0; i < len; i++)
        bits |= whim_url_char(text[i]);
    return bits;
}

bool whim_url_host_is_name(const char *text, size_t len)
{
    if (!len || whim_url_host_bits(text, len) & (WHIM_CHAR_NOT_HOST | WHIM_CHAR_PERCENT))
        return false;
    return text[len - 1] != '.' || (len > 1 && text[len - 2] != '.');
}

bool whim_url_host_decode(char *out, const char *text, size_t len, size_t *ret_len)
{
    return whim_percent_decode(out, text, len, WHIM_PERCENT_REJECT_CONTROL, ret_len) &&
           whim_url_host_is_name(out, *ret_len);
}

CURLUcode whim_url_host_to_ascii(const char *text, size_t len, struct whim_buf *buf)
{
    const unsigned unfit = WHIM_CHAR_NOT_HOST | WHIM_CHAR_HIGH | WHIM_CHAR_PERCENT;
    size_t start = buf->len;

    switch (whim_idn_to_ascii(text, len, buf)) {
    case WHIM_IDN_OK:
        break;
    case WHIM_IDN_NOT_BUILT_IN:
        return CURLUE_LACKS_IDN;
    case WHIM_IDN_NO_MEMORY:
        return CURLUE_OUT_OF_MEMORY;
    default:
        return CURLUE_BAD_HOSTNAME;
    }
    if (!(whim_url_host_bits(buf->data + start, buf->len - start) & unfit))
        return CURLUE_OK;
    buf->len = start;
    return CURLUE_BAD_HOSTNAME;
}
