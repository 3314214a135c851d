/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/parting.h"

#include "engine/conn.h"
#include "engine/multi.h"
#include "util/clock.h"

void whim_parting_init(struct whim_parting *parting)
{
    whim_list_init(&parting->conns);
    whim_timer_init(&parting->timer, WHIM_TIMER_PARTING);
    parting->n_conns = 0;
}

static struct whim_conn *first_of(const struct whim_multi *multi)
{
    struct whim_list *first = whim_list_first(&multi->parting.conns);

    return first ? WHIM_CONTAINER_OF(first, struct whim_conn, in_pool) : NULL;
}

/* All have the same time, so who came first ends first. */
static int64_t end_of(const struct whim_conn *conn)
{
    return conn->idle_since_us + WHIM_PARTING_MS * INT64_C(1000);
}

static void arm_timer(struct whim_multi *multi)
{
    const struct whim_conn *first = first_of(multi);

    if (first)
        whim_timer_arm(&multi->timers, &multi->parting.timer, end_of(first));
    else
        whim_timer_disarm(&multi->timers, &multi->parting.timer);
}

static void take_out(struct whim_conn *conn)
{
    whim_list_del(&conn->in_pool);
    conn->multi->parting.n_conns--;
    whim_conn_free(conn);
}

void whim_parting_end(struct whim_conn *conn)
{
    struct whim_multi *multi = conn->multi;

    take_out(conn);
    arm_timer(multi);
}

void whim_parting_end_all(struct whim_multi *multi)
{
    struct whim_conn *first;

    while ((first = first_of(multi))) {
        first->link->ops->flush(first->link); /* once more, for there is no later */
        take_out(first);
    }
    whim_timer_disarm(&multi->timers, &multi->parting.timer);
}

void whim_parting_add(struct whim_conn *conn)
{
    struct whim_multi *multi = conn->multi;

    if (multi->parting.n_conns == WHIM_PARTING_MAX)
        take_out(first_of(multi));
    conn->idle_since_us = multi->now_us;
    whim_list_add_last(&multi->parting.conns, &conn->in_pool);
    multi->parting.n_conns++;
    whim_conn_update_interest(conn);
    arm_timer(multi);
}

void whim_parting_on_ready(struct whim_conn *conn)
{
    if (conn->link->ops->flush(conn->link) == WHIM_LINK_AGAIN)
        whim_conn_update_interest(conn);
    else
        whim_parting_end(conn);
}

void whim_parting_on_timer(struct whim_multi *multi)
{
    struct whim_conn *first;

    while ((first = first_of(multi)) && end_of(first) <= multi->now_us)
        take_out(first);
    arm_timer(multi);
}
