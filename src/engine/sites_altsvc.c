/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Alternative services between the cache (proto/altsvc.h) and what it comes from and goes to: the
 * file, responses, the way of a request. The alternative shows a certificate for the origin's name
 * (RFC 7838 section 2.1): TLS knows of the origin alone, wherever the socket leads.
 */
#include "engine/sites.h"

#include "engine/conn.h"
#include "engine/pool.h"
#include "engine/route.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/altsvc.h"
#include "proto/http1_parser.h"
#include "util/file.h"

#include <errno.h>

/* What we speak. Nothing else is learnt, and nothing else is used of a file. */
#define SPOKEN WHIM_ALTSVC_BIT(WHIM_ALTSVC_H1)

/* Those that the application wants: all, unless it has said which. */
static unsigned protocols_of(const struct whim_transfer *transfer)
{
    int64_t ctrl = whim_opt_num(&transfer->options, WHIM_OPT_ALTSVC_CTRL);

    if (!(ctrl & (CURLALTSVC_H1 | CURLALTSVC_H2 | CURLALTSVC_H3)))
        return SPOKEN;
    return ctrl & CURLALTSVC_H1 ? SPOKEN : 0;
}

static struct whim_altsvc_place origin_of(const struct whim_transfer *transfer)
{
    const struct whim_url *url = &transfer->url;

    return (struct whim_altsvc_place){
        .protocol = WHIM_ALTSVC_H1,
        .host = transfer->url_text->text + url->host.off,
        .len = url->host.len,
        .port = url->port,
    };
}

CURLcode whim_sites_load_altsvc(struct whim_transfer *transfer)
{
    const char *path = whim_opt_text(&transfer->options, WHIM_OPT_ALTSVC);
    CURLcode result = CURLE_OK;
    struct whim_buf text;
    bool is_read;
    int error;

    if (!path)
        return CURLE_OK;
    whim_buf_init(&text, WHIM_ALTSVC_MAX_FILE_BYTES);
    is_read = whim_file_read(path, &text);
    error = is_read ? 0 : errno;
    if (is_read)
        result = whim_altsvc_read(transfer->sites->altsvc, text.data, text.len,
                                  whim_sites_now_s());
    else if (error == ENOMEM)
        result = CURLE_OUT_OF_MEMORY;
    else if (error != ENOENT) /* then it must not be written over either */
        whim_trace_text(transfer, "Alternative services: %s cannot be read", path);
    whim_buf_fini(&text);
    if (result == CURLE_OK && (is_read || error == ENOENT))
        transfer->sites->is_altsvc_unread = false;
    return result;
}

void whim_sites_save_altsvc(struct whim_transfer *transfer, struct whim_sites *sites)
{
    const char *path = whim_opt_text(&transfer->options, WHIM_OPT_ALTSVC);
    struct whim_buf text;

    if (!path || !*path || sites->is_altsvc_unread || /* then it has what there is already */
        whim_opt_num(&transfer->options, WHIM_OPT_ALTSVC_CTRL) & CURLALTSVC_READONLYFILE)
        return;
    whim_buf_init(&text, 2 * (size_t)WHIM_ALTSVC_MAX_FILE_BYTES);
    if (whim_altsvc_write(sites->altsvc, &text, whim_sites_now_s()) == CURLE_OK)
        whim_file_replace(path, text.data, text.len);
    whim_buf_fini(&text);
}

CURLcode whim_sites_note_altsvc(struct whim_conn *conn, const struct whim_http1_piece *field)
{
    struct whim_transfer *transfer = conn->transfer;
    struct whim_sites *sites = transfer->sites;
    struct whim_altsvc_place origin = origin_of(transfer);

    if (!sites || !sites->altsvc || !whim_sites_is_verified(transfer))
        return CURLE_OK;
    return whim_altsvc_note(sites->altsvc, &origin, field->value, field->value_len,
                            protocols_of(transfer), whim_sites_now_s());
}

bool whim_sites_find_alternative(const struct whim_transfer *transfer,
                                 struct whim_altsvc_place *ret_place)
{
    const struct whim_sites *sites = transfer->sites;
    struct whim_altsvc_place origin = origin_of(transfer);

    return sites && sites->altsvc && transfer->url.scheme_id == WHIM_SCHEME_HTTPS &&
           whim_altsvc_find(sites->altsvc, &origin, protocols_of(transfer), whim_sites_now_s(),
                            ret_place);
}

/* Does the failure speak against the place, and not against the request or the time that it took? */
static bool is_of_the_place(CURLcode result)
{
    switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        return true;
    default:
        return false;
    }
}

static bool is_at_alternative(const struct whim_transfer *transfer)
{
    const struct whim_route *route = transfer->origin ? transfer->origin->key.route : NULL;

    return route && route->is_alternative && transfer->sites && transfer->sites->altsvc;
}

static bool mark_broken(struct whim_transfer *transfer, const char *reason)
{
    struct whim_altsvc_place origin = origin_of(transfer);

    if (!whim_altsvc_mark_broken(transfer->sites->altsvc, &origin, whim_sites_now_s()))
        return false;
    whim_trace_text(transfer, "The alternative service %s, asking the origin", reason);
    return true;
}

bool whim_sites_drop_alternative(struct whim_transfer *transfer, CURLcode result)
{
    return is_at_alternative(transfer) &&
           transfer->state == WHIM_TRANSFER_CONNECTING && is_of_the_place(result) &&
           mark_broken(transfer, "does not work");
}

bool whim_sites_drop_misdirecting(struct whim_transfer *transfer)
{
    if (!is_at_alternative(transfer))
        return false;
    mark_broken(transfer, "does not answer for it"); /* where it is known no more, that is as good */
    return true;
}
