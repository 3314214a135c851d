/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* For systems without epoll: no connection is watched, and so each one is looked at. */
#include "engine/sentry.h"

void whim_sentry_init(struct whim_sentry *sentry)
{
    *sentry = (struct whim_sentry){.fd = -1};
}

void whim_sentry_close(struct whim_sentry *sentry)
{
    (void)sentry;
}

void whim_sentry_watch(struct whim_multi *multi, struct whim_conn *conn)
{
    (void)multi;
    (void)conn;
}

void whim_sentry_unwatch(struct whim_multi *multi, struct whim_conn *conn)
{
    (void)multi;
    (void)conn;
}

void whim_sentry_ask(struct whim_multi *multi)
{
    (void)multi;
}
