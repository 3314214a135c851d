/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The matrix of contract section 1.13: what may be called from inside which callback, and that a
 * refused call changes nothing. Each row is a call; each is tried in every kind of callback.
 */
#include "memory.h"
#include "newer.h"
#include "xfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The deprecated call is a part of the contract. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/* Where a call is made. */
enum place { IN_EASY, IN_LOOP };

struct scene {
    struct drive *drive;
    struct xfer *x; /* the transfer whose callback runs */
    CURL *other;    /* a handle that is in no multi */
    CURL *added;    /* another handle of the same multi */
};

struct call {
    const char *name;
    /* Makes the call; what it answered: a CURLMcode or, above 1000, a CURLcode. */
    int (*make)(struct scene *scene);
    int in_easy, in_loop; /* what it must answer there */
    bool is_new;          /* differs in old libraries: either answer, no harm */
};

#define EASY(code) (1000 + (int)(code))
#define REC CURLM_RECURSIVE_API_CALL

static int make_add(struct scene *scene)
{
    return curl_multi_add_handle(scene->drive->multi, scene->other);
}

static int make_remove(struct scene *scene)
{
    return curl_multi_remove_handle(scene->drive->multi, scene->added);
}

static int make_remove_self(struct scene *scene)
{
    return curl_multi_remove_handle(scene->drive->multi, scene->x->easy);
}

static int make_setopt(struct scene *scene)
{
    return curl_multi_setopt(scene->drive->multi, CURLMOPT_MAXCONNECTS, 3L);
}

static int make_timeout(struct scene *scene)
{
    long ms = -77;
    int code = curl_multi_timeout(scene->drive->multi, &ms);

    CHECK_INT(ms, -77);
    return code;
}

static int make_fdset(struct scene *scene)
{
    fd_set in, out, err;
    int most = -77;

    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&err);
    return curl_multi_fdset(scene->drive->multi, &in, &out, &err, &most);
}

static int make_wait(struct scene *scene)
{
    int n = 0;

    return curl_multi_wait(scene->drive->multi, NULL, 0, 0, &n);
}

static int make_poll(struct scene *scene)
{
    int n = 0;

    return curl_multi_poll(scene->drive->multi, NULL, 0, 0, &n);
}

static int make_perform(struct scene *scene)
{
    int running = 77, code = curl_multi_perform(scene->drive->multi, &running);

    CHECK_INT(running, 77);
    return code;
}

static int make_socket_action(struct scene *scene)
{
    int running = 77,
        code = curl_multi_socket_action(scene->drive->multi, CURL_SOCKET_TIMEOUT, 0, &running);

    CHECK_INT(running, 77);
    return code;
}

static int make_socket_all(struct scene *scene)
{
    int running = 77, code = (curl_multi_socket_all)(scene->drive->multi, &running);

    CHECK_INT(running, 77);
    return code;
}

static int make_cleanup(struct scene *scene)
{
    return curl_multi_cleanup(scene->drive->multi);
}

static int make_wakeup(struct scene *scene)
{
    return curl_multi_wakeup(scene->drive->multi);
}

static int make_assign(struct scene *scene)
{
    return curl_multi_assign(scene->drive->multi, 4000, NULL);
}

static int make_getinfo(struct scene *scene)
{
    long value;

    return EASY(curl_easy_getinfo(scene->x->easy, CURLINFO_RESPONSE_CODE, &value));
}

static int make_easy_setopt(struct scene *scene)
{
    return EASY(curl_easy_setopt(scene->x->easy, CURLOPT_PRIVATE, scene->x));
}

static int make_duphandle(struct scene *scene)
{
    CURL *copy = curl_easy_duphandle(scene->x->easy);

    if (!copy)
        return -1;
    curl_easy_cleanup(copy);
    return 0;
}

static int make_header(struct scene *scene)
{
    struct curl_header *header;

    return (int)curl_easy_header(scene->x->easy, "X-None", 0, CURLH_HEADER, -1, &header) ? 0 : -1;
}

static int make_easy_perform_self(struct scene *scene)
{
    return EASY(curl_easy_perform(scene->x->easy));
}

static int make_easy_reset_self(struct scene *scene)
{
    curl_easy_reset(scene->x->easy);
    return 0;
}

static int make_easy_cleanup_self(struct scene *scene)
{
    curl_easy_cleanup(scene->x->easy);
    return 0;
}

static int make_texts(struct scene *scene)
{
    char *text = curl_easy_escape(scene->x->easy, "a b", 0);
    struct curl_slist *list = curl_slist_append(NULL, "a");

    curl_free(text);
    curl_slist_free_all(list);
    return curl_multi_strerror(CURLM_OK) && curl_easy_strerror(CURLE_OK) && curl_version() && text
               ? 0
               : -1;
}

