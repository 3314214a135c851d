/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The printf family under names of its own: the C library's, except that what is returned is how
 * many characters were stored, not how many there would have been.
 */
#include "util/mem.h"

#include <curl/curl.h>
#include <stdarg.h>
#include <stdio.h>

int curl_mvsnprintf(char *buffer, size_t size, const char *format, va_list args)
{
    int n = vsnprintf(buffer, size, format, args);

    if (n < 0 || size == 0)
        return n < 0 ? n : 0;
    return (size_t)n < size ? n : (int)(size - 1);
}

int curl_mvprintf(const char *format, va_list args)
{
    return vprintf(format, args);
}

int curl_mvfprintf(FILE *stream, const char *format, va_list args)
{
    return vfprintf(stream, format, args);
}

int curl_mvsprintf(char *buffer, const char *format, va_list args)
{
    return vsprintf(buffer, format, args);
}

char *curl_mvaprintf(const char *format, va_list args)
{
    va_list again;
    char *text;
    int n;

    va_copy(again, args);
    n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0)
        return NULL;
    text = whim_malloc((size_t)n + 1);
    if (text)
        vsnprintf(text, (size_t)n + 1, format, args);
    return text;
}

int curl_mprintf(const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = curl_mvprintf(format, args);
    va_end(args);
    return n;
}

int curl_mfprintf(FILE *stream, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = curl_mvfprintf(stream, format, args);
    va_end(args);
    return n;
}

int curl_msprintf(char *buffer, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = curl_mvsprintf(buffer, format, args);
    va_end(args);
    return n;
}

int curl_msnprintf(char *buffer, size_t size, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = curl_mvsnprintf(buffer, size, format, args);
    va_end(args);
    return n;
}

char *curl_maprintf(const char *format, ...)
{
    va_list args;
    char *text;

    va_start(args, format);
    text = curl_mvaprintf(format, args);
    va_end(args);
    return text;
}
