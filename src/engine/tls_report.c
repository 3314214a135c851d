/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/tls_report.h"

#include "engine/multi.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "tls/info.h"
#include "tls/link.h"
#include "util/mem.h"

#include <stdlib.h>

/* NULL: out of memory. */
static struct whim_tls_report *get(struct whim_transfer *transfer)
{
    struct whim_info *info = &transfer->info;

    if (!info->tls)
        info->tls = whim_calloc(1, sizeof(*info->tls));
    return info->tls;
}

static void tell(struct whim_transfer *transfer, const struct whim_link *link)
{
    const char *alpn = whim_tls_link_alpn(link);
    long result = whim_tls_link_verify_result(link);

    if (!whim_trace_is_on(transfer))
        return;
    whim_trace_text(transfer, "SSL connection using %s / %s%s", whim_tls_link_version(link),
                    whim_tls_link_cipher(link), whim_tls_link_is_resumed(link) ? " (resumed)" : "");
    if (whim_tls_link_n_early(link))
        whim_trace_text(transfer, "SSL early data: %lld bytes%s",
                        llabs((long long)whim_tls_link_n_early(link)),
                        whim_tls_link_n_early(link) < 0 ? ", refused and sent again" : "");
    if (*alpn)
        whim_trace_text(transfer, "ALPN: server accepted %s", alpn);
    else
        whim_trace_text(transfer, "ALPN: server did not agree on a protocol. Uses default.");
    if (result)
        whim_trace_text(transfer, "SSL certificate verify result: %ld, continuing anyway.", result);
    else
        whim_trace_text(transfer, "SSL certificate verify ok.");
}

CURLcode whim_tls_report_connected(struct whim_transfer *transfer, const struct whim_link *link)
{
    struct whim_tls_report *report = get(transfer);

    if (!report)
        return CURLE_OUT_OF_MEMORY;
    report->appconnect_us = whim_info_since_start(&transfer->info, transfer->multi->now_us);
    report->verify_result = whim_tls_link_verify_result(link);
    report->n_early = whim_tls_link_n_early(link);
    tell(transfer, link);
    if (!whim_opt_num(&transfer->options, WHIM_OPT_CERTINFO))
        return CURLE_OK;
    whim_tls_certinfo_free(&report->certinfo);
    report->certinfo = (struct curl_certinfo){0};
    return whim_tls_link_certinfo(link, &report->certinfo);
}

CURLcode whim_tls_report_reused(struct whim_transfer *transfer, const struct whim_link *link)
{
    struct whim_tls_report *report = get(transfer);

    if (!report)
        return CURLE_OUT_OF_MEMORY;
    report->appconnect_us = transfer->info.connect_us;
    report->verify_result = whim_tls_link_verify_result(link);
    return CURLE_OK;
}

void whim_tls_report_result(struct whim_transfer *transfer, const struct whim_link *link,
                            bool is_proxy)
{
    struct whim_tls_report *report = whim_tls_link_is_tls(link) ? get(transfer) : NULL;

    if (report && is_proxy)
        report->proxy_verify_result = whim_tls_link_verify_result(link);
    else if (report)
        report->verify_result = whim_tls_link_verify_result(link);
}

void whim_tls_report_reset(struct whim_tls_report *report)
{
    if (!report)
        return;
    whim_tls_certinfo_free(&report->certinfo);
    report->certinfo = (struct curl_certinfo){0};
    report->appconnect_us = 0;
    report->n_early = 0;
    report->verify_result = 0;
    report->proxy_verify_result = 0;
}

void whim_tls_report_free(struct whim_tls_report *report)
{
    if (!report)
        return;
    whim_tls_certinfo_free(&report->certinfo);
    whim_free(report);
}
