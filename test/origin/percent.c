/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "percent.h"

#include <string.h>

static int value_of_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool origin_percent_decode(const char *from, size_t len, char *to, size_t room)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        char c = from[i];

        if (c == '%') {
            if (i + 2 >= len || value_of_digit(from[i + 1]) < 0 || value_of_digit(from[i + 2]) < 0)
                return false;
            c = (char)(value_of_digit(from[i + 1]) << 4 | value_of_digit(from[i + 2]));
            i += 2;
        }
        if (!c || n + 1 >= room)
            return false;
        to[n++] = c;
    }
    to[n] = '\0';
    return true;
}

void origin_percent_put(const char *path, FILE *out)
{
    for (; *path; path++) {
        unsigned char c = (unsigned char)*path;
        unsigned char lower = c | 0x20;

        if ((lower >= 'a' && lower <= 'z' && c < 0x80) || strchr("0123456789-._~/", c))
            fputc(c, out);
        else
            fprintf(out, "%%%02X", c);
    }
}
