/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Cookies that the application brings and takes away: files, the jar, single lines; and what becomes
 * of them with the handle (C-15, C-16).
 */
#include "cookies.h"
#include "memory.h"
#include "proxied.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define SITE "127.0.0.1\tFALSE\t/\tFALSE\t0\t"
#define LASTING "127.0.0.1\tFALSE\t/\tFALSE\t1999999999\t"
#define SET_A ANSWER_WITH("Set-Cookie: a=1; path=/\r\n")

TEST("cookies of_several_files_are_sent")
{
    struct peer *peer = peer_serving(EMPTY);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_COOKIEFILE, cookie_file("# Netscape HTTP Cookie File\n\n" SITE "aaa\t1\n"));
    SET(x, CURLOPT_COOKIEFILE, "/nowhere/cookies");
    SET(x, CURLOPT_COOKIEFILE, cookie_file("#HttpOnly_" SITE "bb\t2\r\nnonsense\n"));
    SET(x, CURLOPT_COOKIEFILE, "");
    SET(x, CURLOPT_COOKIEFILE, cookie_file("Set-Cookie: c=3; domain=127.0.0.1; path=/"));
    CHECK_STR(cookies_known(x->easy), "");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 0), "aaa=1; bb=2; c=3");
    CHECK_STR(cookies_known(x->easy), SITE "aaa\t1\n#HttpOnly_" SITE "bb\t2\n" SITE "c\t3\n");
}

TEST("cookies of_a_file_that_has_changed_are_read_again_and_do_not_replace_newer_ones")
{
    struct peer *peer = peer_serving(SET_A);
    struct xfer *x = xfer_new(peer, "/");
    const char *path = cookie_file(SITE "a\tfile\n" SITE "bb\tfile\n");
    FILE *file;

    SET(x, CURLOPT_COOKIEFILE, path);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 0), "bb=file; a=file");
    file = fopen(path, "w");
    CHECK(file != NULL);
    fputs(SITE "a\tlater\n" SITE "bb\tlater\n" SITE "ccc\tlater\n", file);
    fclose(file);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 1), "ccc=later; bb=later; a=1");
}

/* The descriptor is back in its place before anything is checked. */
TEST_WITH(FOR_ONCE, "cookies of_the_file_minus_are_those_of_standard_input")
{
    struct peer *peer = peer_serving(EMPTY);
    struct xfer *x = xfer_new(peer, "/");
    int saved = dup(STDIN_FILENO);
    int fd = open(cookie_file(SITE "a\t1\n"), O_RDONLY);

    SET(x, CURLOPT_COOKIEFILE, "-");
    dup2(fd, STDIN_FILENO);
    close(fd);
    xfer_run(x, drive_new());
    dup2(saved, STDIN_FILENO);
    close(saved);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 0), "a=1");
}

TEST("cookies of_an_old_session_are_left_out_of_a_new_one")
{
    struct peer *peer = peer_serving(EMPTY);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_COOKIESESSION, 1L);
    SET(x, CURLOPT_COOKIEFILE, cookie_file(SITE "a\t1\n" LASTING "b\t2\n"));
    SET(x, CURLOPT_COOKIELIST, SITE "cc\t3");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 0), "cc=3; b=2");
}

/* Behind the comments. */
static const char *cookies_in(const char *path)
{
    const char *text = file_text(path);

    CHECK(text != NULL);
    CHECK(!strncmp(text, "# Netscape HTTP Cookie File\n", 28));
    while (*text == '#' && strncmp(text, "#HttpOnly_", 10) != 0)
        text = strchr(text, '\n') + 1;
    return text + (*text == '\n');
}

TEST("cookies are_written_to_the_jar_when_the_handle_is_cleaned_up")
{
    struct peer *peer = peer_serving(
        ANSWER_WITH("Set-Cookie: a=1; path=/\r\nSet-Cookie: b=; path=/p; secure; httponly\r\n"));
    struct xfer *x = xfer_new(peer, "/");
    const char *jar = cookie_path();
    struct stat there;

    SET(x, CURLOPT_COOKIEJAR, jar);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK(stat(jar, &there) != 0);
    xfer_free(x);
    CHECK_STR(cookies_in(jar), "#HttpOnly_127.0.0.1\tFALSE\t/p\tTRUE\t0\tb\t\n" SITE "a\t1\n");
}

