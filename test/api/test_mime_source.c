/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Parts whose bytes a callback gives: sizes, pauses, ends, and the way back to the start.
 */
#include "multipart.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART "--B0\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
#define END "--B0--\r\n"

/* A form of one part, which the giver gives. */
static struct xfer *xfer_giving(struct peer *peer, struct giver *giver, const char *text,
                                curl_off_t size, bool has_seek)
{
    struct xfer *x = xfer_new(peer, "/");
    curl_mime *mime = mime_of(x);

    giver->x = x;
    give_by(part_of(mime, "a", NULL), giver, text, size, has_seek);
    SET(x, CURLOPT_MIMEPOST, mime);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    return x;
}

TEST("C-151 a_part_of_known_size_makes_a_body_with_a_length")
{
    struct peer *peer = peer_serving(HELLO);
    static struct giver giver = {.piece = 2};
    struct xfer *x = xfer_giving(peer, &giver, "given", 5, false);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 0), PART "given\r\n" END);
    CHECK_INT(atol(field_of(peer, 0, "Content-Length")), (long)strlen(body_of(peer, 0)));
    CHECK_INT(giver.n_reads, 3); /* its end is known */
}

TEST("C-151 a_part_of_unknown_size_makes_chunks")
{
    struct peer *peer = peer_serving(HELLO);
    static struct giver giver = {.piece = 2};
    struct xfer *x = xfer_giving(peer, &giver, "given", -1, false);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 0), PART "given\r\n" END);
    CHECK_STR(field_of(peer, 0, "Transfer-Encoding"), "chunked");
    CHECK_INT(giver.n_reads, 4);
    CHECK_INT(xfer_off(x, CURLINFO_CONTENT_LENGTH_UPLOAD_T), -1);
}

TEST("C-187 a_body_of_unknown_size_expects_100_continue")
{
    struct peer *peer = peer_continuing();
    static struct giver giver = {.piece = 2};
    struct xfer *x = xfer_giving(peer, &giver, "given", -1, false);

    SET(x, CURLOPT_HTTPHEADER, NULL);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(field_of(peer, 0, "Expect"), "100-continue");
    CHECK_STR(multipart_of(peer, 0), PART "given\r\n" END);
}

TEST("C-151 a_body_of_unknown_size_over_http_1_0_fails_with_25")
{
    struct peer *peer = peer_serving(HELLO);
    static struct giver giver = {.piece = 2};
    struct xfer *x = xfer_giving(peer, &giver, "given", -1, false);

    SET(x, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_0);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_UPLOAD_FAILED);
    CHECK_INT(giver.n_reads, 0);
}

TEST("C-151 a_part_never_sends_more_than_its_size")
{
    struct peer *peer = peer_serving(HELLO);
    static struct giver giver = {.x = NULL};
    struct xfer *x = xfer_giving(peer, &giver, "given", 3, false);

    xfer_again(x, drive_new());
    CHECK_STR(multipart_of(peer, 0), PART "giv\r\n" END);
}

TEST("C-151 a_part_that_ends_before_its_size_is_not_a_success")
{
    struct peer *peer = PEER_OF(PEER_HEAD, PEER_KEEP);
    static struct giver giver = {.x = NULL};
    struct xfer *x = xfer_giving(peer, &giver, "given", 9, false);

    SET(x, CURLOPT_TIMEOUT_MS, 300L);
    CHECK(xfer_again(x, drive_new()) != CURLE_OK);
    CHECK(x->error[0]);
}

TEST("C-151 a_part_that_aborts_fails_the_transfer_with_42")
{
    struct peer *peer = peer_serving(HELLO);
    static struct giver giver = {.answer = CURL_READFUNC_ABORT};
    struct xfer *x = xfer_giving(peer, &giver, "given", 5, false);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_ABORTED_BY_CALLBACK);
    CHECK_INT(giver.n_reads, 1);
}

TEST("C-151 a_part_that_says_more_than_it_was_asked_for_fails_with_26")
{
    struct peer *peer = peer_serving(HELLO);
    static struct giver giver = {.answer = 1u << 20};
    struct xfer *x = xfer_giving(peer, &giver, "given", 5, false);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_READ_ERROR);
}

