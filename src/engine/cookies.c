/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/cookies.h"

#include "engine/follow.h"
#include "engine/share.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/cookie_store.h"
#include "proto/http1_parser.h"
#include "proto/http1_request.h"
#include "util/mem.h"

#include <string.h>
#include <time.h>

CURLcode whim_cookies_enable(struct whim_transfer *transfer)
{
    if (transfer->cookies)
        return CURLE_OK;
    transfer->cookies = whim_calloc(1, sizeof(*transfer->cookies));
    if (!transfer->cookies)
        return CURLE_OUT_OF_MEMORY;
    whim_buf_init(&transfer->cookies->unread, WHIM_COOKIES_FILE_BYTES);
    return CURLE_OK;
}

CURLcode whim_cookies_note_file(struct whim_transfer *transfer)
{
    CURLcode result = whim_cookies_enable(transfer);

    if (result == CURLE_OK)
        transfer->cookies->has_news = true;
    return result;
}

static void drop_own(struct whim_transfer *transfer)
{
    struct whim_cookie_engine *engine = transfer->cookies;

    whim_cookie_store_free(engine->own);
    engine->own = NULL;
    engine->stamp = 0;
}

void whim_cookies_fini(struct whim_transfer *transfer)
{
    if (!transfer->cookies)
        return;
    drop_own(transfer);
    whim_buf_fini(&transfer->cookies->unread);
    whim_free(transfer->cookies);
    transfer->cookies = NULL;
}

static struct whim_cookie_store *shared_store(const struct whim_transfer *transfer)
{
    const struct whim_share *share = whim_share_of(transfer);

    return share ? share->cookies : NULL;
}

void whim_cookies_note_share(struct whim_transfer *transfer)
{
    if (!transfer->cookies)
        return;
    transfer->cookies->stamp = 0;
    transfer->cookies->has_news = true;
    if (shared_store(transfer))
        drop_own(transfer);
}

CURLcode whim_cookies_copy(struct whim_transfer *to, const struct whim_transfer *from)
{
    return from->cookies ? whim_cookies_enable(to) : CURLE_OK;
}

struct whim_cookie_store *whim_cookies_store(const struct whim_transfer *transfer)
{
    struct whim_cookie_store *shared = shared_store(transfer);

    if (shared)
        return shared;
    return transfer->cookies ? transfer->cookies->own : NULL;
}

struct whim_cookie_store *whim_cookies_make_store(struct whim_transfer *transfer)
{
    struct whim_cookie_store *store = whim_cookies_store(transfer);

    if (!store && whim_cookies_enable(transfer) == CURLE_OK) {
        store = whim_cookie_store_new(false);
        transfer->cookies->own = store;
    }
    return store;
}

void whim_cookies_tell_lock(struct whim_transfer *transfer, bool is_locked)
{
    if (shared_store(transfer))
        whim_share_tell(transfer, CURL_LOCK_DATA_COOKIE, is_locked);
}

/* The application's own Host field, if the present request has it: not a redirect's to another. */
static const char *find_host_field(const struct whim_transfer *transfer)
{
    const struct curl_slist *headers = whim_opt_ptr(&transfer->options, WHIM_OPT_HTTPHEADER);
    const char *line = headers ? whim_http1_list_find(headers, "Host") : NULL;

    if (!line || line[sizeof("Host") - 1] != ':' || !whim_follow_is_first_host(transfer))
        return NULL;
    line += sizeof("Host:") - 1;
    line += strspn(line, " \t");
    return *line ? line : NULL;
}

/* Whom the present request is for. */
static void find_host(const struct whim_transfer *transfer, struct whim_cookie_engine *engine)
{
    const struct whim_url *url = &transfer->url;
    const char *field = find_host_field(transfer);
    bool is_host;

    if (field)
        is_host = whim_cookie_host_read_field(field, strcspn(field, " \t"), &engine->host);
    else
        is_host = whim_cookie_host_read(transfer->url_text->text + url->host.off, url->host.len,
                                        &engine->host);
    if (!is_host)
        engine->host.len = 0;
    engine->is_secure = url->scheme_id == WHIM_SCHEME_HTTPS ||
                        (is_host && whim_cookie_host_is_local(&engine->host));
    engine->n_taken = 0;
}

