/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* adapters/ticket.c, adapters/watch.c and adapters/pid.c. */

#include "suite.h"

#include <adapters/pid.h>
#include <adapters/ticket.h>
#include <adapters/watch.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* -- tickets ---------------------------------------------------------------------------------- */

START_TEST(a_ticket_finds_its_object_until_it_is_deleted)
{
    int object;
    void *ticket = whim_ticket_add(&object);

    ck_assert_ptr_eq(whim_ticket_find(ticket), &object);
    whim_ticket_del(ticket);
    ck_assert_ptr_null(whim_ticket_find(ticket));
}
END_TEST

START_TEST(an_old_ticket_never_finds_a_new_object)
{
    int object, i;
    void *old = whim_ticket_add(&object), *ticket;

    whim_ticket_del(old);
    for (i = 0; i < 3 * WHIM_TICKETS_MAX; i++) {
        ticket = whim_ticket_add(&object);
        ck_assert_ptr_ne(ticket, old);
        whim_ticket_del(old);
        ck_assert_ptr_eq(whim_ticket_find(ticket), &object);
        whim_ticket_del(ticket);
    }
}
END_TEST

START_TEST(no_ticket_finds_nothing)
{
    ck_assert_ptr_null(whim_ticket_find(NULL));
    whim_ticket_del(NULL);
}
END_TEST

START_TEST(tickets_run_out_and_come_back)
{
    static void *tickets[WHIM_TICKETS_MAX];
    int object, i;

    for (i = 0; i < WHIM_TICKETS_MAX; i++)
        ck_assert_ptr_nonnull(tickets[i] = whim_ticket_add(&object));
    ck_assert_ptr_null(whim_ticket_add(&object));
    ck_assert_int_eq(errno, ENFILE);
    whim_ticket_del(tickets[77]);
    ck_assert_ptr_nonnull(whim_ticket_add(&object));
    ck_assert_ptr_null(whim_ticket_find(tickets[77]));
}
END_TEST

static void *use_tickets(void *failure)
{
    int object, i;

    for (i = 0; i < 20000; i++) {
        void *ticket = whim_ticket_add(&object);

        if (whim_ticket_find(ticket) != &object)
            *(int *)failure = 1;
        whim_ticket_del(ticket);
        if (whim_ticket_find(ticket))
            *(int *)failure = 2;
    }
    return NULL;
}

START_TEST(tickets_of_several_threads_do_not_mix)
{
    pthread_t threads[4];
    int failures[4] = {0}, i;

    for (i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, use_tickets, &failures[i]), 0);
    for (i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_int_eq(failures[i], 0);
    }
}
END_TEST

/* -- registrations ---------------------------------------------------------------------------- */

static char anything;
static struct whim_bind *const owner = (struct whim_bind *)&anything; /* never looked into */

START_TEST(each_registration_of_a_number_has_another_generation)
{
    struct whim_watches t;
    struct whim_watch *w;
    int head = -1, i;
    uint16_t last = 0;

    whim_watches_init(&t);
    for (i = 0; i < 3 * WHIM_GENERATIONS; i++) {
        w = whim_watch_add(&t, 3, owner, &head);
        ck_assert_ptr_nonnull(w);
        ck_assert_uint_lt(w->generation, WHIM_GENERATIONS);
        ck_assert_uint_ne(w->generation, last);
        last = w->generation;
        whim_watch_del(&t, w, &head);
        ck_assert_ptr_null(whim_watch_find(&t, 3));
    }
    whim_watches_fini(&t);
}
END_TEST

START_TEST(the_queue_is_first_in_first_out_and_holds_each_once)
{
    static const int fds[] = {3, 900, 5};
    struct whim_watches t;
    int head = -1, i;

    whim_watches_init(&t);
    for (i = 0; i < 3; i++)
        ck_assert_ptr_nonnull(whim_watch_add(&t, fds[i], owner, &head));
    for (i = 0; i < 6; i++)
        whim_watch_queue(&t, whim_watch_find(&t, fds[i % 3]));
    for (i = 0; i < 3; i++)
        ck_assert_int_eq(whim_watch_unqueue(&t), fds[i]);
    ck_assert_int_eq(whim_watch_unqueue(&t), -1);
    whim_watches_fini(&t);
}
END_TEST

START_TEST(an_owners_list_is_right_after_any_removal)
{
    struct whim_watches t;
    int head = -1, fd, n, removed;

    for (removed = 10; removed < 14; removed++) {
        whim_watches_init(&t);
        for (fd = 10; fd < 14; fd++)
            ck_assert_ptr_nonnull(whim_watch_add(&t, fd, owner, &head));
        whim_watch_del(&t, whim_watch_find(&t, removed), &head);
        for (n = 0, fd = head; fd >= 0; fd = t.slots[fd].next, n++)
            ck_assert_int_ne(fd, removed);
        ck_assert_int_eq(n, 3);
        whim_watches_fini(&t);
        head = -1;
    }
}
END_TEST

START_TEST(a_negative_descriptor_is_refused)
{
    struct whim_watches t;
    int head = -1;

    whim_watches_init(&t);
    ck_assert_ptr_null(whim_watch_add(&t, -1, owner, &head));
    ck_assert_int_eq(errno, EBADF);
    ck_assert_ptr_null(whim_watch_find(&t, -1));
    ck_assert_ptr_null(whim_watch_find(&t, 0));
    whim_watches_fini(&t);
}
END_TEST

/* -- the process id --------------------------------------------------------------------------- */

START_TEST(the_process_id_is_right_after_each_fork)
{
    int status;
    pid_t child, pid = whim_pid_now();

    ck_assert_int_eq(pid, getpid());
    ck_assert_int_eq(pid, whim_pid_now());
    child = fork();
    if (child == 0) {
        child = whim_pid_now() == getpid() ? fork() : -1;
        if (child == 0)
            _exit(whim_pid_now() != getpid());
        if (child < 0 || waitpid(child, &status, 0) != child)
            _exit(2);
        _exit(status || whim_pid_now() != getpid());
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(whim_pid_now(), pid);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_ticket_finds_its_object_until_it_is_deleted,
        an_old_ticket_never_finds_a_new_object,
        no_ticket_finds_nothing,
        tickets_run_out_and_come_back,
        tickets_of_several_threads_do_not_mix,
        each_registration_of_a_number_has_another_generation,
        the_queue_is_first_in_first_out_and_holds_each_once,
        an_owners_list_is_right_after_any_removal,
        a_negative_descriptor_is_refused,
        the_process_id_is_right_after_each_fork,
    };

    return suite_run("ticket", tests, sizeof tests / sizeof *tests, NULL, NULL);
}
