/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/url_path.h"

#include <string.h>

/* How many dots make up the whole segment at the start of the text: 1, 2, or 0 for a name. */
static size_t count_dots(const char *segment, const char *end)
{
    size_t n = 0;

    while (n < 2 && segment + n < end && segment[n] == '.')
        n++;
    return segment + n == end || segment[n] == '/' ? n : 0;
}

bool whim_url_has_dot_segment(const char *path, size_t len)
{
    const char *end = path + len;
    const char *slash = path;

    while ((slash = memchr(slash, '/', (size_t)(end - slash)))) {
        slash++;
        if (count_dots(slash, end))
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
        size_t n_dots = count_dots(path + 1, end);

        if (n_dots) {
            bool is_last = path + 1 + n_dots == end;

            while (n_dots == 2 && n > 0 && out[--n] != '/')
                ;
            path += 1 + n_dots;
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
