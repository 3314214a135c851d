/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The exchanges themselves.
 */
#define CURL_DISABLE_DEPRECATION
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define OK11 "HTTP/1.1 200 OK\r\n"

static void open_serving(struct stage *stage)
{
    stage->peer = peer_serving(HELLO);
}

static void play_get(struct stage *stage, int round)
{
    stage_try_start(stage, stage_try_new_path(stage, "/"), true);
}

static void play_two(struct stage *stage, int round)
{
    play_get(stage, round);
    play_get(stage, round);
}

static void play_queued(struct stage *stage, int round)
{
    bool is_limited = !curl_multi_setopt(stage->drive->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);

    for (int i = 0; i < 3 && is_limited; i++)
        play_get(stage, round);
}

static void play_post(struct stage *stage, int round)
{
    struct xfer *x = stage_try_new_path(stage, "/");

    stage_try_start(stage, x, x && !curl_easy_setopt(x->easy, CURLOPT_COPYPOSTFIELDS, "a=b"));
}

static void open_continuing(struct stage *stage)
{
    stage->peer = peer_continuing();
}

static void play_put(struct stage *stage, int round)
{
    struct xfer *x = stage_try_new_path(stage, "/");

    if (x)
        xfer_upload(x, "abcdefgh", 8);
    stage_try_start(stage, x, x && !curl_easy_setopt(x->easy, CURLOPT_UPLOAD, 1L));
}

static size_t give_part(char *data, size_t size, size_t n_items, void *arg)
{
    return stage_give_upload(arg, data, size * n_items);
}