static const struct call calls[] = {
    {"multi_add_handle", make_add, REC, REC, false},
    {"multi_remove_handle", make_remove, REC, REC, false},
    {"multi_remove_handle_of_itself", make_remove_self, REC, REC, false},
    {"multi_setopt", make_setopt, REC, REC, false},
    {"multi_timeout", make_timeout, REC, REC, false},
    {"multi_fdset", make_fdset, REC, REC, false},
    {"multi_wait", make_wait, REC, REC, false},
    {"multi_poll", make_poll, REC, REC, false},
    {"multi_perform", make_perform, REC, REC, false},
    {"multi_socket_action", make_socket_action, REC, REC, false},
    {"multi_socket_all", make_socket_all, REC, REC, false},
    {"multi_cleanup", make_cleanup, REC, REC, false},
    {"multi_wakeup", make_wakeup, CURLM_OK, CURLM_OK, false},
    {"multi_assign", make_assign, CURLM_BAD_SOCKET, CURLM_BAD_SOCKET, false},
    {"easy_getinfo", make_getinfo, EASY(CURLE_OK), EASY(CURLE_OK), false},
    {"easy_setopt", make_easy_setopt, EASY(CURLE_OK), EASY(CURLE_OK), false},
    {"easy_duphandle", make_duphandle, 0, 0, false},
    {"easy_header", make_header, 0, 0, false},
    {"easy_perform_of_itself", make_easy_perform_self, EASY(CURLE_RECURSIVE_API_CALL),
     EASY(CURLE_RECURSIVE_API_CALL), false},
    {"easy_reset_of_itself", make_easy_reset_self, 0, 0, false},
    {"easy_cleanup_of_itself", make_easy_cleanup_self, 0, 0, false},
    {"texts_lists_and_versions", make_texts, 0, 0, false},
};

static const struct call *call;
static struct scene scene;
static unsigned n_made[2];

static void make_call(enum place place)
{
    int wanted = place == IN_EASY ? call->in_easy : call->in_loop;
    int answer = call->make(&scene);

    n_made[place]++;
    if (answer != wanted)
        FAIL("%s answered %d in %s, wanted %d", call->name, answer,
             place == IN_EASY ? "an easy callback" : "a socket or timer callback", wanted);
}

static size_t call_from_body(struct xfer *x, char *data, size_t n)
{
    make_call(IN_EASY);
    return xfer_keep_body(x, data, n);
}

static size_t call_from_head(struct xfer *x, char *data, size_t n)
{
    make_call(IN_EASY);
    return n;
}

static int call_from_debug(CURL *easy, curl_infotype type, char *data, size_t n, void *arg)
{
    make_call(IN_EASY);
    return 0;
}

static int call_from_progress(void *arg, curl_off_t dt, curl_off_t dn, curl_off_t ut, curl_off_t un)
{
    make_call(IN_EASY);
    return 0;
}

static size_t call_from_read(struct xfer *x, char *data, size_t room)
{
    size_t n = x->n_upload - x->n_uploaded;

    make_call(IN_EASY);
    memcpy(data, x->upload + x->n_uploaded, n);
    x->n_uploaded += n;
    return n;
}

static int call_from_prereq(void *arg, char *ip, char *local, int port, int local_port)
{
    make_call(IN_EASY);
    return CURL_PREREQFUNC_OK;
}

static curl_socket_t call_from_opensocket(void *arg, curlsocktype purpose,
                                          struct curl_sockaddr *addr)
{
    make_call(IN_EASY);
    return socket(addr->family, addr->socktype | SOCK_CLOEXEC, addr->protocol);
}

static int call_from_sockopt(void *arg, curl_socket_t fd, curlsocktype purpose)
{
    make_call(IN_EASY);
    return CURL_SOCKOPT_OK;
}

static void call_from_loop(struct ledger *ledger, const struct ledger_event *event)
{
    if (!ledger->is_cleaning && ledger->drive_call && !scene.x->n_results)
        make_call(IN_LOOP);
}

static void check_unharmed(struct peer *peer, struct xfer *added)
{
    struct drive *drive = scene.drive;

    DRIVE_UNTIL(drive, scene.x->n_results == 1);
    CHECK_CODE(scene.x->result, CURLE_OK);
    CHECK_STR(scene.x->body.data, "hello");
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 1);
    drive->ledger.on_socket = drive->ledger.on_timer = NULL;
    CHECK_INT(added->n_results, 0);
    CHECK_MCODE(drive_remove(drive, added->easy), CURLM_OK);
    xfer_fetch(drive, peer, "/after");
}

