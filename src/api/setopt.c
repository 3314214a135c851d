/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/conn.h"
#include "engine/cookies.h"
#include "engine/deadline.h"
#include "engine/drive.h"
#include "engine/guard.h"
#include "engine/pace.h"
#include "engine/sites.h"
#include "engine/transfer.h"

#include <curl/curl.h>
#include <stdarg.h>

/* The headers wrap it in a macro that checks types; what is exported is the plain name (C-8). */
#undef curl_easy_setopt

/* A time limit of a transfer that runs already counts from where it did, and counts from now on. */
static void note_time_limit(struct whim_transfer *transfer)
{
    struct whim_multi *multi = transfer->multi;

    if (!multi || !transfer->info.start_us || transfer->state == WHIM_TRANSFER_APART ||
        transfer->state == WHIM_TRANSFER_CONNECTED || transfer->state == WHIM_TRANSFER_DONE)
        return; /* a callback may be asked for one that is being removed, or added */
    whim_deadline_arm(transfer);
    whim_drive_settle(multi);
}

/* A limit of speed that comes or goes: what was waited for may not be any more. */
static void note_speed_limit(struct whim_transfer *transfer)
{
    struct whim_multi *multi = transfer->multi;

    if (!multi || transfer->state != WHIM_TRANSFER_EXCHANGING)
        return;
    /* From a callback only when it changes something: a turn would call it again. */
    if (!whim_guard_refuses(multi, WHIM_IN_DRIVE) || whim_pace_is_missing(transfer) ||
        whim_conn_is_held_up(transfer->conn))
        whim_transfer_schedule(transfer);
    whim_deadline_arm(transfer);
    whim_drive_settle(multi);
}

/* What an option does beyond being stored. */
static CURLcode act(struct whim_transfer *transfer, CURLoption option, union whim_opt_value value)
{
    switch (option) {
    case CURLOPT_COOKIEFILE:
        if (value.ptr)
            return whim_cookies_note_file(transfer);
        whim_cookies_fini(transfer);
        return CURLE_OK;
    case CURLOPT_COOKIEJAR:
        return value.ptr ? whim_cookies_enable(transfer) : CURLE_OK;
    case CURLOPT_COOKIELIST:
        return whim_cookies_obey(transfer, value.ptr);
    case CURLOPT_SHARE:
        whim_cookies_note_share(transfer);
        return CURLE_OK;
    case CURLOPT_TIMEOUT:
    case CURLOPT_TIMEOUT_MS:
    case CURLOPT_CONNECTTIMEOUT:
    case CURLOPT_CONNECTTIMEOUT_MS:
        note_time_limit(transfer);
        return CURLE_OK;
    case CURLOPT_LOW_SPEED_LIMIT:
    case CURLOPT_LOW_SPEED_TIME:
    case CURLOPT_MAX_RECV_SPEED_LARGE:
    case CURLOPT_MAX_SEND_SPEED_LARGE:
        note_speed_limit(transfer);
        return CURLE_OK;
    default:
        return CURLE_OK;
    }
}

/* Takes the argument whose type the id tells (C-5). */
CURLcode curl_easy_setopt(CURL *handle, CURLoption option, ...)
{
    struct whim_transfer *transfer = whim_transfer_from(handle);
    union whim_opt_value value = {.num = 0};
    CURLcode result;
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
    if (whim_sites_has_option(option))
        return whim_sites_setopt(transfer, option, value);
    result = whim_options_setopt(&transfer->options, option, value);
    return result == CURLE_OK ? act(transfer, option, value) : result;
}