TEST("cookies in_a_jar_come_back_by_the_file")
{
    struct peer *peer = peer_serving(SET_A);
    const char *jar = cookie_path();

    for (int i = 0; i < 2; i++) {
        struct xfer *x = xfer_new(peer, "/");

        SET(x, CURLOPT_COOKIEFILE, jar);
        SET(x, CURLOPT_COOKIEJAR, jar);
        SET(x, CURLOPT_FORBID_REUSE, 1L);
        CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
        xfer_free(x);
        CHECK_STR(cookies_in(jar), SITE "a\t1\n");
    }
    CHECK_STR(cookies_sent(peer, 1, 0), "a=1");
}

TEST("cookies in_a_jar_that_cannot_be_written_are_lost_without_a_word")
{
    struct xfer *x = cookie_new(peer_serving(SET_A), "/");

    SET(x, CURLOPT_COOKIEJAR, "/nowhere/jar");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    SET(x, CURLOPT_COOKIELIST, "FLUSH");
}

/* A jar is not emptied for not having been understood. */
TEST_WITH(FOR_ONCE, "cookies in_a_jar_that_could_not_be_read_stay_there")
{
    struct xfer *x = xfer_new(peer_serving(SET_A), "/");
    const char *jar = cookie_file("# Netscape HTTP Cookie File\n" SITE "old\t1\n");
    struct rlimit limit, none;

    SET(x, CURLOPT_COOKIEFILE, jar);
    SET(x, CURLOPT_COOKIEJAR, jar);
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    none = limit;
    none.rlim_cur = 0;
    CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
    curl_easy_setopt(x->easy, CURLOPT_COOKIELIST, "RELOAD");
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    SET(x, CURLOPT_COOKIELIST, SITE "new\t1");
    SET(x, CURLOPT_COOKIELIST, "FLUSH");
    CHECK_STR(cookies_in(jar), SITE "old\t1\n");
    SET(x, CURLOPT_COOKIELIST, "RELOAD");
    SET(x, CURLOPT_COOKIELIST, "FLUSH");
    CHECK_STR(cookies_in(jar), SITE "old\t1\n" SITE "new\t1\n");
}

TEST("cookies in_the_jar_minus_are_written_to_standard_output")
{
    struct xfer *x = xfer_new(peer_serving(SET_A), "/");
    const char *out = cookie_file("");
    int saved, fd;

    SET(x, CURLOPT_COOKIEJAR, "-");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    fflush(stdout);
    saved = dup(STDOUT_FILENO);
    fd = open(out, O_WRONLY);
    dup2(fd, STDOUT_FILENO);
    close(fd);
    xfer_free(x);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    CHECK_STR(cookies_in(out), SITE "a\t1\n");
}

TEST("cookies flush_writes_the_jar_now")
{
    struct xfer *x = xfer_new(peer_serving(SET_A), "/");
    const char *jar = cookie_path();

    SET(x, CURLOPT_COOKIEJAR, jar);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    SET(x, CURLOPT_COOKIELIST, "FLUSH");
    CHECK_STR(cookies_in(jar), SITE "a\t1\n");
    SET(x, CURLOPT_COOKIELIST, "ALL");
    SET(x, CURLOPT_COOKIELIST, "FLUSH");
    CHECK_STR(cookies_in(jar), "");
}

/* Be there a transfer or not. */
TEST("cookies of_files_and_program_are_in_the_jar_by_flush_and_by_cleanup")
{
    struct xfer *x = xfer_new(peer_serving(EMPTY), "/");
    const char *jar = cookie_path();

    SET(x, CURLOPT_COOKIEFILE, cookie_file(SITE "a\t1\n"));
    SET(x, CURLOPT_COOKIEJAR, jar);
    SET(x, CURLOPT_COOKIELIST, SITE "b\t2");
    SET(x, CURLOPT_COOKIELIST, "FLUSH");
    CHECK_HAS(cookies_in(jar), SITE "a\t1\n");
    CHECK_HAS(cookies_in(jar), SITE "b\t2\n");
    CHECK(unlink(jar) == 0);
    xfer_free(x);
    CHECK_HAS(cookies_in(jar), SITE "a\t1\n");
    CHECK_HAS(cookies_in(jar), SITE "b\t2\n");
}

static void share_nothing(struct xfer *x)
{
    SET(x, CURLOPT_COOKIEFILE, "");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
}

