/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What a response tells the engine: its status, its fields, the end of its head. Whatever stands in
 * between goes on to the application as it is.
 */
#include "engine/http1_exchange.h"

#include "engine/conn.h"
#include "engine/cookies.h"
#include "engine/decode.h"
#include "engine/follow.h"
#include "engine/http1_challenge.h"
#include "engine/login.h"
#include "engine/multi.h"
#include "engine/pace.h"
#include "engine/sites.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/http1_fields.h"

enum {
    PARTIAL_CONTENT = 206,
    NOT_MODIFIED = 304,
    EXPECTATION_FAILED = 417,
    MISDIRECTED_REQUEST = 421,
};

static void note_status(struct whim_conn *conn)
{
    struct whim_info *info = &conn->transfer->info;

    info->response_code = conn->parser.status;
    info->http_version = conn->parser.version;
    if (conn->parser.status > 400) {
        whim_http1_challenge_note_status(conn);
        whim_login_note_status(conn->transfer, conn->parser.status);
    }
}

static CURLcode note_field(struct whim_conn *conn, const struct whim_http1_piece *field)
{
    struct whim_transfer *transfer = conn->transfer;
    struct whim_info *info = &transfer->info;

    if (field->name_len == sizeof("Content-Type") - 1 &&
        whim_http1_is_name(field->name, field->name_len, "Content-Type")) {
        if (whim_str_set(&info->content_type, field->value, field->value_len) != 0)
            return CURLE_OUT_OF_MEMORY;
        info->has_content_type = true;
    } else if (field->name_len == sizeof("Set-Cookie") - 1 && transfer->cookies &&
               whim_http1_is_name(field->name, field->name_len, "Set-Cookie")) {
        return whim_cookies_take(transfer, field);
    } else if (field->name_len == sizeof("Retry-After") - 1 &&
               whim_http1_is_name(field->name, field->name_len, "Retry-After")) {
        info->retry_after_s = whim_http1_parse_retry_after(field->value, field->value_len);
    } else if (field->name_len == sizeof("Last-Modified") - 1 &&
               (whim_opt_num(&transfer->options, WHIM_OPT_FILETIME) ||
                whim_opt_num(&transfer->options, WHIM_OPT_TIMECONDITION)) &&
               whim_http1_is_name(field->name, field->name_len, "Last-Modified")) {
        info->filetime = whim_http1_parse_date(field->value, field->value_len);
    } else if (field->name_len == sizeof("Content-Range") - 1 &&
               whim_opt_is_set(&transfer->options, WHIM_OPT_RESUME_FROM_LARGE) &&
               whim_http1_is_name(field->name, field->name_len, "Content-Range")) {
        transfer->is_range_kept =
            whim_http1_parse_range_start(field->value, field->value_len) ==
            whim_opt_num(&transfer->options, WHIM_OPT_RESUME_FROM_LARGE);
    } else if (field->name_len == sizeof("Location") - 1 &&
               whim_http1_is_redirect(conn->parser.status) &&
               whim_http1_is_name(field->name, field->name_len, "Location")) {
        return whim_follow_note_location(transfer, field->value, field->value_len);
    } else if (field->name_len == sizeof("Content-Encoding") - 1 &&
               whim_http1_is_name(field->name, field->name_len, "Content-Encoding")) {
        return whim_decode_note_content(conn, field);
    } else if (field->name_len == sizeof("Transfer-Encoding") - 1 &&
               whim_http1_is_name(field->name, field->name_len, "Transfer-Encoding")) {
        return whim_decode_note_transfer(conn, field);
    } else if (field->name_len == sizeof("Strict-Transport-Security") - 1 &&
               whim_http1_is_name(field->name, field->name_len, "Strict-Transport-Security")) {
        return whim_sites_note_hsts(conn, field);
    } else if (field->name_len == sizeof("Alt-Svc") - 1 && transfer->sites &&
               conn->parser.status != MISDIRECTED_REQUEST &&
               whim_http1_is_name(field->name, field->name_len, "Alt-Svc")) {
        return whim_sites_note_altsvc(conn, field);
    }
    return CURLE_OK;
}

