/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Cookies of a share object (C-201): several handles, one store, and the lock callbacks.
 */
#include "cookies.h"
#include "proxied.h"

#include <stdio.h>

#define SITE "127.0.0.1\tFALSE\t/\tFALSE\t0\t"

static struct {
    int n_locks[CURL_LOCK_DATA_LAST], n_held[CURL_LOCK_DATA_LAST];
    bool switches_off; /* the handle's engine, inside of the lock callback */
    int switches_off_at; /* the same, at that call alone; 0: never */
    CURLM *joins;        /* the handle is freed and added to it, inside of the lock callback */
} locking;

static void lock_data(CURL *easy, curl_lock_data data, curl_lock_access access, void *arg)
{
    CHECK(arg == &locking);
    CHECK_INT(locking.n_held[data]++, 0);
    locking.n_locks[data]++;
    if (data != CURL_LOCK_DATA_COOKIE)
        return;
    if (locking.switches_off || locking.n_locks[data] == locking.switches_off_at)
        curl_easy_setopt(easy, CURLOPT_COOKIEFILE, NULL);
    if (locking.joins) {
        CHECK_MCODE(curl_multi_add_handle(locking.joins, easy), CURLM_RECURSIVE_API_CALL);
        curl_easy_reset(easy);
        curl_easy_cleanup(easy);
    }
}

static void unlock_data(CURL *easy, curl_lock_data data, void *arg)
{
    CHECK_INT(--locking.n_held[data], 0);
}

static void clean_up(void *share)
{
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

static CURLSH *new_share(void)
{
    CURLSH *share = curl_share_init();

    memset(&locking, 0, sizeof(locking));
    CHECK(share != NULL);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_LOCKFUNC, lock_data), CURLSHE_OK);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_UNLOCKFUNC, unlock_data), CURLSHE_OK);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_USERDATA, &locking), CURLSHE_OK);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE), CURLSHE_OK);
    defer_last(clean_up, share);
    return share;
}

static struct xfer *new_sharing(struct peer *peer, CURLSH *share)
{
    struct xfer *x = cookie_new(peer, "/");

    SET(x, CURLOPT_SHARE, share);
    return x;
}

TEST("C-201 cookies of_a_share_are_those_of_all_its_handles")
{
    struct peer *peer = peer_serving(ANSWER_WITH("Set-Cookie: a=1\r\n"));
    CURLSH *share = new_share();
    struct drive *drive = drive_new();
    struct xfer *first = new_sharing(peer, share);
    struct xfer *second = new_sharing(peer, share);

    CHECK_CODE(xfer_run(first, drive), CURLE_OK);
    CHECK(locking.n_locks[CURL_LOCK_DATA_COOKIE] > 0);
    CHECK_STR(cookies_known(second->easy), SITE "a\t1\n");
    xfer_free(first);
    CHECK_CODE(xfer_run(second, drive), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 1), "a=1");
    SET(second, CURLOPT_COOKIELIST, "ALL");
    CHECK_STR(cookies_known(second->easy), "");
    CHECK_INT(locking.n_held[CURL_LOCK_DATA_COOKIE], 0);
}

TEST("C-201 cookies of_a_share_are_not_for_a_handle_without_an_engine")
{
    struct peer *peer = peer_serving(ANSWER_WITH("Set-Cookie: a=1\r\n"));
    CURLSH *share = new_share();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_SHARE, share);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 1), "");
    CHECK_STR(cookies_known(x->easy), "");
}

TEST("C-201 cookies of_a_share_take_the_place_of_the_handles_own_and_stay_behind")
{
    struct peer *peer = peer_serving(EMPTY);
    CURLSH *share = new_share();
    struct xfer *x = cookie_new(peer, "/");

    SET(x, CURLOPT_COOKIELIST, SITE "own\t1");
    SET(x, CURLOPT_SHARE, share);
    CHECK_STR(cookies_known(x->easy), "");
    SET(x, CURLOPT_COOKIELIST, SITE "shared\t1");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 0), "shared=1");
    SET(x, CURLOPT_SHARE, NULL);
    CHECK_STR(cookies_known(x->easy), "");
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 1), "");
}

TEST("C-201 cookies of_a_share_are_written_to_each_handles_jar")
{
    CURLSH *share = new_share();
    const char *jar = cookie_path();
    struct xfer *x = new_sharing(peer_serving(ANSWER_WITH("Set-Cookie: a=1\r\n")), share);

    SET(x, CURLOPT_COOKIEJAR, jar);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    xfer_free(x);
    CHECK(file_text(jar) != NULL);
    CHECK_HAS(file_text(jar), SITE "a\t1\n");
}

TEST("C-201 cookies a_lock_callback_may_switch_the_engine_off")
{
    struct peer *peer = peer_serving(ANSWER_WITH("Set-Cookie: a=1\r\n"));
    CURLSH *share = new_share();
    struct xfer *x = new_sharing(peer, share);

    SET(x, CURLOPT_COOKIELIST, SITE "b\t1");
    SET(x, CURLOPT_COOKIEFILE, cookie_file(SITE "c\t1\n"));
    locking.switches_off = true;
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    SET(x, CURLOPT_COOKIEJAR, cookie_path());
    SET(x, CURLOPT_COOKIELIST, "RELOAD");
    SET(x, CURLOPT_COOKIELIST, SITE "d\t1");
    SET(x, CURLOPT_COOKIELIST, "FLUSH");
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    locking.switches_off = false;
}

TEST("C-201 cookies a_lock_callback_may_switch_the_engine_off_when_a_cookie_comes")
{
    struct peer *peer = peer_serving(ANSWER_WITH("Set-Cookie: a=1\r\n"));
    struct xfer *x = new_sharing(peer, new_share());

    locking.switches_off_at = locking.n_locks[CURL_LOCK_DATA_COOKIE] + 2;
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT(locking.n_held[CURL_LOCK_DATA_COOKIE], 0);
}

TEST_WITH(FOR_ONCE, "C-18 C-143 C-201 cookies a_lock_callback_cannot_free_the_handle_that_it_is_called_for")
{
    struct xfer *x = new_sharing(peer_serving(HELLO), new_share());

    locking.joins = curl_multi_init();
    SET(x, CURLOPT_COOKIELIST, SITE "b\t1");
    SET(x, CURLOPT_COOKIEJAR, cookie_path());
    SET(x, CURLOPT_COOKIELIST, "FLUSH");
    CHECK_HAS(cookies_known(x->easy), "b\t1");
    xfer_free(x); /* the jar is written once more */
    CHECK_MCODE(curl_multi_cleanup(locking.joins), CURLM_OK);
    locking.joins = NULL;
}

TEST_WITH(FOR_ONCE, "C-201 cookies the_list_of_public_suffixes_can_be_shared_where_there_is_one")
{
    bool has_list = curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_PSL;
    CURLSH *share = new_share();
    struct xfer *x;

    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_PSL),
              has_list ? CURLSHE_OK : CURLSHE_NOT_BUILT_IN);
    x = new_sharing(peer_serving(ANSWER_WITH("Set-Cookie: a=1; domain=shop.example\r\n")), share);
    SET(x, CURLOPT_HTTPHEADER, list_of("Host: www.shop.example", NULL));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK(!has_list == !locking.n_locks[CURL_LOCK_DATA_PSL]);
    CHECK_INT(locking.n_held[CURL_LOCK_DATA_PSL], 0);
    CHECK_HAS(cookies_known(x->easy), ".shop.example\t");
}
