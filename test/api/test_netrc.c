/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * CURLOPT_NETRC: which of file, URL and options counts, and for which hosts (C-192).
 */
#include "proxied.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_LOGIN "Authorization: Basic ZmlsZTpwYXNz\r\n" /* file:pass */
#define NAMED_LOGIN "Authorization: Basic bmFtZWQ6d29yZA==\r\n" /* named:word */
#define OPTION_LOGIN "Authorization: Basic b3B0aW9uOnBhc3M=\r\n" /* option:pass */
#define URL_LOGIN "Authorization: Basic dXJsOnBhc3M=\r\n" /* url:pass */

static void delete_file(void *path)
{
    unlink(path);
    free(path);
}

static const char *file_of(const char *text)
{
    char *path = strdup("/tmp/whim-netrc-XXXXXX");
    int fd = path ? mkstemp(path) : -1;

    CHECK(fd >= 0);
    defer(delete_file, path);
    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    return path;
}

#define ENTRY "machine 127.0.0.1 login file password pass\n"
#define TWO_ENTRIES ENTRY "machine 127.0.0.1 login named password word\n"

static const struct netrc_case {
    const char *name;
    const char *text;
    long netrc;
    const char *user;  /* of the URL, with its '@', or "" */
    const char *login; /* CURLOPT_USERPWD, or NULL */
    const char *field; /* NULL: none */
} netrc_cases[] = {
    {"optional", ENTRY, CURL_NETRC_OPTIONAL, "", NULL, FILE_LOGIN},
    {"required", ENTRY, CURL_NETRC_REQUIRED, "", NULL, FILE_LOGIN},
    {"ignored", ENTRY, CURL_NETRC_IGNORED, "", NULL, NULL},
    {"optional_behind_the_url", ENTRY, CURL_NETRC_OPTIONAL, "url:pass@", NULL, URL_LOGIN},
    {"required_before_the_url", ENTRY, CURL_NETRC_REQUIRED, "url:pass@", NULL, FILE_LOGIN},
    {"optional_for_the_urls_user", TWO_ENTRIES, CURL_NETRC_OPTIONAL, "named@", NULL, NAMED_LOGIN},
    {"optional_behind_the_options", ENTRY, CURL_NETRC_OPTIONAL, "", "option:pass", OPTION_LOGIN},
    {"for_another_host", "machine localhost login file password pass", CURL_NETRC_OPTIONAL, "", NULL,
     NULL},
    {"for_everybody", "default login file password pass", CURL_NETRC_OPTIONAL, "", NULL, FILE_LOGIN},
    {"required_and_for_another_host", "machine localhost login file password pass",
     CURL_NETRC_REQUIRED, "", NULL, NULL},
};

TEST_ROWS(0, "C-192 netrc_", netrc_cases)
{
    const struct netrc_case *row = test_row();
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    char url[100];

    snprintf(url, sizeof(url), "http://%s%s/", row->user, peer_authority(peer));
    SET(x, CURLOPT_URL, url);
    SET(x, CURLOPT_NETRC, row->netrc);
    SET(x, CURLOPT_NETRC_FILE, file_of(row->text));
    if (row->login)
        SET(x, CURLOPT_USERPWD, row->login);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    if (row->field)
        CHECK_HAS(received(peer, 0), row->field);
    else
        CHECK_LACKS(received(peer, 0), "Authorization");
}

TEST_WITH(FOR_ONCE, "C-192 netrc_is_looked_for_in_the_home_folder")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    char folder[] = "/tmp/whim-home-XXXXXX", path[100];
    FILE *file;

    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof(path), "%s/.netrc", folder);
    file = fopen(path, "w");
    CHECK(file != NULL);
    fputs(ENTRY, file);
    fclose(file);
    setenv("HOME", folder, 1);
    SET(x, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
    xfer_run(x, drive_new());
    unlink(path);
    rmdir(folder);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_HAS(received(peer, 0), FILE_LOGIN);
}

