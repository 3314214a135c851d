/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * HSTS between the cache (proto/hsts.h) and what it comes from and goes to: files, callbacks,
 * responses, URLs.
 */
#include "engine/sites.h"

#include "engine/callback.h"
#include "engine/conn.h"
#include "engine/share.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/hsts.h"
#include "proto/http1_parser.h"
#include "proto/url_build.h"
#include "util/file.h"
#include "util/names.h"

#include <errno.h>
#include <string.h>

enum { HTTP_PORT = 80, HTTPS_PORT = 443 };

/*
 * A reference to the share's, or to the handle's own, since callbacks may put an end to either; NULL:
 * HSTS is not asked for.
 */
static struct whim_hsts *get_hsts(const struct whim_transfer *transfer,
                                  const struct whim_sites *sites)
{
    const struct whim_share *share = whim_share_of(transfer);
    struct whim_hsts *hsts = share && share->hsts ? share->hsts : sites ? sites->hsts : NULL;

    return hsts ? whim_hsts_ref(hsts) : NULL;
}

/* Around each use: what is shared guards itself, and the application hears of it (share.h). */
static void tell(struct whim_transfer *transfer, bool is_locked)
{
    const struct whim_share *share = whim_share_of(transfer);

    if (share && share->hsts)
        whim_share_tell(transfer, CURL_LOCK_DATA_HSTS, is_locked);
}

/* A file that is not there has nothing in it. False: it must not be written over. */
static bool read_file(const char *path, struct whim_hsts *hsts, CURLcode *ret_result)
{
    struct whim_buf text;
    bool is_read;
    int error;

    *ret_result = CURLE_OK;
    whim_buf_init(&text, WHIM_HSTS_MAX_FILE_BYTES);
    is_read = whim_file_read(path, &text);
    error = errno;
    if (is_read)
        *ret_result = whim_hsts_read(hsts, text.data, text.len, whim_sites_now_s());
    else if (error == ENOMEM)
        *ret_result = CURLE_OUT_OF_MEMORY;
    whim_buf_fini(&text);
    return is_read || error == ENOENT;
}

static CURLcode load_files(struct whim_transfer *transfer, struct whim_hsts *hsts)
{
    struct whim_buf *slot = &transfer->sites->hsts_files;
    struct whim_buf names = *slot; /* callbacks may name others, or switch it off */
    CURLcode result = CURLE_OK;
    const char *path = NULL;

    whim_buf_init(slot, names.max_len);
    tell(transfer, true);
    while (result == CURLE_OK && (path = whim_names_next(names.data, names.len, path)))
        if (!read_file(path, hsts, &result))
            whim_trace_text(transfer, "HSTS: %s cannot be read", path);
    tell(transfer, false);
    if (result == CURLE_OK || slot->data) {
        whim_buf_fini(&names);
        return result;
    }
    *slot = names; /* to be read by the next request */
    return result;
}

/* What the callback has filled in. */
static CURLcode take_entry(struct whim_hsts *hsts, struct curl_hstsentry *entry)
{
    int64_t expires_s = WHIM_CACHE_FOREVER;

    entry->expire[sizeof(entry->expire) - 1] = 0;
    if (!entry->name || !entry->name[0])
        return CURLE_BAD_FUNCTION_ARGUMENT;
    if (entry->expire[0] && strcmp(entry->expire, "unlimited") != 0)
        expires_s = whim_cache_date_read(entry->expire, strlen(entry->expire));
    if (expires_s <= whim_sites_now_s())
        return CURLE_OK;
    if (whim_hsts_add(hsts, entry->name, strlen(entry->name), entry->includeSubDomains, expires_s,
                      whim_sites_now_s()) == CURLE_OUT_OF_MEMORY)
        return CURLE_OUT_OF_MEMORY;
    return CURLE_OK; /* an address, for one, is none that could be kept */
}

