/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/url_path.h"

#include <string.h>

/* The bytes of a dot at the start of the text, "." or "%2e" (RFC 3986, section 6.2.2.2); 0: none. */
static size_t measure_dot(const char *text, const char *end)
{
    if (text == end)
        return 0;
    if (*text == '.')
        return 1;
    return end - text >= 3 && text[0] == '%' && text[1] == '2' && (text[2] | 0x20) == 'e' ? 3 : 0;
}

/* How many dots make up the whole segment at the start of the text, and their bytes: 1, 2, or 0. */
static size_t count_dots(const char *segment, const char *end, size_t *ret_len)
{
    size_t n = 0;
    size_t dot_len;
    const char *at = segment;

    while (n < 2 && (dot_len = measure_dot(at, end))) {
        at += dot_len;
        n++;
    }
    *ret_len = (size_t)(at - segment);
    return at == end || *at == '/' ? n : 0;
}

bool whim_url_has_dot_segment(const char *path, size_t len)
{
    const char *end = path + len;
    const char *slash = path;
    size_t dots_len;

    while ((slash = memchr(slash, '/', (size_t)(end - slash)))) {
        slash++;
        if (count_dots(slash, end, &dots_len))
            return true;
    }
    return false;
}

size_t whim_url_del_dot_segments(char *out, const char *path, size_t len)
{
    const char *end = path + len;
    size_t n = 0;

    while (path < end) {
        /* path is at the '/' in front of a segment; out never overtakes it */
        size_t dots_len;
        size_t n_dots = count_dots(path + 1, end, &dots_len);

        if (n_dots) {
            bool is_last = path + 1 + dots_len == end;

            while (n_dots == 2 && n > 0 && out[--n] != '/')
                ;
            path += 1 + dots_len;
            if (is_last)
                out[n++] = '/';
        } else {
            do
                out[n++] = *path++;
            while (path < end && *path != '/');
        }
    }
    return n;
}
