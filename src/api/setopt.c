/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/transfer.h"

#include <curl/curl.h>
#include <stdarg.h>

/* The headers wrap it in a macro that checks types; what is exported is the plain name (C-8). */
#undef curl_easy_setopt

/* Takes the argument whose type the id tells (C-5). */
CURLcode curl_easy_setopt(CURL *handle, CURLoption option, ...)
{
    struct whim_transfer *transfer = whim_transfer_from(handle);
    union whim_opt_value value = {.num = 0};
    va_list args;

    if (!transfer)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    va_start(args, option);
    if (option < CURLOPTTYPE_OBJECTPOINT)
        value.num = va_arg(args, long);
    else if (option < CURLOPTTYPE_FUNCTIONPOINT || option >= CURLOPTTYPE_BLOB)
        value.ptr = va_arg(args, void *);
    else if (option < CURLOPTTYPE_OFF_T)
        value.fn = va_arg(args, void (*)(void));
    else
        value.num = va_arg(args, curl_off_t);
    va_end(args);
    return whim_options_setopt(&transfer->options, option, value);
}
