/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The session of CONNECT_ONLY: the transfer is done once the connection is up; the application
 * sends and receives by itself (C-198).
 */
#include "engine/conn.h"
#include "engine/transfer.h"

static void begin(struct whim_conn *conn)
{
    whim_transfer_finish(conn->transfer, CURLE_OK, true);
    whim_conn_update_interest(conn);
}

static void on_ready(struct whim_conn *conn)
{
    (void)conn; /* nobody waits: the application watches the socket itself */
}

static unsigned want(const struct whim_conn *conn)
{
    (void)conn;
    return 0;
}

static void end(struct whim_conn *conn)
{
    (void)conn;
}

const struct whim_session_ops whim_raw_session = {
    .name = "raw",
    .begin = begin,
    .on_ready = on_ready,
    .want = want,
    .end = end,
};
