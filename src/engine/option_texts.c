/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Setters of options that take a pointer: strings and blobs are copied, all else is kept as it is.
 */
#include "engine/option_setters.h"

#include "engine/share.h"
#include "proto/percent.h"
#include "util/ascii.h"
#include "util/buf.h"
#include "util/mem.h"

#include <string.h>

CURLcode whim_setter_ptr(struct whim_options *options, const struct whim_option_row *row,
                         union whim_opt_value value)
{
    return whim_options_set_ptr(options, row->store, value.ptr);
}

CURLcode whim_setter_fn(struct whim_options *options, const struct whim_option_row *row,
                        union whim_opt_value value)
{
    return whim_options_set_fn(options, row->store, value.fn);
}

CURLcode whim_setter_str(struct whim_options *options, const struct whim_option_row *row,
                         union whim_opt_value value)
{
    const char *text = value.ptr;
    size_t len = text ? strlen(text) : 0;

    if (len > WHIM_OPT_MAX_INPUT)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    return whim_options_set_str(options, row->store, text, len);
}

/* Each one more file, behind the others and a zero byte; NULL: none of them. */
CURLcode whim_setter_cookiefile(struct whim_options *options, const struct whim_option_row *row,
                                union whim_opt_value value)
{
    const struct whim_str *old = whim_opt_str(options, row->store);
    const char *path = value.ptr;
    struct whim_buf files;
    CURLcode result;

    if (!old || !path)
        return whim_setter_str(options, row, value);
    whim_buf_init(&files, WHIM_OPT_MAX_INPUT);
    if (strlen(path) >= WHIM_OPT_MAX_INPUT - old->len)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    result = whim_buf_add(&files, old->text, old->len + 1) == WHIM_BUF_OK &&
                     whim_buf_add_str(&files, path) == WHIM_BUF_OK
                 ? whim_options_set_str(options, row->store, files.data, files.len)
                 : CURLE_OUT_OF_MEMORY;
    whim_buf_fini(&files);
    return result;
}

/* Whom to trust: NULL is nobody, which is not what an option says that was never set. */
CURLcode whim_setter_trusted(struct whim_options *options, const struct whim_option_row *row,
                             union whim_opt_value value)
{
    if (!value.ptr)
        value.ptr = (void *)"";
    return whim_setter_str(options, row, value);
}

/* A signature takes the place of any login: CURLOPT_HTTPAUTH says so from now on. */
CURLcode whim_setter_sigv4(struct whim_options *options, const struct whim_option_row *row,
                           union whim_opt_value value)
{
    CURLcode result = whim_options_reserve(options, 2);

    if (result == CURLE_OK)
        result = whim_setter_str(options, row, value);
    if (result != CURLE_OK)
        return result;
    if (value.ptr)
        return whim_options_set_num(options, WHIM_OPT_HTTPAUTH, (int64_t)CURLAUTH_AWS_SIGV4);
    if (whim_opt_num(options, WHIM_OPT_HTTPAUTH) == (int64_t)CURLAUTH_AWS_SIGV4)
        whim_options_unset(options, WHIM_OPT_HTTPAUTH);
    return CURLE_OK;
}

CURLcode whim_setter_blob(struct whim_options *options, const struct whim_option_row *row,
                          union whim_opt_value value)
{
    const struct curl_blob *blob = value.ptr;

    if (blob && blob->len > WHIM_OPT_MAX_INPUT)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    return whim_options_set_str(options, row->store, blob ? blob->data : NULL,
                                blob ? blob->len : 0);
}

CURLcode whim_setter_share(struct whim_options *options, const struct whim_option_row *row,
                           union whim_opt_value value)
{
    struct whim_share *share = whim_share_from(value.ptr);

    if (value.ptr && !share)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    if (whim_options_reserve(options, 1))
        return CURLE_OUT_OF_MEMORY;
    if (share)
        whim_share_ref(share);
    whim_options_unset(options, row->store);
    return whim_options_set_ptr(options, row->store, share);
}

/* Engines of TLS libraries are not supported; naming none is no wish for one. */
CURLcode whim_setter_sslengine(struct whim_options *options, const struct whim_option_row *row,
                               union whim_opt_value value)
{
    const char *name = value.ptr;

    return name && *name ? CURLE_SSL_ENGINE_NOTFOUND : CURLE_OK;
}

/* Options that libcurl takes and that change nothing any more. */
CURLcode whim_setter_nothing(struct whim_options *options, const struct whim_option_row *row,
                             union whim_opt_value value)
{
    return CURLE_OK;
}