static int rewind_part(void *arg, curl_off_t offset, int origin)
{
    struct xfer *x = arg;

    x->n_uploaded = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

/* Text, a file, and what a callback gives, encoded, in a part of its own. */
static bool build_mime(struct stage *stage, struct xfer *x)
{
    curl_mime *mime = stage->mime = curl_mime_init(x->easy), *inner = NULL;
    curl_mimepart *part = mime ? curl_mime_addpart(mime) : NULL;

    if (!part || curl_mime_name(part, "a") || curl_mime_data(part, "text", 4))
        return false;
    part = curl_mime_addpart(mime);
    if (!part || curl_mime_filedata(part, "/etc/passwd"))
        return false;
    part = curl_mime_addpart(mime);
    inner = part ? curl_mime_init(x->easy) : NULL;
    if (!inner)
        return false;
    if (curl_mime_subparts(part, inner)) {
        curl_mime_free(inner);
        return false;
    }
    part = curl_mime_addpart(inner);
    return part && !curl_mime_encoder(part, "base64") &&
           !curl_mime_data_cb(part, -1, give_part, rewind_part, NULL, x);
}

static void play_mime(struct stage *stage, int round)
{
    struct xfer *x = stage_try_new_path(stage, "/");

    if (x)
        xfer_upload(x, "abcdefgh", 8);
    stage_try_start(stage, x,
              x && build_mime(stage, x) &&
                  !curl_easy_setopt(x->easy, CURLOPT_MIMEPOST, stage->mime));
}

static void play_form(struct stage *stage, int round)
{
    struct xfer *x = stage_try_new_path(stage, "/");
    struct curl_httppost *last = NULL;
    bool is_ready = x && !curl_formadd(&stage->form, &last, CURLFORM_COPYNAME, "a",
                                       CURLFORM_COPYCONTENTS, "b", CURLFORM_END) &&
                    !curl_formadd(&stage->form, &last, CURLFORM_COPYNAME, "files", CURLFORM_FILE,
                                  "/etc/passwd", CURLFORM_FILE, "/etc/passwd", CURLFORM_END);

    stage_try_start(stage, x,
              is_ready && !curl_easy_setopt(x->easy, CURLOPT_HTTPPOST, stage->form));
}

static void open_chunked(struct stage *stage)
{
    stage->peer = peer_serving("HTTP/1.1 103 Hints\r\nLink: a\r\n\r\n" OK11
                               "Transfer-Encoding: chunked\r\nX-A: b\r\n\r\n"
                               "3\r\nhel\r\n2\r\nlo\r\n0\r\nX-T: y\r\n\r\n");
}

static void open_closing(struct stage *stage)
{
    stage->peer = peer_answering("HTTP/1.0 200 OK\r\nServer: x\r\n\r\nhello");
}

/* Version 6 refuses, version 4 serves, on one port. */
static void open_fallback(struct stage *stage)
{
    peer_pair(PEER_REFUSES, PEER_ACCEPTS, &stage->other, &stage->peer);
    PEER_SCRIPT(stage->peer, PEER_EVERY, PEER_REQUEST, PEER_SEND(HELLO), PEER_AGAIN);
}

static void play_fallback(struct stage *stage, int round)
{
    static struct curl_slist entry;
    static char text[100];
    char url[100];
    struct xfer *x;

    snprintf(url, sizeof(url), "http://both.example:%d/", peer_port(stage->peer));
    snprintf(text, sizeof(text), "both.example:%d:[::1],127.0.0.1", peer_port(stage->peer));
    entry.data = text;
    x = stage_try_new(stage, url);
    stage_try_start(stage, x, x && !curl_easy_setopt(x->easy, CURLOPT_RESOLVE, &entry));
}

static void play_paused(struct stage *stage, int round)
{
    struct xfer *x = stage_try_new_path(stage, "/");

    if (x)
        x->on_body = stage_pause_once;
    stage_try_start(stage, x, x != NULL);
}

static struct xfer *try_new_by_proxy(struct stage *stage, const char *scheme)
{
    struct xfer *x = stage_try_new(stage, "http://far.example:81/");
    char proxy[200];

    snprintf(proxy, sizeof(proxy), "%s://user:pass@%s", scheme, peer_authority(stage->peer));
    if (!x || !curl_easy_setopt(x->easy, CURLOPT_PROXY, proxy))
        return x;
    xfer_free(x);
    return NULL;
}

static void open_socks(struct stage *stage)
{
    stage->peer = PEER_OF(PEER_BYTES(4), PEER_SENDN("\5\2", 2), PEER_BYTES(4 + 11),
                          PEER_SENDN("\1\0", 2), PEER_BYTES(4 + 11 + 10),
                          PEER_SENDN("\5\0\0\1\0\0\0\0\0\0", 10), PEER_TEXT("\r\n\r\n"),
                          PEER_SEND(HELLO), PEER_KEEP);
}

static void play_socks(struct stage *stage, int round)
{
    static struct curl_slist entry = {"far.example:81:127.1.2.3", NULL};
    struct xfer *x = try_new_by_proxy(stage, "socks5");

    stage_try_start(stage, x, x && !curl_easy_setopt(x->easy, CURLOPT_RESOLVE, &entry));
}

#define DIGEST "Digest realm=\"a\", nonce=\"n\", qop=\"auth\""
#define BASIC "Basic realm=\"a\""
#define CHALLENGE(status, field)                                                                   \
    "HTTP/1.1 " status " Who\r\nContent-Length: 4\r\n" field "\r\n\r\nbody"

/* The first request is asked for credentials. */
static void open_tunnel(struct stage *stage)
{
    const char *challenge = has_tls() ? CHALLENGE("407", "Proxy-Authenticate: " DIGEST)
                                      : CHALLENGE("407", "Proxy-Authenticate: " BASIC);

    stage->peer = PEER_OF(PEER_HEAD, PEER_SEND(challenge), PEER_HEAD,
                          PEER_SEND("HTTP/1.1 200 OK\r\nVia: us\r\n\r\n"), PEER_REQUEST,
                          PEER_SEND(HELLO), PEER_KEEP);
}

static void play_tunnel(struct stage *stage, int round)
{
    struct xfer *x = try_new_by_proxy(stage, "http");

    stage_try_start(stage, x,
              x && !curl_easy_setopt(x->easy, CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY) &&
                  !curl_easy_setopt(x->easy, CURLOPT_HTTPPROXYTUNNEL, 1L));
}

/* By gzip. */
static void open_coded(struct stage *stage)
{
    static const char hello[] = "\x1f\x8b\x08\0\0\0\0\0\x02\x03\xcb\x48\xcd\xc9\xc9\x07\0"
                                "\x86\xa6\x10\x36\x05\0\0\0";

    if (!(curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_LIBZ)) {
        open_serving(stage);
        return;
    }
    stage->peer = PEER_OF(PEER_REQUEST,
                          PEER_SEND(OK11 "Content-Length: 25\r\nContent-Encoding: gzip\r\n\r\n"),
                          PEER_SENDN(hello, 25), PEER_AGAIN);
}

static void play_coded(struct stage *stage, int round)
{
    struct xfer *x = stage_try_new_path(stage, "/");

    stage_try_start(stage, x, x && !curl_easy_setopt(x->easy, CURLOPT_ACCEPT_ENCODING, ""));
}

/* HELLO for requests that have a text in them, something else for the others. */
struct riddle {
    const char *wanted;
    const char *otherwise;
};

static char *answer_riddle(void *arg, const char *request, size_t n_request, size_t *ret_n)
{
    const struct riddle *riddle = arg;
    const char *answer = memmem(request, n_request, riddle->wanted, strlen(riddle->wanted))
                             ? HELLO
                             : riddle->otherwise;

    *ret_n = strlen(answer);
    return strdup(answer);
}

/* A request that was lost is sent again on another connection: the script cannot count them. */
static struct peer *peer_riddling(const struct riddle *riddle)
{
    struct peer_answerer answerer = {answer_riddle, (void *)riddle};

    return PEER_OF(PEER_REQUEST, PEER_ANSWER(&answerer), PEER_AGAIN);
}

static void open_redirect(struct stage *stage)
{
    static const struct riddle riddle = {"GET /there", "HTTP/1.1 302 There\r\nLocation: ../there\r\n"
                                                       "Content-Length: 4\r\n\r\nbody"};

    stage->peer = peer_riddling(&riddle);
}

static void play_redirect(struct stage *stage, int round)
{
    struct xfer *x = stage_try_new_path(stage, "/a/b");

    stage_try_start(stage, x,
              x && !curl_easy_setopt(x->easy, CURLOPT_FOLLOWLOCATION, 1L) &&
                  !curl_easy_setopt(x->easy, CURLOPT_AUTOREFERER, 1L));
}

static void open_login(struct stage *stage)
{
    static const struct riddle digest = {"Authorization: Digest",
                                         CHALLENGE("401", "WWW-Authenticate: " DIGEST)};
    static const struct riddle basic = {"Authorization: Basic",
                                        CHALLENGE("401", "WWW-Authenticate: " BASIC)};

    stage->peer = peer_riddling(has_tls() ? &digest : &basic);
}

static void play_login(struct stage *stage, int round)
{
    struct xfer *x = stage_try_new_path(stage, "/");

    stage_try_start(stage, x,
              x && !curl_easy_setopt(x->easy, CURLOPT_USERPWD, "user:pass") &&
                  !curl_easy_setopt(x->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_ANY));
}

static bool has_share(struct stage *stage)
{
    if (!stage->share)
        stage->share = curl_share_init();
    return stage->share &&
           !curl_share_setopt(stage->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT) &&
           !curl_share_setopt(stage->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
}

static void play_shared(struct stage *stage, int round)
{
    bool is_there = round ? stage->share != NULL : has_share(stage);
    struct xfer *x = stage_try_new_path(stage, "/");

    stage_try_start(stage, x,
              x && is_there && !curl_easy_setopt(x->easy, CURLOPT_SHARE, stage->share));
}

static void open_setting_cookies(struct stage *stage)
{
    stage->peer = peer_serving(OK11 "Set-Cookie: a=1\r\nSet-Cookie: b=2; path=/p\r\n"
                                    "Content-Length: 5\r\n\r\nhello");
}

static void play_cookies(struct stage *stage, int round)
{
    static const char line[] = "127.0.0.1\tFALSE\t/\tFALSE\t0\tc\t3";
    struct xfer *x = stage_try_new_path(stage, "/");

    stage_try_start(stage, x,
              x && !curl_easy_setopt(x->easy, CURLOPT_COOKIELIST, line) &&
                  !curl_easy_setopt(x->easy, CURLOPT_COOKIEFILE, "/dev/null") &&
                  !curl_easy_setopt(x->easy, CURLOPT_COOKIEFILE, ""));
}

/* Files of what handles remember; they are read by a transfer, and written when its handle ends. */
static char hsts_path[] = "/tmp/whim-hsts-XXXXXX";
static char altsvc_path[] = "/tmp/whim-altsvc-XXXXXX";

static void delete_file(void *path)
{
    unlink(path);
}

static void write_file(char *path, const char *text)
{
    int fd = mkstemp(path);

    CHECK(fd >= 0);
    defer(delete_file, path);
    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

static void open_remembering(struct stage *stage)
{
    stage->peer = peer_serving(HELLO);
    write_file(hsts_path, "a.example \"20400101 00:00:00\"\n.b.example \"unlimited\"\n");
    write_file(altsvc_path, "h1 a.example 443 h1 b.example 444 \"20400101 00:00:00\" 0 0\n");
}

static void play_remembering(struct stage *stage, int round)
{
    struct xfer *x = stage_try_new_path(stage, "/");

    stage_try_start(stage, x,
              x && !curl_easy_setopt(x->easy, CURLOPT_HSTS, hsts_path) &&
                  !curl_easy_setopt(x->easy, CURLOPT_ALTSVC, altsvc_path));
}

static void play_signed(struct stage *stage, int round)
{
    bool can_sign = curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_SSL;
    struct xfer *x = stage_try_new_path(stage, "/?b=1&a=2");

    stage_try_start(stage, x,
              x && !curl_easy_setopt(x->easy, CURLOPT_USERPWD, "user:pass") &&
                  !curl_easy_setopt(x->easy, CURLOPT_AWS_SIGV4,
                                    can_sign ? "aws:amz:region:service" : NULL));
}

const struct scenario scenarios[N_SCENARIOS] = {
    {"a_get", open_serving, 1, play_get},
    {"two_gets_in_a_row", open_serving, 2, play_get},
    {"two_gets_at_once", open_serving, 1, play_two},
    {"queued_gets", open_serving, 1, play_queued},
    {"a_post", open_serving, 1, play_post},
    {"a_chunked_put_with_100_continue", open_continuing, 1, play_put},
    {"a_multipart_post", open_continuing, 1, play_mime},
    {"a_post_of_a_form", open_serving, 1, play_form},
    {"a_chunked_answer", open_chunked, 1, play_get},
    {"an_answer_until_close", open_closing, 1, play_get},
    {"a_fallback_to_another_address", open_fallback, 1, play_fallback},
    {"a_paused_get", open_serving, 1, play_paused},
    {"a_get_by_socks", open_socks, 1, play_socks},
    {"a_get_through_a_tunnel", open_tunnel, 1, play_tunnel},
    {"an_answer_that_is_coded", open_coded, 1, play_coded},
    {"a_redirect", open_redirect, 1, play_redirect},
    {"a_login_that_is_asked_for", open_login, 1, play_login},
    {"two_gets_of_a_share", open_serving, 2, play_shared},
    {"a_get_with_cookies", open_setting_cookies, 2, play_cookies},
    {"a_get_that_remembers", open_remembering, 1, play_remembering},
    {"a_signed_get", open_serving, 1, play_signed},
};
