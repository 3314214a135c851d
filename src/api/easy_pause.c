/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * curl_easy_pause (section 1.15).
 *
 * Going on never calls back from inside of this call: the transfer is put into the run queue, the
 * timer is set to 0 ms, and the next drive call delivers what is held.
 */
#include "api/handles.h"
#include "engine/conn.h"
#include "engine/deadline.h"
#include "engine/drive.h"
#include "engine/pace.h"
#include "util/clock.h"

/*
 * What is over, or being removed, may still have its connection while callbacks are asked. What is
 * to be asked again may go on before it has another one.
 */
static bool can_pause(const struct whim_transfer *transfer)
{
    if (!transfer->conn && !transfer->is_recv_paused && !transfer->is_send_paused)
        return false;
    return transfer->state != WHIM_TRANSFER_APART && transfer->state != WHIM_TRANSFER_CONNECTED &&
           transfer->state != WHIM_TRANSFER_DONE;
}

CURLcode curl_easy_pause(CURL *handle, int bitmask)
{
    struct whim_transfer *transfer = whim_transfer_from(handle);
    bool goes_on;

    if (!transfer)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    if (transfer->multi && whim_guard_refuses(transfer->multi, WHIM_IN_SOCKET_CB))
        return CURLE_RECURSIVE_API_CALL;
    if (!can_pause(transfer))
        return CURLE_BAD_FUNCTION_ARGUMENT; /* C-159 */
    goes_on = (transfer->is_recv_paused && !(bitmask & CURLPAUSE_RECV)) ||
              (transfer->is_send_paused && !(bitmask & CURLPAUSE_SEND));
    transfer->is_recv_paused = (bitmask & CURLPAUSE_RECV) != 0;
    transfer->is_send_paused = (bitmask & CURLPAUSE_SEND) != 0;
    transfer->is_source_paused = false;
    if (transfer->state != WHIM_TRANSFER_EXCHANGING &&
        !(transfer->conn && transfer->conn->is_chain_held))
        return CURLE_OK;
    if (!whim_guard_refuses(transfer->multi, WHIM_IN_DRIVE))
        transfer->multi->now_us = whim_clock_now_us();
    whim_pace_restart(transfer);
    if (goes_on)
        whim_transfer_schedule(transfer);
    whim_conn_update_interest(transfer->conn);
    whim_deadline_arm(transfer);
    return whim_drive_settle(transfer->multi) == CURLM_OK ? CURLE_OK : CURLE_ABORTED_BY_CALLBACK;
}