TEST("C-151 the_upload_buffer_size_option_sets_the_room_of_a_part")
{
    struct peer *peer = peer_serving(HELLO);
    static struct giver giver = {.x = NULL};
    struct xfer *x = xfer_giving(peer, &giver, "given", 5, false);

    SET(x, CURLOPT_UPLOAD_BUFFERSIZE, 131072L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK(giver.first_room > 131072 - 500 && giver.first_room <= 131072);
}

TEST("C-151 C-155 the_trailer_callback_is_for_multipart_bodies_too")
{
    struct peer *peer = peer_serving(HELLO);
    static struct giver giver = {.x = NULL};
    struct xfer *x = xfer_giving(peer, &giver, "given", -1, false);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(body_of(peer, 0), "\r\n0\r\n\r\n");
}

/* Pauses. */

TEST("C-151 C-158 a_part_that_pauses_goes_on_where_it_was")
{
    static struct giver givers[4];
    struct drive *drive = drive_new();

    for (int i = 0; i < 4; i++) {
        struct giver *giver = &givers[i];
        struct peer *peer = peer_serving(HELLO);
        struct xfer *x = xfer_giving(peer, giver, "given", -1, false);

        giver->piece = 2;
        giver->pause_at = i + 1;
        xfer_start(x, drive);
        DRIVE_UNTIL(drive, giver->n_reads == i + 1);
        drive_settle(drive);
        CHECK_INT(giver->n_reads, i + 1);
        CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
        drive_run(drive);
        CHECK_CODE(x->result, CURLE_OK);
        CHECK_STR(multipart_of(peer, 0), PART "given\r\n" END);
    }
}

/* #18848: the body waits for 100 Continue when it is told to go on. */
TEST("C-158 C-187 a_part_that_pauses_behind_100_continue_goes_on")
{
    struct peer *peer = peer_continuing();
    static struct giver giver = {.piece = 2, .pause_at = 1};
    struct xfer *x = xfer_giving(peer, &giver, "given", -1, false);

    SET(x, CURLOPT_HTTPHEADER, NULL);
    xfer_start(x, drive_new());
    DRIVE_UNTIL(x->drive, giver.n_reads == 1);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(multipart_of(peer, 0), PART "given\r\n" END);
}

/* The way back (C-152). */

#define MOVED(code, more) "HTTP/1.1 " code " Go\r\nLocation: /next\r\n" more "Content-Length: 0\r\n\r\n"

/* Each request's body on the one connection, without heads: "body|body|". */
static const char *all_bodies(struct peer *peer)
{
    const char *at = masked(received(peer, 0));
    char *all = calloc(1, strlen(at) + 10);

    CHECK(all != NULL);
    defer(free, all);
    while (at && *at) {
        const char *body = strstr(at, "\r\n\r\n") + 4;
        const char *next = strstr(body, " HTTP/1.1\r\n");

        while (next && next[-1] != '\n' && next > body)
            next--;
        sprintf(all + strlen(all), "%.*s|", next ? (int)(next - body) : (int)strlen(body), body);
        at = next;
    }
    return all;
}

TEST("C-152 C-189 a_redirect_that_keeps_the_method_sends_the_body_again")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(MOVED("307", "")), PEER_REQUEST,
                                PEER_SEND(HELLO), PEER_KEEP);
    static struct giver giver = {.x = NULL};
    struct xfer *x = xfer_giving(peer, &giver, "given", 5, true);

    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(all_bodies(peer), PART "given\r\n" END "|" PART "given\r\n" END "|");
    CHECK_INT(giver.n_seeks, 1);
    CHECK_HAS(received(peer, 0), "POST /next HTTP/1.1\r\n");
}

TEST("C-152 C-189 a_redirect_of_a_part_that_cannot_go_back_fails_with_65")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(MOVED("307", "")), PEER_REQUEST,
                                PEER_SEND(HELLO), PEER_KEEP);
    static struct giver giver = {.x = NULL};
    struct xfer *x = xfer_giving(peer, &giver, "given", 5, false);

    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_SEND_FAIL_REWIND);
    CHECK(x->error[0]);
}

TEST("C-152 a_seek_callback_of_a_part_that_fails_fails_the_transfer_with_65")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(MOVED("308", "")), PEER_REQUEST,
                                PEER_SEND(HELLO), PEER_KEEP);
    static struct giver giver = {.seek_answer = CURL_SEEKFUNC_FAIL};
    struct xfer *x = xfer_giving(peer, &giver, "given", 5, true);

    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_SEND_FAIL_REWIND);
}

TEST("C-191 a_redirect_that_makes_a_get_of_a_form_sends_nothing_of_it")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(MOVED("302", "")), PEER_REQUEST,
                                PEER_SEND(HELLO), PEER_KEEP);
    static struct giver giver = {.x = NULL};
    struct xfer *x = xfer_giving(peer, &giver, "given", 5, false);

    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "\r\nGET /next HTTP/1.1\r\n");
    CHECK_LACKS(strstr(received(peer, 0), "GET /next"), "Content-");
    CHECK_STR(all_bodies(peer), PART "given\r\n" END "||");
}

TEST("C-191 postredir_keeps_a_form_a_post")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(MOVED("303", "")), PEER_REQUEST,
                                PEER_SEND(HELLO), PEER_KEEP);
    static struct giver giver = {.x = NULL};
    struct xfer *x = xfer_giving(peer, &giver, "given", 5, true);

    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    SET(x, CURLOPT_POSTREDIR, (long)CURL_REDIR_POST_ALL);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(all_bodies(peer), PART "given\r\n" END "|" PART "given\r\n" END "|");
}

TEST("C-152 C-194 a_form_is_sent_again_with_the_credentials")
{
    struct peer *peer = PEER_OF(PEER_REQUEST,
                                PEER_SEND("HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"x\""
                                          "\r\nContent-Length: 0\r\n\r\n"),
                                PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    static struct giver giver = {.x = NULL};
    struct xfer *x = xfer_giving(peer, &giver, "given", 5, true);

    SET(x, CURLOPT_USERPWD, "user:pass");
    SET(x, CURLOPT_HTTPAUTH, (long)CURLAUTH_ANY);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 200);
    CHECK_HAS(strstr(masked(received(peer, 0)), "Authorization: Basic"), PART "given\r\n" END);
}