TEST_ROWS(0, "C-37 C-140 C-143 C-144 C-207 inside_callbacks_the_matrix_holds_for_", calls)
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(HELLO), PEER_AGAIN);
    struct xfer *added;

    call = test_row();
    scene.drive = drive_new();
    scene.x = xfer_new(peer, "/");
    scene.other = xfer_new(peer, "/other")->easy;
    SET(scene.x, CURLOPT_VERBOSE, 1L);
    SET(scene.x, CURLOPT_DEBUGFUNCTION, call_from_debug);
    SET(scene.x, CURLOPT_NOPROGRESS, 0L);
    SET(scene.x, CURLOPT_XFERINFOFUNCTION, call_from_progress);
    SET(scene.x, CURLOPT_PREREQFUNCTION, call_from_prereq);
    SET(scene.x, CURLOPT_OPENSOCKETFUNCTION, call_from_opensocket);
    SET(scene.x, CURLOPT_SOCKOPTFUNCTION, call_from_sockopt);
    SET(scene.x, CURLOPT_POST, 1L);
    SET(scene.x, CURLOPT_POSTFIELDSIZE, 3L);
    xfer_upload(scene.x, "abc", 3);
    scene.x->on_read = call_from_read;
    scene.x->on_body = call_from_body;
    scene.x->on_head = call_from_head;
    added = xfer_get(scene.drive, PEER_OF(PEER_KEEP), "/added");
    scene.added = added->easy;
    xfer_start(scene.x, scene.drive);
    scene.drive->ledger.on_socket = scene.drive->ledger.on_timer = call_from_loop;
    check_unharmed(peer, added);
    CHECK(n_made[IN_EASY] >= 12);
    CHECK(!scene.drive->loop->has_callbacks || n_made[IN_LOOP] >= 2);
}

/* Calls on other handles are nobody's business. */

static size_t fetch_within(struct xfer *x, char *data, size_t n)
{
    struct xfer *y = x->arg;

    CHECK_CODE(curl_easy_perform(y->easy), CURLE_OK);
    CHECK_STR(y->body.data, "hello");
    x->count++;
    return xfer_keep_body(x, data, n);
}

TEST("C-145 easy_perform_of_an_unrelated_handle_is_legal_inside_a_callback")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    x->arg = xfer_new(peer, "/within");
    x->on_body = fetch_within;
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT(x->count, 1);
}

static size_t drive_another_within(struct xfer *x, char *data, size_t n)
{
    struct drive *other = x->arg;
    struct xfer *y = xfer_new_url(xfer_str(x, CURLINFO_EFFECTIVE_URL));

    CHECK_CODE(xfer_again(y, other), CURLE_OK);
    CHECK_STR(y->body.data, "hello");
    x->count++;
    return xfer_keep_body(x, data, n);
}

TEST("C-145 driving_another_multi_is_legal_inside_a_callback")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    x->arg = drive_new();
    x->on_body = drive_another_within;
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(x->count, 1);
}

/* The write callback of one multi's transfer drives another multi, whose callback tries the first.
 */
static size_t try_the_outer(struct xfer *x, char *data, size_t n)
{
    struct drive *outer = x->arg;
    int running = 77;

    CHECK_MCODE(curl_multi_perform(outer->multi, &running), CURLM_RECURSIVE_API_CALL);
    CHECK_INT(running, 77);
    x->count++;
    return xfer_keep_body(x, data, n);
}

static size_t nest_within(struct xfer *x, char *data, size_t n)
{
    struct xfer *y = xfer_new_url(xfer_str(x, CURLINFO_EFFECTIVE_URL));

    y->arg = x->drive;
    y->on_body = try_the_outer;
    CHECK_CODE(xfer_again(y, x->arg), CURLE_OK);
    x->count += y->count;
    return xfer_keep_body(x, data, n);
}

TEST("C-143 the_guard_sees_a_callback_within_a_callback")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    x->arg = drive_new();
    x->on_body = nest_within;
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(x->count, 1);
}

/* Pausing inside the loop's callbacks: refused, or without effect (C-87, C-206). */

static void pause_from_loop(struct ledger *ledger, const struct ledger_event *event)
{
    struct scene *here = ledger->arg;

    if (ledger->is_cleaning || !here)
        return;
    curl_easy_pause(here->x->easy, CURLPAUSE_CONT);
    n_made[IN_LOOP]++;
}

TEST_WITH(FOR_EVENTS, "C-87 C-206 easy_pause_inside_the_loops_callbacks_does_no_harm")
{
    struct peer *peer = peer_serving(HELLO);

    scene.drive = drive_new();
    scene.x = xfer_new(peer, "/");
    scene.drive->ledger.arg = &scene;
    scene.drive->ledger.on_socket = scene.drive->ledger.on_timer = pause_from_loop;
    CHECK_CODE(xfer_again(scene.x, scene.drive), CURLE_OK);
    CHECK(n_made[IN_LOOP] > 0);
    scene.drive->ledger.arg = NULL;
}

TEST("C-122 get_handles_may_be_called_inside_a_callback")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    CURL **handles;
    struct xfer *x;

    NEWER(curl_multi_get_handles);
    x = xfer_get(drive, peer, "/");
    handles = NEWER(curl_multi_get_handles)(drive->multi);
    CHECK(handles && handles[0] == x->easy && !handles[1]);
    curl_free(handles);
    drive_run(drive);
}