static CURLcode pull(struct whim_transfer *transfer, struct whim_buf *buf, bool *ret_is_cut)
{
    const struct whim_cookie_engine *engine = transfer->cookies;
    struct whim_cookie_store *store = whim_cookies_store(transfer);
    struct whim_cookie_query query;

    *ret_is_cut = false;
    if (!engine || !store || !engine->host.len)
        return CURLE_OK;
    query = (struct whim_cookie_query){
        .host = &engine->host,
        .path = transfer->url_text->text + transfer->url.path.off,
        .path_len = transfer->url.path.len,
        .is_secure = engine->is_secure,
        .now_s = (int64_t)time(NULL),
    };
    return whim_cookie_store_pull(store, &query, buf, ret_is_cut) == WHIM_BUF_OK
               ? CURLE_OK
               : CURLE_OUT_OF_MEMORY;
}

CURLcode whim_cookies_pull(struct whim_transfer *transfer, struct whim_buf *buf, bool *ret_is_cut)
{
    CURLcode result;

    find_host(transfer, transfer->cookies);
    whim_cookies_tell_lock(transfer, true);
    result = pull(transfer, buf, ret_is_cut);
    whim_cookies_tell_lock(transfer, false);
    if (*ret_is_cut)
        whim_trace_text(transfer, "Restricted outgoing cookies due to header size");
    return result;
}

static enum whim_cookie_verdict add(struct whim_transfer *transfer,
                                    const struct whim_http1_piece *field)
{
    struct whim_cookie_engine *engine = transfer->cookies;
    struct whim_cookie_store *store;
    struct whim_cookie_line line;
    enum whim_cookie_verdict verdict;
    struct whim_cookie_source source;

    if (!engine) /* the lock callback has switched it off */
        return WHIM_COOKIE_OK;
    store = whim_cookies_make_store(transfer);
    if (!store)
        return WHIM_COOKIE_NO_MEMORY;
    if (engine->n_taken >= WHIM_COOKIES_MAX_OF_RESPONSE)
        return WHIM_COOKIE_TOO_MANY;
    if (!engine->host.len)
        return WHIM_COOKIE_BAD_HOST;
    source = (struct whim_cookie_source){
        .origin = WHIM_COOKIE_OF_SERVER,
        .host = &engine->host,
        .path = transfer->url_text->text + transfer->url.path.off,
        .path_len = transfer->url.path.len,
        .is_secure = engine->is_secure,
        .now_s = (int64_t)time(NULL),
    };
    verdict = whim_cookie_line_read(field->value, field->value_len, source.now_s, &line);
    if (verdict == WHIM_COOKIE_OK)
        verdict = whim_cookie_store_add(store, &line, &source);
    if (verdict == WHIM_COOKIE_OK)
        engine->n_taken++;
    return verdict;
}

CURLcode whim_cookies_take(struct whim_transfer *transfer, const struct whim_http1_piece *field)
{
    const struct whim_share *share = whim_share_of(transfer);
    bool tells_psl = share && share->has_psl;
    enum whim_cookie_verdict verdict;

    whim_cookies_tell_lock(transfer, true);
    if (tells_psl)
        whim_share_tell(transfer, CURL_LOCK_DATA_PSL, true);
    verdict = add(transfer, field);
    if (tells_psl)
        whim_share_tell(transfer, CURL_LOCK_DATA_PSL, false);
    whim_cookies_tell_lock(transfer, false);
    if (verdict == WHIM_COOKIE_NO_MEMORY)
        return CURLE_OUT_OF_MEMORY;
    if (verdict != WHIM_COOKIE_OK)
        whim_trace_text(transfer, "A cookie is not taken: %s", whim_cookie_verdict_text(verdict));
    return CURLE_OK;
}