/* Asks the application for hosts, one by one. */
static CURLcode ask(struct whim_transfer *transfer, struct whim_hsts *hsts)
{
    curl_hstsread_callback cb =
        WHIM_OPT_FN(curl_hstsread_callback, &transfer->options, WHIM_OPT_HSTSREADFUNCTION);
    CURLSTScode answer = CURLSTS_OK;
    CURLcode result = CURLE_OK;

    while (answer == CURLSTS_OK && result == CURLE_OK) {
        char name[WHIM_HSTS_MAX_HOST_BYTES + 2] = "";
        struct curl_hstsentry entry = {.name = name, .namelen = sizeof(name) - 1};
        unsigned before = whim_callback_enter(transfer);

        answer = cb(transfer, &entry,
                    whim_opt_ptr(&transfer->options, WHIM_OPT_HSTSREADDATA));
        whim_callback_leave(transfer, before);
        name[sizeof(name) - 1] = 0;
        if (answer == CURLSTS_OK) {
            tell(transfer, true);
            result = take_entry(hsts, &entry);
            tell(transfer, false);
        }
    }
    if (answer == CURLSTS_FAIL) {
        whim_trace_error(transfer, "HSTS: the read callback failed");
        return CURLE_ABORTED_BY_CALLBACK;
    }
    return result;
}

CURLcode whim_sites_load_hsts(struct whim_transfer *transfer)
{
    struct whim_sites *sites = transfer->sites;
    struct whim_hsts *hsts = sites ? get_hsts(transfer, sites) : NULL;
    CURLcode result = CURLE_OK;

    if (!hsts)
        return CURLE_OK;
    if (sites->hsts_files.len)
        result = load_files(transfer, hsts);
    if (result == CURLE_OK && sites->asked_for != transfer->info.transfer_id &&
        whim_opt_is_set(&transfer->options, WHIM_OPT_HSTSREADFUNCTION)) {
        sites->asked_for = transfer->info.transfer_id; /* once per transfer, whatever its hops */
        result = ask(transfer, hsts);
    }
    whim_hsts_unref(hsts);
    return result;
}

/* Over what is in the file by now: others may have written it, and what they know is kept. */
static void save_file(struct whim_transfer *transfer, struct whim_hsts *hsts, const char *path)
{
    struct whim_hsts *all = whim_hsts_new();
    struct whim_buf text;
    CURLcode result;

    whim_buf_init(&text, 2 * (size_t)WHIM_HSTS_MAX_FILE_BYTES);
    if (all && read_file(path, all, &result) && result == CURLE_OK) {
        tell(transfer, true);
        result = whim_hsts_overlay(all, hsts, whim_sites_now_s());
        tell(transfer, false);
        if (result == CURLE_OK && whim_hsts_write(all, &text, whim_sites_now_s()) == CURLE_OK)
            whim_file_replace(path, text.data, text.len);
    }
    whim_buf_fini(&text);
    whim_hsts_unref(all);
}

static void fill_entry(const struct whim_hsts_view *view, char *name,
                       struct curl_hstsentry *ret_entry)
{
    strcpy(name, view->host);
    *ret_entry = (struct curl_hstsentry){
        .name = name,
        .namelen = strlen(name),
        .includeSubDomains = view->has_subdomains,
    };
    if (!whim_cache_date_write(view->expires_s, ret_entry->expire))
        strcpy(ret_entry->expire, "unlimited");
}

/* Tells the application, host by host, of a copy that nobody else changes meanwhile. */
static void tell_all(struct whim_transfer *transfer, struct whim_hsts *hsts,
                     curl_hstswrite_callback cb)
{
    struct whim_hsts *all = whim_hsts_new();
    struct curl_index place = {0, 0};
    struct whim_hsts_view view;
    CURLSTScode answer = CURLSTS_OK;

    tell(transfer, true);
    if (all && whim_hsts_overlay(all, hsts, whim_sites_now_s()) == CURLE_OK)
        place.total = whim_hsts_count(all);
    tell(transfer, false);
    while (answer == CURLSTS_OK && place.index < place.total &&
           whim_hsts_at(all, place.index, &view)) {
        char name[WHIM_HSTS_MAX_HOST_BYTES + 1];
        struct curl_hstsentry entry;

        fill_entry(&view, name, &entry);
        answer = cb(transfer, &entry, &place,
                    whim_opt_ptr(&transfer->options, WHIM_OPT_HSTSWRITEDATA));
        place.index++;
    }
    whim_hsts_unref(all);
}

