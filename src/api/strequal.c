/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ASCII alone, whatever the locale: names in protocols are no words of a language. */
static char fold_case(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Two NULLs are equal to each other and to nothing else. */
static bool is_equal(const char *a, const char *b, size_t n)
{
    if (!a || !b)
        return a == b;
    for (; n; n--, a++, b++) {
        if (fold_case(*a) != fold_case(*b))
            return false;
        if (!*a)
            break;
    }
    return true;
}

int curl_strequal(const char *a, const char *b)
{
    return is_equal(a, b, SIZE_MAX);
}

int curl_strnequal(const char *a, const char *b, size_t n)
{
    return is_equal(a, b, n);
}