/* Does the application want its body sent though the server says that it will not do? */
static bool is_kept_sending(const struct whim_conn *conn)
{
    return conn->parser.status >= 300 && !conn->is_asked_again &&
           whim_opt_num(&conn->transfer->options, WHIM_OPT_KEEP_SENDING_ON_ERROR);
}

/* 100 Continue, or a final answer that came instead of it (RFC 9110 section 10.1.1). */
static void end_wait_for_continue(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;

    if (!transfer->is_continue_awaited)
        return;
    if (!conn->parser.is_final && conn->parser.status != 100)
        return;
    transfer->is_continue_awaited = false;
    if (conn->parser.is_final && !is_kept_sending(conn)) {
        whim_trace_text(transfer, "The server answered without asking for the body: not sending it");
        conn->is_send_over = true;
        conn->is_no_reuse = true;
    } else {
        whim_transfer_schedule(transfer);
    }
}

static CURLcode check_size(struct whim_transfer *transfer, int64_t size)
{
    int64_t max = whim_opt_num(&transfer->options, WHIM_OPT_MAXFILESIZE_LARGE);

    if (max <= 0 || size <= max)
        return CURLE_OK;
    whim_trace_error(transfer, "Maximum file size exceeded");
    return CURLE_FILESIZE_EXCEEDED;
}

/* Whatever the application thinks of it. */
static bool can_be_sent_anew(const struct whim_transfer *transfer)
{
    return transfer->upload.source == WHIM_UPLOAD_NONE ||
           transfer->upload.source == WHIM_UPLOAD_MEMORY;
}

/* Is the response a step on the way: a challenge that can be met, a redirect to be followed? */
static CURLcode decide_next(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    CURLcode result = CURLE_OK;
    bool asks_again = false;

    if (conn->proxy_round)
        result = whim_http1_challenge_decide(conn);
    if (transfer->login && result == CURLE_OK && !conn->is_asked_again)
        result = whim_login_decide(transfer, conn->parser.status, &asks_again);
    if (transfer->upload.is_held_back && conn->parser.status < 300 && !conn->is_asked_again &&
        !asks_again) {
        transfer->is_login_waived = true;
        conn->is_asked_again = true;
    }
    if (conn->parser.status == EXPECTATION_FAILED && transfer->is_expect_sent &&
        !conn->is_asked_again) {
        transfer->is_expect_refused = true; /* without it the server may well take the body */
        conn->is_asked_again = true;
    }
    if (conn->parser.status == MISDIRECTED_REQUEST && transfer->sites &&
        can_be_sent_anew(transfer) && whim_sites_drop_misdirecting(transfer)) {
        transfer->is_misdirected = true;
        conn->is_asked_again = true;
    }
    if (asks_again ||
        (whim_http1_is_redirect(conn->parser.status) && whim_follow_is_wanted(transfer)))
        conn->is_asked_again = true;
    return result;
}

/* The server may have looked at the date or not; the application sees a 304 either way. */
static void note_condition(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    struct whim_info *info = &transfer->info;

    if (conn->is_asked_again ||
        whim_opt_num(&transfer->options, WHIM_OPT_TIMECONDITION) == CURL_TIMECOND_NONE)
        return;
    if (conn->parser.status == NOT_MODIFIED) {
        info->is_condition_unmet = true;
    } else if (!whim_opt_is_set(&transfer->options, WHIM_OPT_RANGE) &&
               whim_transfer_fails_condition(transfer)) {
        whim_trace_text(transfer, "The document does not meet the time condition");
        info->is_condition_unmet = true;
        info->response_code = NOT_MODIFIED;
        transfer->is_condition_unmet = true;
    }
}

/* Who resumes wants the rest, and nothing else (RFC 9110 section 14.4). */
static CURLcode check_resumed(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    int64_t from = whim_opt_num(&transfer->options, WHIM_OPT_RESUME_FROM_LARGE);

    if (from <= 0 || transfer->method != WHIM_METHOD_GET || conn->is_asked_again ||
        conn->parser.framing == WHIM_HTTP1_NO_BODY || conn->parser.status >= 300)
        return CURLE_OK;
    if (conn->parser.status == PARTIAL_CONTENT && transfer->is_range_kept)
        return CURLE_OK;
    if (transfer->info.content_length == from) {
        whim_trace_text(transfer, "The entire document is already downloaded");
        transfer->is_condition_unmet = true;
        return CURLE_OK;
    }
    whim_trace_error(transfer, "HTTP server does not seem to support byte ranges. Cannot resume.");
    return CURLE_RANGE_ERROR;
}