/* Options that libcurl still lists and knows no more. */
CURLcode whim_setter_unknown(struct whim_options *options, const struct whim_option_row *row,
                             union whim_opt_value value)
{
    return CURLE_UNKNOWN_OPTION;
}

/* The older way to say it: bits of CURLPROTO_*. All of them means also those without a bit. */
CURLcode whim_setter_protocols(struct whim_options *options, const struct whim_option_row *row,
                               union whim_opt_value value)
{
    static const struct {
        uint32_t bit;
        enum whim_scheme scheme;
    } olds[] = {
#define WHIM_PROTO(name) {CURLPROTO_##name, WHIM_SCHEME_##name},
#include "engine/tbl/protocol_bits.h"
    };
    uint32_t asked = (uint32_t)value.num;
    int64_t schemes = asked == UINT32_MAX ? -1 : 0;
    size_t i;

    for (i = 0; i < sizeof(olds) / sizeof(olds[0]); i++) {
        if (asked & olds[i].bit)
            schemes |= whim_scheme_bit(olds[i].scheme);
    }
    return whim_options_set_num(options, row->store, schemes);
}

/* Names between commas, empty ones ignored; or "all". A list that is refused allows nothing. */
CURLcode whim_setter_protocols_str(struct whim_options *options, const struct whim_option_row *row,
                                   union whim_opt_value value)
{
    const char *name = value.ptr;
    int64_t schemes = 0;

    if (!name)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    if (strlen(name) == 3 && whim_ascii_is_equal(name, "all", 3))
        return whim_options_set_num(options, row->store, -1);
    if (whim_options_set_num(options, row->store, 0) != CURLE_OK)
        return CURLE_OUT_OF_MEMORY;
    while (*name) {
        size_t len = strcspn(name, ",");
        enum whim_scheme scheme = whim_scheme_find(name, len);

        if (len && scheme == WHIM_SCHEME_OTHER)
            return CURLE_UNSUPPORTED_PROTOCOL;
        if (len)
            schemes |= whim_scheme_bit(scheme);
        name += len + (name[len] == ',');
    }
    if (!schemes)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    return whim_options_set_num(options, row->store, schemes);
}

/*
 * "name:password" to two rows; without a colon there is no password. All or nothing, but for a
 * lack of memory: then there is no login left, never half of a new one.
 */
static CURLcode set_login(struct whim_options *options, enum whim_opt name_row,
                          enum whim_opt password_row, const char *name, size_t name_len,
                          const char *password, size_t password_len)
{
    if (whim_options_set_str(options, name_row, name, name_len) ||
        whim_options_set_str(options, password_row, password, password_len)) {
        whim_options_unset(options, name_row);
        whim_options_unset(options, password_row);
        return CURLE_OUT_OF_MEMORY;
    }
    return CURLE_OK;
}

CURLcode whim_setter_userpwd(struct whim_options *options, const struct whim_option_row *row,
                             union whim_opt_value value)
{
    const char *login = value.ptr;
    const char *colon = login ? strchr(login, ':') : NULL;

    if (login && strlen(login) > WHIM_OPT_MAX_INPUT)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    return set_login(options, WHIM_OPT_USERNAME, WHIM_OPT_PASSWORD, login,
                     login ? strcspn(login, ":") : 0, colon ? colon + 1 : NULL,
                     colon ? strlen(colon + 1) : 0);
}

/* As USERPWD, but both parts may be percent-encoded. */
CURLcode whim_setter_proxyuserpwd(struct whim_options *options, const struct whim_option_row *row,
                                  union whim_opt_value value)
{
    const char *login = value.ptr;
    size_t len = login ? strlen(login) : 0;
    size_t name_len = login ? strcspn(login, ":") : 0;
    size_t password_len = 0;
    bool has_password = name_len < len;
    char *name, *password;
    CURLcode result = CURLE_URL_MALFORMAT;

    if (!login)
        return set_login(options, WHIM_OPT_PROXYUSERNAME, WHIM_OPT_PROXYPASSWORD, NULL, 0, NULL, 0);
    if (len > WHIM_OPT_MAX_INPUT)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    name = whim_memdup0(login, len);
    if (!name)
        return CURLE_OUT_OF_MEMORY;
    password = name + name_len + has_password;
    if (whim_percent_decode(name, name, name_len, WHIM_PERCENT_REJECT_ZERO, &name_len) &&
        whim_percent_decode(password, password, (size_t)(name + len - password),
                            WHIM_PERCENT_REJECT_ZERO, &password_len))
        result = set_login(options, WHIM_OPT_PROXYUSERNAME, WHIM_OPT_PROXYPASSWORD, name, name_len,
                           has_password ? password : NULL, password_len);
    explicit_bzero(name, len);
    whim_free(name);
    return result;
}
