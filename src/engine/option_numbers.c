/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Setters of options that take a number. What each value is turned into was asked of libcurl.
 */
#include "engine/option_setters.h"

#include "proto/auth_gss.h"

#include <stdbool.h>

static bool is_in_range(const struct whim_option_row *row, int64_t num)
{
    return num >= row->min && num <= row->max;
}

CURLcode whim_setter_num(struct whim_options *options, const struct whim_option_row *row,
                         union whim_opt_value value)
{
    if (!is_in_range(row, value.num))
        return CURLE_BAD_FUNCTION_ARGUMENT;
    return whim_options_set_num(options, row->store, value.num);
}

CURLcode whim_setter_flag(struct whim_options *options, const struct whim_option_row *row,
                          union whim_opt_value value)
{
    if (!is_in_range(row, value.num))
        return CURLE_BAD_FUNCTION_ARGUMENT;
    return whim_options_set_num(options, row->store, value.num != 0);
}

/* Above the range is as good as its end; below is refused. */
CURLcode whim_setter_cap(struct whim_options *options, const struct whim_option_row *row,
                         union whim_opt_value value)
{
    if (value.num > row->max)
        value.num = row->max;
    return whim_setter_num(options, row, value);
}

/* Outside of the range is as good as its nearer end. */
CURLcode whim_setter_clamp(struct whim_options *options, const struct whim_option_row *row,
                           union whim_opt_value value)
{
    if (value.num < row->min)
        value.num = row->min;
    return whim_setter_cap(options, row, value);
}

CURLcode whim_setter_buffersize(struct whim_options *options, const struct whim_option_row *row,
                                union whim_opt_value value)
{
    if (value.num < 1)
        value.num = whim_opt_defaults[row->store];
    return whim_setter_clamp(options, row, value);
}

/* Milliseconds; a negative number counts as unsigned, and so as very long. */
CURLcode whim_setter_ms(struct whim_options *options, const struct whim_option_row *row,
                        union whim_opt_value value)
{
    if (!is_in_range(row, value.num))
        value.num = row->max;
    return whim_options_set_num(options, row->store, value.num);
}

/* As whim_setter_ms(), where 0 asks for the default. */
CURLcode whim_setter_connecttimeout_ms(struct whim_options *options,
                                       const struct whim_option_row *row,
                                       union whim_opt_value value)
{
    if (value.num == 0)
        value.num = whim_opt_defaults[row->store];
    return whim_setter_ms(options, row, value);
}

/* Seconds, kept as milliseconds; 0 asks for the default. */
CURLcode whim_setter_seconds(struct whim_options *options, const struct whim_option_row *row,
                             union whim_opt_value value)
{
    if (!is_in_range(row, value.num))
        return CURLE_BAD_FUNCTION_ARGUMENT;
    return whim_options_set_num(options, row->store,
                                value.num ? value.num * 1000 : whim_opt_defaults[row->store]);
}

CURLcode whim_setter_verifyhost(struct whim_options *options, const struct whim_option_row *row,
                                union whim_opt_value value)
{
    return whim_options_set_num(options, row->store, value.num ? 2 : 0);
}

/* The modes of CURLFOLLOW_*; anything else that is not 0 just follows. */
CURLcode whim_setter_followlocation(struct whim_options *options, const struct whim_option_row *row,
                                    union whim_opt_value value)
{
    if (value.num < 0 || value.num > CURLFOLLOW_FIRSTONLY)
        value.num = CURLFOLLOW_ALL;
    return whim_options_set_num(options, row->store, value.num);
}

CURLcode whim_setter_connect_only(struct whim_options *options, const struct whim_option_row *row,
                                  union whim_opt_value value)
{
    if (value.num < 0)
        value.num = 1;
    return whim_setter_num(options, row, value);
}

CURLcode whim_setter_stream_weight(struct whim_options *options, const struct whim_option_row *row,
                                   union whim_opt_value value)
{
    if (!is_in_range(row, value.num))
        return CURLE_OK; /* libcurl keeps the weight that it has, and says nothing */
    return whim_options_set_num(options, row->store, value.num);
}

CURLcode whim_setter_altsvc_ctrl(struct whim_options *options, const struct whim_option_row *row,
                                 union whim_opt_value value)
{
    if (value.num == 0)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    return whim_options_set_num(options, row->store, value.num);
}

/* 2.0 and 2TLS are wishes that HTTP/1.1 fulfils as well; the others ask for what is not there. */
CURLcode whim_setter_http_version(struct whim_options *options, const struct whim_option_row *row,
                                  union whim_opt_value value)
{
    if (value.num < CURL_HTTP_VERSION_NONE)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    if (value.num > CURL_HTTP_VERSION_2TLS)
        return CURLE_UNSUPPORTED_PROTOCOL;
    return whim_options_set_num(options, row->store, value.num);
}

/* The lowest version in the low half, the highest one in the upper half of 32 bits. */
CURLcode whim_setter_sslversion(struct whim_options *options, const struct whim_option_row *row,
                                union whim_opt_value value)
{
    int64_t lowest = value.num & 0xffff;
    int64_t highest = value.num & 0xffff0000;

    if (lowest == CURL_SSLVERSION_SSLv2 || lowest == CURL_SSLVERSION_SSLv3 ||
        lowest >= CURL_SSLVERSION_LAST || highest >= CURL_SSLVERSION_MAX_LAST)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    return whim_options_set_num(options, row->store, lowest | highest);
}

/* Of what is asked for that counts which is built in. */
CURLcode whim_setter_auth(struct whim_options *options, const struct whim_option_row *row,
                          union whim_opt_value value)
{
    uint64_t known = CURLAUTH_BASIC | CURLAUTH_DIGEST | CURLAUTH_BEARER |
                     (whim_auth_gss_is_built_in() ? CURLAUTH_NEGOTIATE : 0);
    uint64_t asked = (uint64_t)value.num;
    uint64_t kept;

    if (row->store == WHIM_OPT_HTTPAUTH) /* proxies know nothing of it */
        known |= CURLAUTH_AWS_SIGV4;
    if (asked & CURLAUTH_DIGEST_IE)
        asked |= CURLAUTH_DIGEST;
    kept = asked & (known | CURLAUTH_ONLY);
    if (asked && !(kept & known))
        return CURLE_NOT_BUILT_IN;
    return whim_options_set_num(options, row->store, (int64_t)kept);
}

CURLcode whim_setter_socks5_auth(struct whim_options *options, const struct whim_option_row *row,
                                 union whim_opt_value value)
{
    uint32_t asked = (uint32_t)value.num;

    if (asked & ~(uint32_t)(CURLAUTH_BASIC | CURLAUTH_GSSAPI))
        return CURLE_NOT_BUILT_IN;
    return whim_options_set_num(options, row->store, asked);
}
