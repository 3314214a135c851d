/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/sites.h"

#include "engine/transfer.h"
#include "proto/altsvc.h"
#include "proto/hsts.h"
#include "util/mem.h"

#include <string.h>
#include <time.h>

enum { MAX_NAMES_BYTES = 16 * 1024 * 1024 }; /* of files that are to be read */

int64_t whim_sites_now_s(void)
{
    return (int64_t)time(NULL);
}

bool whim_sites_is_verified(const struct whim_transfer *transfer)
{
    return transfer->url.scheme_id == WHIM_SCHEME_HTTPS &&
           whim_opt_num(&transfer->options, WHIM_OPT_SSL_VERIFYPEER) &&
           whim_opt_num(&transfer->options, WHIM_OPT_SSL_VERIFYHOST);
}

static struct whim_sites *get(struct whim_transfer *transfer)
{
    if (!transfer->sites) {
        transfer->sites = whim_calloc(1, sizeof(*transfer->sites));
        if (transfer->sites) {
            whim_buf_init(&transfer->sites->hsts_files, MAX_NAMES_BYTES);
            transfer->sites->asked_for = -1;
        }
    }
    return transfer->sites;
}

static CURLcode enable_hsts(struct whim_transfer *transfer)
{
    struct whim_sites *sites = get(transfer);

    if (sites && !sites->hsts)
        sites->hsts = whim_hsts_new();
    return sites && sites->hsts ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

static CURLcode enable_altsvc(struct whim_transfer *transfer)
{
    struct whim_sites *sites = get(transfer);

    if (sites && !sites->altsvc)
        sites->altsvc = whim_altsvc_new();
    return sites && sites->altsvc ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

static void disable_hsts(struct whim_transfer *transfer)
{
    struct whim_sites *sites = transfer->sites;

    if (!sites)
        return;
    whim_hsts_unref(sites->hsts);
    sites->hsts = NULL;
    whim_buf_fini(&sites->hsts_files);
}

/* Each file that was named is read; the last one is written. */
static CURLcode set_hsts_file(struct whim_transfer *transfer, const char *path)
{
    CURLcode result;

    if (!path) {
        disable_hsts(transfer);
        return CURLE_OK;
    }
    result = enable_hsts(transfer);
    if (result != CURLE_OK)
        return result;
    return whim_buf_add(&transfer->sites->hsts_files, path, strlen(path) + 1) == WHIM_BUF_OK
               ? CURLE_OK
               : CURLE_OUT_OF_MEMORY;
}

/* A file that is named once more has been read: what it says may be over by now. */
static CURLcode set_altsvc_file(struct whim_transfer *transfer, const char *path, bool is_same)
{
    CURLcode result = CURLE_OK;

    if (path)
        result = enable_altsvc(transfer);
    if (result == CURLE_OK && transfer->sites && !is_same)
        transfer->sites->is_altsvc_unread = path != NULL;
    return result;
}

static bool is_text(const char *text, const char *other)
{
    return text && other && !strcmp(text, other);
}

CURLcode whim_sites_setopt(struct whim_transfer *transfer, CURLoption option,
                           union whim_opt_value value)
{
    bool is_same_altsvc = option == CURLOPT_ALTSVC && transfer->sites && transfer->sites->altsvc &&
                          is_text(whim_opt_text(&transfer->options, WHIM_OPT_ALTSVC), value.ptr);
    CURLcode result = whim_options_setopt(&transfer->options, option, value);

    if (result != CURLE_OK)
        return result;
    switch (option) {
    case CURLOPT_HSTS:
        return set_hsts_file(transfer, value.ptr);
    case CURLOPT_HSTS_CTRL:
        if (value.num & CURLHSTS_ENABLE)
            return enable_hsts(transfer);
        disable_hsts(transfer);
        return CURLE_OK;
    case CURLOPT_ALTSVC:
        return set_altsvc_file(transfer, value.ptr, is_same_altsvc);
    default:
        return enable_altsvc(transfer);
    }
}

CURLcode whim_sites_copy(struct whim_transfer *copy, const struct whim_transfer *transfer)
{
    const struct whim_sites *sites = transfer->sites;
    CURLcode result = CURLE_OK;

    if (!sites)
        return CURLE_OK;
    if (sites->hsts) {
        result = set_hsts_file(copy, whim_opt_text(&copy->options, WHIM_OPT_HSTS));
        if (result == CURLE_OK)
            result = enable_hsts(copy);
        if (result == CURLE_OK)
            result = whim_hsts_overlay(copy->sites->hsts, sites->hsts, whim_sites_now_s());
    }
    if (result == CURLE_OK && sites->altsvc) {
        result = enable_altsvc(copy);
        if (result == CURLE_OK)
            copy->sites->is_altsvc_unread = whim_opt_is_set(&copy->options, WHIM_OPT_ALTSVC);
    }
    return result;
}

static void free_sites(struct whim_sites *sites)
{
    whim_hsts_unref(sites->hsts);
    whim_altsvc_free(sites->altsvc);
    whim_buf_fini(&sites->hsts_files);
    whim_free(sites);
}

void whim_sites_drop(struct whim_transfer *transfer)
{
    struct whim_sites *sites = transfer->sites;

    transfer->sites = NULL;
    if (sites)
        free_sites(sites);
}

void whim_sites_fini(struct whim_transfer *transfer)
{
    struct whim_sites *sites = transfer->sites;

    whim_sites_save_hsts(transfer, sites);
    if (!sites)
        return;
    transfer->sites = NULL;
    if (sites->altsvc)
        whim_sites_save_altsvc(transfer, sites);
    free_sites(sites);
}

CURLcode whim_sites_prepare(struct whim_transfer *transfer)
{
    struct whim_sites *sites = transfer->sites;
    CURLcode result = whim_sites_load_hsts(transfer);

    if (result == CURLE_OK && sites && sites->is_altsvc_unread)
        result = whim_sites_load_altsvc(transfer);
    if (result == CURLE_OK && transfer->url.scheme_id == WHIM_SCHEME_HTTP)
        result = whim_sites_upgrade(transfer);
    return result;
}