/* A header block has ended: what it means for the rest of the exchange. */
static CURLcode note_block_end(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    const struct whim_http1_parser *parser = &conn->parser;
    CURLcode result;

    if (!parser->is_final) {
        end_wait_for_continue(conn);
        if (conn->decode)
            whim_decode_note_block_end(conn);
        return CURLE_OK;
    }
    result = decide_next(conn);
    if (result != CURLE_OK)
        return result;
    end_wait_for_continue(conn);
    if (conn->decode)
        whim_decode_note_block_end(conn);
    if (parser->framing == WHIM_HTTP1_BY_LENGTH || transfer->method == WHIM_METHOD_HEAD)
        transfer->info.content_length = parser->content_length;
    else if (parser->framing == WHIM_HTTP1_NO_BODY)
        transfer->info.content_length = 0; /* whatever the field of a 304 says */
    if (whim_opt_is_set(&transfer->options, WHIM_OPT_TIMECONDITION))
        note_condition(conn);
    if (whim_opt_is_set(&transfer->options, WHIM_OPT_RESUME_FROM_LARGE))
        result = check_resumed(conn);
    if (result != CURLE_OK)
        return result;
    if (parser->status >= 400 && !conn->is_asked_again &&
        whim_opt_num(&transfer->options, WHIM_OPT_FAILONERROR)) {
        whim_trace_error(transfer, "The requested URL returned error: %d", parser->status);
        return CURLE_HTTP_RETURNED_ERROR;
    }
    if (parser->status >= 300 && !whim_upload_is_done(&transfer->upload) && !conn->is_send_over &&
        !is_kept_sending(conn)) {
        whim_trace_text(transfer, "HTTP error before end of send, stop sending");
        conn->is_send_over = true;
        conn->is_no_reuse = true;
    }
    return conn->is_asked_again ? CURLE_OK
                                : check_size(transfer, transfer->info.content_length);
}

/* What the event tells the engine, before the application sees it. */
CURLcode whim_http1_note(struct whim_conn *conn, enum whim_http1_event event,
                         const struct whim_http1_piece *piece)
{
    struct whim_info *info = &conn->transfer->info;
    CURLcode result = CURLE_OK;

    switch (event) {
    case WHIM_HTTP1_BODY:
        info->n_received += (int64_t)piece->len;
        whim_pace_received(conn->transfer, piece->len);
        whim_trace_data(conn->transfer, CURLINFO_DATA_IN, piece->data, piece->len);
        return conn->is_asked_again ? CURLE_OK : check_size(conn->transfer, info->n_received);
    case WHIM_HTTP1_STATUS:
        note_status(conn);
        break;
    case WHIM_HTTP1_FIELD:
        if (conn->proxy_round || conn->parser.status > 400)
            whim_http1_challenge_note_field(conn, piece);
        if (conn->transfer->login || conn->parser.status > 400)
            whim_login_note_field(conn->transfer, conn->parser.status, piece);
        result = whim_transfer_keep_header(conn->transfer,
                                           conn->parser.status < 200 ? CURLH_1XX : CURLH_HEADER,
                                           piece->data, piece->len);
        if (result == CURLE_OK)
            result = note_field(conn, piece);
        break;
    case WHIM_HTTP1_TRAILER:
        if (piece->data[0] != '\r' && piece->data[0] != '\n')
            result = whim_transfer_keep_header(conn->transfer, CURLH_TRAILER, piece->data,
                                               piece->len);
        break;
    case WHIM_HTTP1_BLOCK_END:
        result = note_block_end(conn);
        break;
    default:
        break;
    }
    if (event != WHIM_HTTP1_TRAILER)
        info->header_bytes += (uint32_t)piece->len;
    whim_trace_data(conn->transfer, CURLINFO_HEADER_IN, piece->data, piece->len);
    return result;
}