TEST("C-152 C-172 a_form_is_sent_again_when_a_reused_connection_dies")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    static struct giver giver = {.x = NULL};
    struct xfer *x;

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(HELLO), PEER_REQUEST, PEER_CLOSE);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    xfer_fetch(drive, peer, "/warm");
    x = xfer_giving(peer, &giver, "given", 5, true);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(multipart_of(peer, 1), PART "given\r\n" END);
    CHECK_INT(giver.n_seeks, 1);
}

TEST("C-152 a_part_that_was_sent_has_to_go_back_for_the_next_transfer")
{
    struct peer *peer = peer_serving(HELLO);
    static struct giver giver = {.x = NULL};
    struct xfer *x = xfer_giving(peer, &giver, "given", 5, false);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_SEND_FAIL_REWIND);
}

/* What a callback may do while it is called (section 1.13). */

static void remove_myself(struct giver *giver)
{
    CHECK_MCODE(curl_multi_remove_handle(giver->x->drive->multi, giver->x->easy),
                CURLM_RECURSIVE_API_CALL);
}

TEST("C-143 C-151 a_part_cannot_take_its_transfer_away_while_it_is_read")
{
    struct peer *peer = peer_serving(HELLO);
    static struct giver giver = {.on_read = remove_myself};
    struct xfer *x = xfer_giving(peer, &giver, "given", 5, false);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 0), PART "given\r\n" END);
}

static void free_tree(struct giver *giver)
{
    if (giver->n_reads > 1)
        return;
    forget(giver->arg);
    curl_mime_free(giver->arg);
}

TEST("C-143 a_mime_that_is_freed_by_its_own_part_is_sent_and_then_freed")
{
    struct peer *peer = peer_serving(HELLO);
    static struct giver giver = {.piece = 2, .on_read = free_tree};
    struct xfer *x = xfer_new(peer, "/");
    curl_mime *mime = mime_of(x);

    giver.arg = mime;
    give_by(part_of(mime, "a", NULL), &giver, "given", 5, true);
    SET(x, CURLOPT_MIMEPOST, mime);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 0), PART "given\r\n" END);
    CHECK_INT(giver.n_frees, 1);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(field_of(peer, 1, "Content-Length"), "0");
}

static void change_tree(struct giver *giver)
{
    curl_mime *other = giver->arg;

    CHECK_CODE(curl_easy_setopt(giver->x->easy, CURLOPT_MIMEPOST, other), CURLE_OK);
}

TEST("C-14 C-143 another_mime_that_is_set_while_one_is_sent_is_for_the_next_transfer")
{
    struct peer *peer = peer_serving(HELLO);
    static struct giver giver = {.piece = 2, .on_read = change_tree};
    struct xfer *x = xfer_giving(peer, &giver, "given", 5, false);

    giver.arg = mime_of(x);
    part_of(giver.arg, "a", "other");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 0), PART "given\r\n" END);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 1), PART "other\r\n" END);
}

static size_t give_nothing(char *data, size_t size, size_t n, void *arg)
{
    return 0;
}

static void set_options(void *arg)
{
    CURL *easy = *(CURL **)arg;

    if (!easy)
        return;
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "another agent, longer than the one before");
    curl_easy_setopt(easy, CURLOPT_URL, "http://another.example/");
}

TEST_WITH(FOR_ONCE, "C-16 C-143 who_frees_a_source_may_set_options_while_they_are_reset")
{
    CURL *easy = curl_easy_init();
    curl_mime *mime = curl_mime_init(easy);
    static CURL *copy;

    CHECK_CODE(curl_easy_setopt(easy, CURLOPT_USERAGENT, "agent"), CURLE_OK);
    CHECK_CODE(curl_easy_setopt(easy, CURLOPT_MIMEPOST, mime), CURLE_OK);
    CHECK_CODE(curl_mime_data_cb(curl_mime_addpart(mime), 1, give_nothing, NULL, set_options, &copy),
               CURLE_OK);
    copy = curl_easy_duphandle(easy);
    CHECK(copy != NULL);
    curl_easy_reset(copy);
    curl_easy_cleanup(copy);
    copy = NULL;
    curl_easy_cleanup(easy);
    curl_mime_free(mime);
}

TEST("C-151 a_part_of_a_pipe_without_a_writer_is_empty")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    curl_mime *mime = mime_of(x);
    char path[] = "/tmp/whim-pipe-XXXXXX";
    char *name = path + strlen("/tmp/");

    CHECK(mkdtemp(path) != NULL);
    CHECK_INT(rmdir(path), 0);
    CHECK_INT(mkfifo(path, 0600), 0);
    CHECK_CODE(curl_mime_filedata(part_of(mime, "a", NULL), path), CURLE_OK);
    SET(x, CURLOPT_MIMEPOST, mime);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), name);
    CHECK_INT(unlink(path), 0);
}
