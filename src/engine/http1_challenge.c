/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/http1_challenge.h"

#include "engine/conn.h"
#include "engine/pool.h"
#include "engine/route.h"
#include "engine/transfer.h"
#include "proto/auth.h"
#include "proto/http1_fields.h"
#include "util/mem.h"

enum {
    CHALLENGE = 407,
    MAX_BODY_BYTES = 65536,
};

bool whim_http1_challenge_begin(struct whim_conn *conn)
{
    conn->proxy_round = whim_malloc(sizeof(*conn->proxy_round));
    if (!conn->proxy_round)
        return false;
    whim_auth_round_init(conn->proxy_round);
    conn->proxy_round->is_met = conn->transfer->has_met_proxy;
    return true;
}

void whim_http1_challenge_note_status(struct whim_conn *conn)
{
    if (conn->parser.status != CHALLENGE)
        return;
    conn->transfer->info.proxyauth_avail = 0;
    if (conn->proxy_round)
        whim_auth_begin(conn->proxy_round);
}

void whim_http1_challenge_note_field(struct whim_conn *conn, const struct whim_http1_piece *field)
{
    if (conn->parser.status == CHALLENGE) {
        if (!whim_http1_is_name(field->name, field->name_len, "Proxy-Authenticate"))
            return;
        conn->transfer->info.proxyauth_avail |=
            (uint32_t)whim_auth_offers(field->value, field->value_len);
        if (conn->proxy_round)
            whim_auth_read(conn->proxy_round, field->value, field->value_len);
    } else if (conn->proxy_round &&
               whim_http1_is_name(field->name, field->name_len, "Proxy-Authentication-Info")) {
        whim_auth_read_info(&conn->origin->key.route->auth, field->value, field->value_len);
    }
}

bool whim_http1_challenge_is_awaited(const struct whim_conn *conn)
{
    return conn->proxy_round &&
           whim_auth_awaits_challenge(&conn->origin->key.route->auth, conn->proxy_round);
}

CURLcode whim_http1_challenge_decide(struct whim_conn *conn)
{
    struct whim_auth_round *round = conn->proxy_round;

    if (!round)
        return CURLE_OK;
    if (conn->parser.status != CHALLENGE) {
        whim_auth_accept(&conn->origin->key.route->auth, round);
        conn->transfer->has_met_proxy = false;
        return CURLE_OK;
    }
    round->is_body_spent = whim_upload_is_spent(conn->transfer);
    conn->is_asked_again = whim_auth_decide(&conn->origin->key.route->auth, round);
    conn->transfer->has_met_proxy = conn->is_asked_again; /* the next exchange has another round */
    return round->error;
}

bool whim_http1_challenge_is_long(const struct whim_conn *conn)
{
    return conn->parser.framing == WHIM_HTTP1_UNTIL_CLOSE ||
           conn->parser.content_length > MAX_BODY_BYTES ||
           conn->transfer->info.n_received > MAX_BODY_BYTES;
}

void whim_http1_challenge_end(struct whim_conn *conn)
{
    if (conn->proxy_round)
        whim_auth_round_fini(conn->proxy_round);
    whim_free(conn->proxy_round);
    conn->proxy_round = NULL;
    conn->is_asked_again = false;
}