TEST("C-192 a_netrc_that_is_not_there_is_no_failure_where_it_is_optional")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
    SET(x, CURLOPT_NETRC_FILE, "/nowhere/netrc");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
}

TEST("C-192 a_netrc_that_is_required_and_not_there_ends_with_26")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_NETRC, (long)CURL_NETRC_REQUIRED);
    SET(x, CURLOPT_NETRC_FILE, "/nowhere/netrc");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_READ_ERROR);
    CHECK(x->error[0] != 0);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 0);
}

/* By a redirect from one name of the peer to another. */
static struct peer *run_redirected(const char *text)
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct xfer *x = xfer_new(peer, "/");
    char answer[200];

    snprintf(answer, sizeof(answer),
             "HTTP/1.1 302 Go\r\nLocation: http://localhost:%d/\r\nContent-Length: 0\r\n\r\n",
             peer_port(peer));
    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(answer), PEER_KEEP);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    SET(x, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    SET(x, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
    SET(x, CURLOPT_NETRC_FILE, file_of(text));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    return peer;
}

TEST("C-192 netrc_has_an_entry_of_its_own_for_where_a_redirect_leads")
{
    struct peer *peer = run_redirected(ENTRY "machine localhost login named password word\n");

    CHECK_HAS(received(peer, 0), FILE_LOGIN);
    CHECK_HAS(received(peer, 1), NAMED_LOGIN);
}

TEST("C-192 netrcs_entry_for_the_first_host_stays_there")
{
    struct peer *peer = run_redirected(ENTRY);

    CHECK_HAS(received(peer, 0), FILE_LOGIN);
    CHECK_LACKS(received(peer, 1), "Authorization");
}

TEST("C-192 netrcs_entry_for_everybody_does_not_follow_a_redirect")
{
    struct peer *peer = run_redirected("default login file password pass\n");

    CHECK_HAS(received(peer, 0), FILE_LOGIN);
    CHECK_LACKS(received(peer, 1), "Authorization");
}

/* An entry without a password must not get that of another one. */
TEST("C-192 netrc_never_mixes_two_entries")
{
    struct peer *peer = run_redirected(ENTRY "machine localhost login named\n");

    CHECK_HAS(received(peer, 1), "Authorization: Basic bmFtZWQ6\r\n");
}

/* A text is told while the request is made; what is there of the request by then may be replaced. */
static int set_agent(CURL *easy, curl_infotype type, char *text, size_t n, void *arg)
{
    static const char long_agent[] = "another agent, whose name is longer than the one before it";

    if (type == CURLINFO_TEXT && n > 13 && !memcmp(text, "Couldn't find", 13)) {
        CHECK_CODE(curl_easy_setopt(easy, CURLOPT_USERAGENT, ++*(int *)arg == 1 ? long_agent : "x"),
                   CURLE_OK);
        CHECK_CODE(curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, long_agent), CURLE_OK);
    }
    return 0;
}

static struct xfer *agent_new(struct peer *peer, int *n)
{
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
    SET(x, CURLOPT_NETRC_FILE, file_of("machine nowhere.example login a password b\n"));
    SET(x, CURLOPT_USERAGENT, "agent");
    SET(x, CURLOPT_XOAUTH2_BEARER, "token");
    SET(x, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
    SET(x, CURLOPT_DEBUGFUNCTION, set_agent);
    SET(x, CURLOPT_DEBUGDATA, n);
    SET(x, CURLOPT_VERBOSE, 1L);
    return x;
}

TEST("C-14 C-143 options_that_change_while_a_request_is_made_count_or_end_it")
{
    struct peer *peer = peer_serving(HELLO);
    int n = 0;
    struct xfer *x = agent_new(peer, &n);

    xfer_run(x, drive_new());
    CHECK(n > 0);
    if (x->result == CURLE_OK)
        CHECK_HAS(received(peer, 0), "\r\nUser-Agent: ");
    else
        CHECK_CODE(x->result, CURLE_BAD_FUNCTION_ARGUMENT);
    SET(x, CURLOPT_VERBOSE, 0L);
}