void whim_sites_save_hsts(struct whim_transfer *transfer, struct whim_sites *sites)
{
    const struct whim_options *options = &transfer->options;
    const char *path = whim_opt_text(options, WHIM_OPT_HSTS);
    curl_hstswrite_callback cb =
        WHIM_OPT_FN(curl_hstswrite_callback, options, WHIM_OPT_HSTSWRITEFUNCTION);
    struct whim_hsts *hsts;

    if (!path && !cb)
        return;
    hsts = get_hsts(transfer, sites);
    if (!hsts)
        return;
    if (path && *path && !(whim_opt_num(options, WHIM_OPT_HSTS_CTRL) & CURLHSTS_READONLYFILE))
        save_file(transfer, hsts, path);
    if (cb)
        tell_all(transfer, hsts, cb);
    whim_hsts_unref(hsts);
}

CURLcode whim_sites_note_hsts(struct whim_conn *conn, const struct whim_http1_piece *field)
{
    struct whim_transfer *transfer = conn->transfer;
    const struct whim_url *url = &transfer->url;
    struct whim_hsts *hsts;
    CURLcode result;

    if (conn->is_hsts_noted || conn->parser.status < 200 || url->host_kind != WHIM_HOST_NAME ||
        !whim_sites_is_verified(transfer))
        return CURLE_OK;
    hsts = get_hsts(transfer, transfer->sites);
    if (!hsts)
        return CURLE_OK;
    conn->is_hsts_noted = true; /* the first one counts (RFC 6797 section 8.1) */
    tell(transfer, true);
    result = whim_hsts_note(hsts, transfer->url_text->text + url->host.off, url->host.len,
                            field->value, field->value_len, whim_sites_now_s());
    tell(transfer, false);
    whim_hsts_unref(hsts);
    if (result == CURLE_BAD_FUNCTION_ARGUMENT)
        whim_trace_text(transfer, "Illegal STS header skipped");
    return result == CURLE_OUT_OF_MEMORY ? result : CURLE_OK;
}

static struct whim_url_piece piece_of(const struct whim_transfer *transfer,
                                      struct whim_url_part part)
{
    return (struct whim_url_piece){transfer->url_text->text + part.off, part.len};
}

/* The same URL with https; port 80 becomes 443, any other stays (RFC 6797 section 8.3). */
static CURLcode make_https(struct whim_transfer *transfer)
{
    const struct whim_url *url = &transfer->url;
    struct whim_url_pieces pieces = {
        .scheme = {"https", 5},
        .user = piece_of(transfer, url->user),
        .password = piece_of(transfer, url->password),
        .options = piece_of(transfer, url->options),
        .host = piece_of(transfer, url->host),
        .zone = piece_of(transfer, url->zone),
        .port_text = piece_of(transfer, url->port_text),
        .path = piece_of(transfer, url->path),
        .query = piece_of(transfer, url->query),
        .fragment = piece_of(transfer, url->fragment),
        .has = url->has,
        .port = url->port,
        .scheme_id = WHIM_SCHEME_HTTPS,
        .host_kind = url->host_kind,
    };
    struct whim_url https;
    struct whim_str *text;
    CURLUcode code;

    if (pieces.port == HTTP_PORT) {
        pieces.port = HTTPS_PORT;
        pieces.has &= (uint16_t)~WHIM_URL_HAS_PORT;
    }
    code = whim_url_join(&pieces, false, &https, &text);
    if (code != CURLUE_OK)
        return whim_url_code_to_curlcode(code);
    whim_str_unref_secret(transfer->url_text);
    transfer->url_text = text;
    transfer->url = https;
    transfer->is_url_plain = false; /* the URL's option has another text */
    whim_trace_text(transfer, "Switched from HTTP to HTTPS due to HSTS => %s", text->text);
    return CURLE_OK;
}

CURLcode whim_sites_upgrade(struct whim_transfer *transfer)
{
    const struct whim_url *url = &transfer->url;
    struct whim_hsts *hsts =
        url->host_kind == WHIM_HOST_NAME ? get_hsts(transfer, transfer->sites) : NULL;
    bool is_known;

    if (!hsts)
        return CURLE_OK;
    tell(transfer, true);
    is_known = whim_hsts_is_known(hsts, transfer->url_text->text + url->host.off, url->host.len,
                                  whim_sites_now_s());
    tell(transfer, false);
    whim_hsts_unref(hsts);
    return is_known ? make_https(transfer) : CURLE_OK;
}
