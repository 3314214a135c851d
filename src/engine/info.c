/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/info.h"

#include "engine/tls_report.h"
#include "util/mem.h"
#include "util/str.h"

#include <stddef.h>

void whim_info_reset(struct whim_info *info)
{
    *info = (struct whim_info){
        .content_length = -1,
        .upload_length = -1,
        .filetime = -1,
        .conn_id = -1,
        .transfer_id = -1,
        .active_fd = -1,
        .content_type = info->content_type,
        .ip_texts = info->ip_texts,
        .tls = info->tls,
    };
    whim_tls_report_reset(info->tls);
}

void whim_info_fini(struct whim_info *info)
{
    whim_str_unref(info->content_type);
    info->content_type = NULL;
    whim_free(info->ip_texts);
    info->ip_texts = NULL;
    whim_tls_report_free(info->tls);
    info->tls = NULL;
}

static const char *address_text(struct whim_info *info, const struct whim_address *address,
                                size_t offset)
{
    if (!info->ip_texts)
        info->ip_texts = whim_malloc(2 * WHIM_ADDRESS_TEXT_BYTES);
    if (!info->ip_texts)
        return "";
    return whim_address_text(address, info->ip_texts + offset);
}

const char *whim_info_remote_text(struct whim_info *info)
{
    return address_text(info, &info->remote, 0);
}

const char *whim_info_local_text(struct whim_info *info)
{
    return address_text(info, &info->local, WHIM_ADDRESS_TEXT_BYTES);
}