static void reset(struct xfer *x)
{
    share_nothing(x);
    curl_easy_reset(x->easy);
}

static const struct late_case {
    const char *name;
    void (*before)(struct xfer *x);
} late_cases[] = {
    {"a_transfer", share_nothing},
    {"a_reset", reset},
};

TEST_ROWS(0, "cookies of_a_file_that_is_named_late_are_not_lost_with_the_jar_behind_", late_cases)
{
    const struct late_case *row = test_row();
    struct xfer *x = xfer_new(peer_serving(EMPTY), "/");
    const char *jar = cookie_file(LASTING "a\t1\n");

    row->before(x);
    SET(x, CURLOPT_COOKIEFILE, jar);
    SET(x, CURLOPT_COOKIEJAR, jar);
    xfer_free(x);
    CHECK_HAS(cookies_in(jar), LASTING "a\t1\n");
}

TEST("cookies in_the_store_of_a_share_or_not_are_not_lost_with_the_jar")
{
    CURLSH *share = curl_share_init();
    struct xfer *x = xfer_new(peer_serving(EMPTY), "/");
    const char *jar = cookie_file(LASTING "a\t1\n");

    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE), CURLSHE_OK);
    SET(x, CURLOPT_COOKIEFILE, jar);
    SET(x, CURLOPT_COOKIEJAR, jar);
    SET(x, CURLOPT_SHARE, share);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    SET(x, CURLOPT_SHARE, NULL);
    xfer_free(x);
    CHECK_HAS(cookies_in(jar), LASTING "a\t1\n");
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

TEST("cookies that_the_application_lists_are_sent_and_listed")
{
    struct peer *peer = peer_serving(EMPTY);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_COOKIELIST, LASTING "aaa\t1");
    SET(x, CURLOPT_COOKIELIST, "set-cookie: bb=2; domain=127.0.0.1; path=/");
    SET(x, CURLOPT_COOKIELIST, "Set-Cookie: c=3; path=/");
    SET(x, CURLOPT_COOKIELIST, ".shop.example\tTRUE\t/p\tTRUE\t0\td\t4");
    SET(x, CURLOPT_COOKIELIST, "nonsense");
    SET(x, CURLOPT_COOKIELIST, "");
    SET(x, CURLOPT_COOKIELIST, NULL);
    CHECK_STR(cookies_known(x->easy),
              LASTING "aaa\t1\n" SITE "bb\t2\n.shop.example\tTRUE\t/p\tTRUE\t0\td\t4\n");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 0), "aaa=1; bb=2; c=3");
}

TEST("cookies without_a_domain_that_the_application_lists_go_to_everybody")
{
    struct peer *peer = peer_serving(EMPTY);
    struct xfer *x = cookie_new(peer, "/");

    SET(x, CURLOPT_COOKIELIST, "Set-Cookie: c=3; path=/");
    cookie_aim(x, peer, "/", "any.example");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 0), "c=3");
}

TEST("cookies all_and_sess_and_reload_do_what_they_say")
{
    struct peer *peer = peer_serving(EMPTY);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_COOKIEFILE, cookie_file(SITE "file\t1\n"));
    SET(x, CURLOPT_COOKIELIST, "RELOAD");
    CHECK_STR(cookies_known(x->easy), SITE "file\t1\n");
    SET(x, CURLOPT_COOKIELIST, LASTING "b\t2");
    SET(x, CURLOPT_COOKIELIST, "sess");
    CHECK_STR(cookies_known(x->easy), LASTING "b\t2\n");
    SET(x, CURLOPT_COOKIELIST, "All");
    CHECK_STR(cookies_known(x->easy), "");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 0), "file=1"); /* it has the file still */
}

TEST("C-16 cookies and_their_engine_survive_a_reset_but_not_files_and_jar")
{
    struct peer *peer = peer_serving(ANSWER_WITH("Set-Cookie: bb=2; path=/\r\n"));
    struct xfer *x = xfer_new(peer, "/");
    const char *jar = cookie_path();
    char url[100];

    snprintf(url, sizeof(url), "http://%s/", peer_authority(peer));
    SET(x, CURLOPT_COOKIEJAR, jar);
    SET(x, CURLOPT_COOKIEFILE, cookie_file(SITE "ccc\t3\n"));
    SET(x, CURLOPT_COOKIELIST, SITE "a\t1");
    curl_easy_reset(x->easy);
    SET(x, CURLOPT_URL, url);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 1), "bb=2; a=1");
    xfer_free(x);
    CHECK(file_text(jar) == NULL);
}

