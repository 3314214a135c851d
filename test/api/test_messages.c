/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * curl_multi_info_read (contract section 1.9).
 */
#include "xfer.h"

/* Three transfers that ended, unread, in the order of the array. */
static void finish_three(struct drive *drive, struct xfer **all)
{
    struct peer *peers[3];

    drive->keeps_messages = true;
    for (int i = 0; i < 3; i++) {
        peers[i] = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
        all[i] = xfer_get(drive, peers[i], "/");
    }
    for (int i = 2; i >= 0; i--) {
        peer_release(peers[i], 1);
        DRIVE_UNTIL(drive, drive->running == i && all[i]->body.n == 5);
    }
}

TEST("C-105 C-106 messages_come_in_the_order_of_completion_one_each")
{
    struct drive *drive = drive_new();
    struct xfer *all[3];
    int left = 7;

    finish_three(drive, all);
    for (int i = 2; i >= 0; i--) {
        CURLMsg *message = curl_multi_info_read(drive->multi, &left);

        CHECK(message != NULL);
        CHECK_INT(message->msg, CURLMSG_DONE);
        CHECK(message->easy_handle == all[i]->easy);
        CHECK_CODE(message->data.result, CURLE_OK);
        CHECK_INT(left, i);
    }
    left = 7;
    CHECK(!curl_multi_info_read(drive->multi, &left));
    CHECK_INT(left, 0);
}

TEST("C-107 an_earlier_message_stays_readable_while_others_are_read")
{
    struct drive *drive = drive_new();
    struct xfer *all[3];
    CURLMsg *first, *second;
    int left;

    finish_three(drive, all);
    first = curl_multi_info_read(drive->multi, &left);
    second = curl_multi_info_read(drive->multi, &left);
    CHECK(first && second && first != second);
    CHECK(first->easy_handle == all[2]->easy);
    CHECK(second->easy_handle == all[1]->easy);
    CHECK_MCODE(drive_remove(drive, all[1]->easy), CURLM_OK);
    CHECK(first->easy_handle == all[2]->easy);
    CHECK_CODE(first->data.result, CURLE_OK);
}

TEST("C-105 a_handle_removed_before_its_message_is_read_is_skipped")
{
    struct drive *drive = drive_new();
    struct xfer *all[3];
    CURLMsg *message;
    int left = 7;

    finish_three(drive, all);
    CHECK_MCODE(drive_remove(drive, all[1]->easy), CURLM_OK);
    message = curl_multi_info_read(drive->multi, &left);
    CHECK(message && message->easy_handle == all[2]->easy);
    CHECK_INT(left, 1);
    message = curl_multi_info_read(drive->multi, &left);
    CHECK(message && message->easy_handle == all[0]->easy);
    CHECK_INT(left, 0);
}

TEST("C-106 the_message_carries_the_code_of_the_failure")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_get(drive, PEER_OF(PEER_REQUEST, PEER_CLOSE), "/");

    drive_run(drive);
    CHECK_CODE(x->result, CURLE_GOT_NOTHING);
    CHECK_INT(x->n_results, 1);
}

TEST_WITH(FOR_ONCE, "C-110 info_read_of_nothing_is_null_and_zero")
{
    CURLM *multi = curl_multi_init();
    int left = 7;

    CHECK(!curl_multi_info_read(multi, &left));
    CHECK_INT(left, 0);
    left = 7;
    CHECK(!curl_multi_info_read(NULL, &left));
    CHECK_INT(left, 0);
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
}

TEST_WITH(FOR_ONCE, "C-110 info_read_accepts_null_for_the_count")
{
    CURLM *multi = curl_multi_init();

    CHECK(!curl_multi_info_read(multi, NULL));
    CHECK(!curl_multi_info_read(NULL, NULL));
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
}

static size_t read_within(struct xfer *x, char *data, size_t n)
{
    int left = 7;
    CURLMsg *message = curl_multi_info_read(x->drive->multi, &left);

    CHECK(message != NULL);
    CHECK(message->easy_handle == x->arg);
    return xfer_keep_body(x, data, n);
}

TEST("C-109 C-205 info_read_inside_a_callback_returns_messages")
{
    struct drive *drive = drive_new();
    struct xfer *first = xfer_new(peer_serving(HELLO), "/"), *second;

    drive->keeps_messages = true;
    xfer_start(first, drive);
    DRIVE_UNTIL(drive, drive->running == 0 && first->body.n == 5);
    second = xfer_new(peer_serving(HELLO), "/");
    second->arg = first->easy;
    second->on_body = read_within;
    xfer_start(second, drive);
    DRIVE_UNTIL(drive, second->body.n == 5);
}
