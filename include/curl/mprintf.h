/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "curl.h" /* outside the guard: curl.h includes this file where its names are known */
#ifndef CURLINC_MPRINTF_H
#define CURLINC_MPRINTF_H
/*
 * mprintf.h: the printf family under names of its own, kept for programs that use it. Part of
 * curl.h. CURL_NO_FMT_CHECKS leaves formats unchecked by the compiler.
 */
#include <stdarg.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) && !defined(CURL_NO_FMT_CHECKS)
#define WHIM_PRINTF_FORMAT(format, first) __attribute__((__format__(__printf__, format, first)))
#else
#define WHIM_PRINTF_FORMAT(format, first)
#endif

CURL_EXTERN int curl_mprintf(const char *format, ...) WHIM_PRINTF_FORMAT(1, 2);
CURL_EXTERN int curl_mfprintf(FILE *stream, const char *format, ...) WHIM_PRINTF_FORMAT(2, 3);
CURL_EXTERN int curl_msprintf(char *buffer, const char *format, ...) WHIM_PRINTF_FORMAT(2, 3);
CURL_EXTERN int curl_msnprintf(char *buffer, size_t size, const char *format, ...)
    WHIM_PRINTF_FORMAT(3, 4);
CURL_EXTERN int curl_mvprintf(const char *format, va_list args) WHIM_PRINTF_FORMAT(1, 0);
CURL_EXTERN int curl_mvfprintf(FILE *stream, const char *format, va_list args)
    WHIM_PRINTF_FORMAT(2, 0);
CURL_EXTERN int curl_mvsprintf(char *buffer, const char *format, va_list args)
    WHIM_PRINTF_FORMAT(2, 0);
CURL_EXTERN int curl_mvsnprintf(char *buffer, size_t size, const char *format, va_list args)
    WHIM_PRINTF_FORMAT(3, 0);

/* The string is freed with curl_free(). */
CURL_EXTERN char *curl_maprintf(const char *format, ...) WHIM_PRINTF_FORMAT(1, 2);
CURL_EXTERN char *curl_mvaprintf(const char *format, va_list args) WHIM_PRINTF_FORMAT(1, 0);

#undef WHIM_PRINTF_FORMAT

#ifdef __cplusplus
}
#endif

#endif /* CURLINC_MPRINTF_H */