TEST("C-15 cookies stay_with_the_original_and_its_copy_has_files_and_an_engine")
{
    struct peer *peer = peer_serving(ANSWER_WITH("Set-Cookie: bb=2; path=/\r\n"));
    struct xfer *x = xfer_new(peer, "/");
    CURL *copy;

    SET(x, CURLOPT_COOKIEFILE, cookie_file(SITE "ccc\t3\n"));
    SET(x, CURLOPT_COOKIELIST, SITE "a\t1");
    copy = curl_easy_duphandle(x->easy);
    CHECK(copy != NULL);
    CHECK_STR(cookies_known(copy), "");
    CHECK_CODE(curl_easy_perform(copy), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 0), "ccc=3");
    CHECK_STR(cookies_known(copy), SITE "ccc\t3\n" SITE "bb\t2\n");
    CHECK_STR(cookies_known(x->easy), SITE "a\t1\n");
    curl_easy_cleanup(copy);
}

TEST("cookies are_forgotten_and_the_engine_is_off_when_there_is_to_be_no_file")
{
    struct peer *peer = peer_serving(SET_A);
    struct xfer *x = cookie_new(peer, "/");

    SET(x, CURLOPT_COOKIEFILE, cookie_file(SITE "ccc\t3\n"));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    SET(x, CURLOPT_COOKIEFILE, NULL);
    CHECK_STR(cookies_known(x->easy), "");
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 2), "");
    SET(x, CURLOPT_COOKIEFILE, "");
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
    CHECK_STR(cookies_sent(peer, 0, 4), "a=1");
}

TEST_WITH(FOR_ONCE, "C-13 cookies are_not_listed_beyond_eight_million_bytes")
{
    struct xfer *x = cookie_new(peer_serving(EMPTY), "/");
    char *text = malloc(8000002);

    CHECK(text != NULL);
    memset(text, 'x', 8000001);
    text[8000001] = 0;
    CHECK_CODE(curl_easy_setopt(x->easy, CURLOPT_COOKIELIST, text), CURLE_BAD_FUNCTION_ARGUMENT);
    CHECK_CODE(curl_easy_setopt(x->easy, CURLOPT_COOKIEFILE, text), CURLE_BAD_FUNCTION_ARGUMENT);
    free(text);
}

/* Whichever allocation fails while the jar is read and written, the old cookie stays in it. */
TEST_WITH(FOR_ONCE, "cookies in_a_jar_that_there_was_no_memory_for_stay_there")
{
    struct peer *peer = peer_serving(SET_A);
    unsigned long nth = 0;
    bool has_struck = true;

    while (has_struck) {
        const char *jar = cookie_file("# Netscape HTTP Cookie File\n" SITE "old\t1\n" SITE "older\t1\n");
        struct xfer *x = xfer_new(peer, "/");

        SET(x, CURLOPT_COOKIEFILE, jar);
        SET(x, CURLOPT_COOKIEJAR, jar);
        memory_fault_arm(++nth, false);
        curl_easy_setopt(x->easy, CURLOPT_COOKIELIST, "RELOAD");
        curl_easy_setopt(x->easy, CURLOPT_COOKIELIST, "FLUSH");
        has_struck = memory_fault_disarm();
        xfer_free(x);
        CHECK_HAS(cookies_in(jar), SITE "old\t1\n");
        CHECK_HAS(cookies_in(jar), SITE "older\t1\n");
        CHECK(nth < 100);
    }
    CHECK(nth > 3);
}

TEST_WITH(FOR_ONCE, "cookies a_jar_is_written_though_another_file_could_not_be_read")
{
    struct xfer *x = xfer_new(peer_serving(SET_A), "/");
    const char *jar = cookie_file(SITE "old\t1\n");

    SET(x, CURLOPT_COOKIEFILE, "/");
    SET(x, CURLOPT_COOKIEFILE, jar);
    SET(x, CURLOPT_COOKIEJAR, jar);
    SET(x, CURLOPT_COOKIELIST, "RELOAD");
    SET(x, CURLOPT_COOKIELIST, SITE "new\t1");
    SET(x, CURLOPT_COOKIELIST, "FLUSH");
    CHECK_HAS(cookies_in(jar), "new\t1\n");
}
