/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/follow.h"

#include "engine/multi.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "util/ascii.h"
#include "util/mem.h"

#include <string.h>

void whim_follow_fini(struct whim_transfer *transfer)
{
    struct whim_follow *follow = transfer->follow;

    if (!follow)
        return;
    transfer->follow = NULL;
    whim_str_unref_secret(follow->location);
    whim_str_unref_secret(follow->url);
    whim_str_unref_secret(follow->referer);
    whim_str_unref_secret(follow->first_text);
    whim_free(follow);
}

static bool is_location(const struct whim_follow *follow, const char *value, size_t len)
{
    return follow->location->len == len && !memcmp(follow->location->text, value, len);
}

CURLcode whim_follow_note_location(struct whim_transfer *transfer, const char *value, size_t len)
{
    if (!len)
        return CURLE_OK;
    if (!transfer->follow)
        transfer->follow = whim_calloc(1, sizeof(*transfer->follow));
    if (!transfer->follow)
        return CURLE_OUT_OF_MEMORY;
    if (transfer->follow->location) {
        if (is_location(transfer->follow, value, len))
            return CURLE_OK;
        whim_trace_error(transfer, "Several Location fields with different targets");
        return CURLE_WEIRD_SERVER_REPLY;
    }
    return whim_str_set(&transfer->follow->location, value, len) == 0 ? CURLE_OK
                                                                      : CURLE_OUT_OF_MEMORY;
}

bool whim_follow_is_wanted(const struct whim_transfer *transfer)
{
    return transfer->follow && transfer->follow->location &&
           whim_opt_num(&transfer->options, WHIM_OPT_FOLLOWLOCATION);
}

bool whim_follow_is_hop(const struct whim_transfer *transfer)
{
    return transfer->follow && transfer->follow->n_hops;
}

bool whim_follow_is_first_host(const struct whim_transfer *transfer)
{
    const struct whim_follow *follow = transfer->follow;
    const struct whim_url *url = &transfer->url;

    if (!whim_follow_is_hop(transfer))
        return true;
    return url->host.len == follow->first.host.len &&
           whim_ascii_is_equal(transfer->url_text->text + url->host.off,
                               follow->first_text->text + follow->first.host.off, url->host.len);
}

/* The same address is another host behind another interface. */
static bool is_first_zone(const struct whim_transfer *transfer)
{
    const struct whim_follow *follow = transfer->follow;
    const struct whim_url_part zone = transfer->url.zone;

    return zone.len == follow->first.zone.len &&
           !memcmp(transfer->url_text->text + zone.off,
                   follow->first_text->text + follow->first.zone.off, zone.len);
}

bool whim_follow_may_have_secrets(const struct whim_transfer *transfer)
{
    const struct whim_follow *follow = transfer->follow;

    if (!whim_follow_is_hop(transfer) ||
        whim_opt_num(&transfer->options, WHIM_OPT_UNRESTRICTED_AUTH))
        return true;
    return transfer->url.scheme_id == follow->first.scheme_id &&
           transfer->url.port == follow->first.port && whim_follow_is_first_host(transfer) &&
           is_first_zone(transfer);
}

enum whim_method whim_follow_method(const struct whim_transfer *transfer)
{
    if (!transfer->follow || !transfer->follow->is_get)
        return whim_opt_method(&transfer->options);
    return whim_opt_num(&transfer->options, WHIM_OPT_NOBODY) ? WHIM_METHOD_HEAD : WHIM_METHOD_GET;
}

const char *whim_follow_method_name(const struct whim_transfer *transfer)
{
    const char *custom = whim_opt_text(&transfer->options, WHIM_OPT_CUSTOMREQUEST);

    if (custom && !(transfer->follow && transfer->follow->ignores_custom))
        return custom;
    return whim_method_name(whim_follow_method(transfer));
}

const struct whim_str *whim_follow_referer(const struct whim_transfer *transfer)
{
    if (transfer->follow && transfer->follow->referer)
        return transfer->follow->referer;
    return whim_opt_str(&transfer->options, WHIM_OPT_REFERER);
}

/* CURLOPT_POSTREDIR's bit for a status, 0: it has none. */
static int64_t postredir_bit(unsigned status)
{
    switch (status) {
    case 301:
        return CURL_REDIR_POST_301;
    case 302:
        return CURL_REDIR_POST_302;
    case 303:
        return CURL_REDIR_POST_303;
    default:
        return 0;
    }
}

/* 301 and 302 make a GET of a POST, 303 one of everything but GET and HEAD (C-191). */
static bool becomes_get(const struct whim_transfer *transfer, unsigned status)
{
    enum whim_method method = whim_follow_method(transfer);
    bool is_post = method == WHIM_METHOD_POST || method == WHIM_METHOD_POST_MIME;
    int64_t bit = postredir_bit(status);

    if (!bit || (is_post && whim_opt_num(&transfer->options, WHIM_OPT_POSTREDIR) & bit))
        return false;
    return is_post || (status == 303 && method == WHIM_METHOD_PUT);
}

/*
 * The modes of CURLOPT_FOLLOWLOCATION differ in what becomes of CURLOPT_CUSTOMREQUEST: it stays, or
 * goes where the status says so, or is for the first request alone.
 */
static void change_method(struct whim_transfer *transfer, unsigned status)
{
    struct whim_follow *follow = transfer->follow;
    int64_t mode = whim_opt_num(&transfer->options, WHIM_OPT_FOLLOWLOCATION);
    bool has_custom = whim_opt_is_set(&transfer->options, WHIM_OPT_CUSTOMREQUEST);

    if (mode == CURLFOLLOW_FIRSTONLY && has_custom)
        follow->ignores_custom = true;
    if (mode == CURLFOLLOW_OBEYCODE && has_custom && postredir_bit(status) &&
        !(postredir_bit(status) & whim_opt_num(&transfer->options, WHIM_OPT_POSTREDIR))) {
        follow->ignores_custom = true;
        follow->is_get = true;
    }
    if (becomes_get(transfer, status))
        follow->is_get = true;
}

