/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Resolver: in a loop that reports a socket when something happens to it, and never again.
 */
#include "resolver_rig.h"

#include "shuffle.h"

#include <sys/epoll.h>
#include <sys/socket.h>

/* Datagrams that answer no question, to be read before those that do. */
static unsigned n_stray_left;

/* What the library calls: without a socket buffer that must be large enough for that many. */
ssize_t recvfrom(int fd, void *buffer, size_t len, int flags, struct sockaddr *from,
                 socklen_t *from_len)
{
    static const unsigned char stray[12] = {0, 0, 0x80}; /* a header: an answer, to nothing */

    if (!n_stray_left || !rig.fds[fd].interest || len < sizeof(stray))
        return syscall(SYS_recvfrom, fd, buffer, len, flags, from, from_len);
    n_stray_left--;
    memcpy(buffer, stray, sizeof(stray));
    ck_assert_int_eq(getpeername(fd, from, from_len), 0);
    return sizeof(stray);
}

static struct {
    int epoll_fd;
    unsigned interest[RIG_MAX_FDS];
    ino_t inode[RIG_MAX_FDS];
} edges;

static void edges_begin(void)
{
    rig_begin();
    memset(&edges, 0, sizeof(edges));
    edges.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    ck_assert_int_ge(edges.epoll_fd, 0);
}

static void edges_end(void)
{
    close(edges.epoll_fd);
    rig_end();
}

static void watch_edges(int fd)
{
    struct epoll_event event = {.events = EPOLLET, .data.fd = fd};

    if (edges.interest[fd] == rig.fds[fd].interest && edges.inode[fd] == rig.fds[fd].inode)
        return;
    edges.interest[fd] = rig.fds[fd].interest;
    edges.inode[fd] = rig.fds[fd].inode;
    if (!edges.interest[fd])
        return; /* closed, or about to be */
    event.events |= edges.interest[fd] & WHIM_WANT_READ ? EPOLLIN : 0;
    event.events |= edges.interest[fd] & WHIM_WANT_WRITE ? EPOLLOUT : 0;
    if (epoll_ctl(edges.epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
        ck_assert_int_eq(epoll_ctl(edges.epoll_fd, EPOLL_CTL_MOD, fd, &event), 0);
}

/* One turn of the loop; what is ready at the same time comes one by one. */
static void edges_step(void)
{
    struct epoll_event event;

    dns_server_step(rig.server);
    for (int fd = 0; fd < RIG_MAX_FDS; fd++)
        watch_edges(fd);
    if (epoll_wait(edges.epoll_fd, &event, 1, 1) > 0)
        whim_resolver_on_socket(rig.resolver, event.data.fd, event.events & ~EPOLLOUT,
                                event.events & ~EPOLLIN, whim_clock_now_us());
    if (whim_clock_now_us() >= whim_resolver_deadline_us(rig.resolver))
        whim_resolver_on_time(rig.resolver, whim_clock_now_us());
    rig_check();
}

/* The host is found, and no question was asked twice: nothing stalled until it was. */
static void expect_without_repeat(enum dns_kind kind, unsigned n_udp, unsigned n_tcp)
{
    int64_t give_up_us = whim_clock_now_us() + RIG_DEADLINE_MS * WHIM_US_PER_MS;
    struct whim_dns_question question = question_of("edge.test");
    struct looker looker;

    question.family = AF_INET;
    say("edge.test", kind, "127.0.0.5");
    look(&looker, &question);
    while (!looker.n_done && whim_clock_now_us() < give_up_us)
        edges_step();
    ck_assert_int_eq(looker.n_done, 1);
    ck_assert_int_eq(looker.result, WHIM_DNS_OK);
    ck_assert_str_eq(looker_text(&looker), "127.0.0.5");
    ck_assert_uint_eq(n_questions("edge.test"), n_udp + n_tcp);
    ck_assert_uint_eq(dns_server_n_tcp(rig.server), n_tcp);
    looker_fini(&looker);
    ck_assert_int_eq(whim_resolver_deadline_us(rig.resolver), INT64_MAX);
}

START_TEST(what_one_call_may_not_read_is_read_without_another_event)
{
    edges_begin();
    n_stray_left = 2000;
    expect_without_repeat(DNS_ANSWER, 1, 0);
    ck_assert_uint_eq(n_stray_left, 0);
    edges_end();
}
END_TEST

START_TEST(one_call_does_not_read_for_ever)
{
    struct looker looker;
    unsigned n_before;

    edges_begin();
    say("edge.test", DNS_ANSWER, "127.0.0.5");
    n_stray_left = 20000;
    look_up(&looker, "edge.test");
    do {
        n_before = n_stray_left;
        edges_step(); /* one call for the event, and one that is due at once */
        ck_assert_uint_le(n_before - n_stray_left, 2000);
    } while (!looker.n_done);
    looker_fini(&looker);
    edges_end();
}
END_TEST

START_TEST(an_answer_over_tcp_is_read_whole_at_its_first_event)
{
    edges_begin();
    expect_without_repeat(DNS_TRUNCATED, 1, 1);
    edges_end();
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        what_one_call_may_not_read_is_read_without_another_event,
        one_call_does_not_read_for_ever,
        an_answer_over_tcp_is_read_whole_at_its_first_event,
    };

    return shuffle_and_run("resolver_edges", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