/* The present URL for the next request's Referer: without user and fragment (C-193). */
static CURLcode keep_referer(struct whim_transfer *transfer)
{
    const struct whim_url *url = &transfer->url;
    const char *text = transfer->url_text->text;
    struct whim_buf buf;
    enum whim_buf_result result;
    int failed = 0;

    if (!whim_opt_num(&transfer->options, WHIM_OPT_AUTOREFERER))
        return CURLE_OK;
    whim_buf_init(&buf, 2 * (size_t)WHIM_URL_MAX_BYTES);
    result = whim_buf_add(&buf, text + url->scheme.off, url->scheme.len);
    if (result == WHIM_BUF_OK)
        result = whim_buf_add_str(&buf, "://");
    if (result == WHIM_BUF_OK)
        result = whim_url_add_authority(&buf, text, url);
    if (result == WHIM_BUF_OK)
        result = whim_url_add_target(&buf, text, url);
    if (result == WHIM_BUF_OK)
        failed = whim_str_set(&transfer->follow->referer, buf.data, buf.len);
    whim_buf_fini(&buf);
    return result == WHIM_BUF_OK && !failed ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

/* What was asked for by TLS is not told without it (RFC 9110 section 10.1.3). */
static void drop_referer(struct whim_follow *follow)
{
    whim_str_unref_secret(follow->referer);
    follow->referer = NULL;
}

/* Where the Location leads from the present URL; *ret_text is the caller's. */
static CURLUcode resolve(const struct whim_transfer *transfer, unsigned flags,
                         struct whim_url *ret_url, struct whim_str **ret_text)
{
    const struct whim_str *location = transfer->follow->location;

    flags |= CURLU_NON_SUPPORT_SCHEME | CURLU_ALLOW_SPACE | CURLU_URLENCODE | WHIM_URL_ASCII_HOST;
    if (whim_opt_num(&transfer->options, WHIM_OPT_PATH_AS_IS))
        flags |= CURLU_PATH_AS_IS;
    return whim_url_resolve(transfer->url_text->text, &transfer->url, location->text, location->len,
                            flags, ret_url, ret_text);
}

CURLcode whim_follow_tell(struct whim_transfer *transfer)
{
    struct whim_follow *follow = transfer->follow;
    struct whim_str *text;
    struct whim_url url;
    CURLUcode code = resolve(transfer, 0, &url, &text);

    if (code != CURLUE_OK) /* a target that is none is not told, and is no failure */
        return code == CURLUE_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY : CURLE_OK;
    whim_str_unref_secret(follow->url);
    follow->url = text;
    return CURLE_OK;
}

/* The target takes the present URL's place. */
static CURLcode take_target(struct whim_transfer *transfer)
{
    struct whim_follow *follow = transfer->follow;
    const struct whim_str *location = follow->location;
    unsigned flags = whim_opt_num(&transfer->options, WHIM_OPT_DISALLOW_USERNAME_IN_URL)
                         ? CURLU_DISALLOW_USER
                         : 0;
    struct whim_str *text;
    struct whim_url url;
    CURLUcode code = resolve(transfer, flags, &url, &text);

    if (code != CURLUE_OK) {
        whim_trace_error(transfer, "The redirect target URL could not be parsed: %s",
                         curl_url_strerror(code));
        return whim_url_code_to_curlcode(code);
    }
    if (!follow->n_hops) {
        follow->first_text = whim_str_ref(transfer->url_text);
        follow->first = transfer->url;
    }
    if (whim_url_is_absolute(location->text, location->len, false))
        follow->ignores_port = true; /* C-195 */
    else if (!follow->ignores_port && whim_opt_num(&transfer->options, WHIM_OPT_PORT))
        url.port = (uint16_t)whim_opt_num(&transfer->options, WHIM_OPT_PORT);
    whim_str_unref_secret(transfer->url_text);
    transfer->url_text = text;
    transfer->url = url;
    transfer->is_url_plain = false; /* the URL's option has another text */
    return CURLE_OK;
}

static CURLcode aim(struct whim_transfer *transfer)
{
    struct whim_follow *follow = transfer->follow;
    int64_t max = whim_opt_num(&transfer->options, WHIM_OPT_MAXREDIRS);
    bool was_secure;
    CURLcode result;

    if (max >= 0 && follow->n_hops >= max) {
        result = whim_follow_tell(transfer);
        whim_trace_error(transfer, "Maximum (%lld) redirects followed", (long long)max);
        return result == CURLE_OK ? CURLE_TOO_MANY_REDIRECTS : result;
    }
    was_secure = transfer->url.scheme_id == WHIM_SCHEME_HTTPS;
    result = keep_referer(transfer);
    if (result == CURLE_OK)
        result = take_target(transfer);
    if (result != CURLE_OK)
        return result;
    if (was_secure && transfer->url.scheme_id != WHIM_SCHEME_HTTPS)
        drop_referer(follow);
    change_method(transfer, transfer->info.response_code);
    follow->n_hops++;
    follow->redirect_us = whim_info_since_start(&transfer->info, transfer->multi->now_us);
    whim_str_unref_secret(follow->location);
    follow->location = NULL;
    return CURLE_OK;
}

void whim_follow_go(struct whim_transfer *transfer, bool can_keep_conn)
{
    CURLcode result = aim(transfer);

    if (result == CURLE_OK)
        whim_transfer_hop(transfer, can_keep_conn);
    else
        whim_transfer_finish(transfer, result, false);
}
