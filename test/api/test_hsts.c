/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * HSTS (RFC 6797): whose http URLs become https ones, what is learnt of whom, files, callbacks,
 * shares (5.4 class 13).
 */
#include "newer.h"
#include "proxied.h"
#include "tls_xfer.h"

#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "example.test"
#define WITH_FIELD(value)                                                                          \
    "HTTP/1.1 200 OK\r\nStrict-Transport-Security: " value "\r\nContent-Length: 5\r\n\r\nhello"
#define KNOWN NAME " \"20400101 00:00:00\"\n"

static struct peer *peer_saying(const char *answer)
{
    return TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(answer), PEER_AGAIN);
}

static struct xfer *hsts_new(struct peer *peer)
{
    struct xfer *x;

    if (!(curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HSTS))
        skip_test("the library has no HSTS");
    x = tls_new_host(peer, NAME);
    SET(x, CURLOPT_HSTS_CTRL, (long)CURLHSTS_ENABLE);
    return x;
}

static const char *url_of(struct peer *peer, const char *scheme, const char *host)
{
    static char url[200];

    snprintf(url, sizeof(url), "%s://%s:%d/", scheme, host, peer_port(peer));
    return url;
}

/* A list is read once, and a multi of its own may be new. */
static void resolve(struct xfer *x, struct peer *peer, const char *host)
{
    char entry[200];

    snprintf(entry, sizeof(entry), "%s:%d:127.0.0.1", host, peer_port(peer));
    SET(x, CURLOPT_RESOLVE, list_of(entry, NULL));
}

static void check_upgraded(struct xfer *x, struct drive *drive, struct peer *peer, const char *host)
{
    SET(x, CURLOPT_URL, url_of(peer, "http", host));
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_HAS(xfer_str(x, CURLINFO_EFFECTIVE_URL), "https://");
}

/* It goes out in the clear, which a peer that speaks TLS does not understand. */
static void check_plain(struct xfer *x, struct drive *drive, struct peer *peer, const char *host)
{
    SET(x, CURLOPT_URL, url_of(peer, "http", host));
    SET(x, CURLOPT_FRESH_CONNECT, 1L);
    CHECK(xfer_again(x, drive) != CURLE_OK);
    CHECK_LACKS(xfer_str(x, CURLINFO_EFFECTIVE_URL), "https://");
}

TEST("hsts a_host_that_has_said_so_is_spoken_with_over_tls_alone")
{
    struct peer *peer = peer_saying(WITH_FIELD("max-age=1000"));
    struct xfer *x = hsts_new(peer);
    struct drive *drive = drive_new();

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    check_upgraded(x, drive, peer, NAME);
    check_upgraded(x, drive, peer, "EXAMPLE.Test");
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 3);
}

TEST("hsts CVE-2022-30115 a_dot_behind_the_host_makes_no_difference")
{
    struct peer *peer = peer_saying(WITH_FIELD("max-age=1000"));
    struct xfer *x = hsts_new(peer);
    struct drive *drive = drive_new();

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    resolve(x, peer, NAME ".");
    check_upgraded(x, drive, peer, NAME ".");
}

TEST("hsts CVE-2022-42916 CVE-2022-43551 a_host_with_dots_of_another_script_is_the_same_host")
{
    struct peer *peer = peer_saying(WITH_FIELD("max-age=1000"));
    struct xfer *x = hsts_new(peer);
    struct drive *drive = drive_new();

    if (!(curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_IDN))
        skip_test("the library has no IDN");
    setlocale(LC_CTYPE, "C.UTF-8"); /* libcurl reads the URL in the locale's charset */
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    check_upgraded(x, drive, peer, "example\xe3\x80\x82test");
    check_upgraded(x, drive, peer, "example\xef\xbc\x8etest");
}

static const struct scope {
    const char *name;
    const char *line;
    bool is_known;
} scopes[] = {
    {"with_its_subdomains", ".wild.test \"20400101 00:00:00\"\n", true},
    {"without_them", "wild.test \"20400101 00:00:00\"\n", false},
    {"whose_time_is_past", ".wild.test \"20010101 00:00:00\"\n", false},
    {"of_another_name", ".ild.test \"20400101 00:00:00\"\n", false},
};

TEST_ROWS(0, "hsts a_host_below_one_", scopes)
{
    const struct scope *row = test_row();
    struct peer *peer = peer_saying(HELLO);
    struct xfer *x = hsts_new(peer);
    struct drive *drive = drive_new();

    SET(x, CURLOPT_HSTS, tls_file("hsts", row->line));
    resolve(x, peer, "a.wild.test");
    if (row->is_known)
        check_upgraded(x, drive, peer, "a.wild.test");
    else
        check_plain(x, drive, peer, "a.wild.test");
}

TEST("hsts an_age_of_zero_makes_an_end_of_it")
{
    struct peer *peer = TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(WITH_FIELD("max-age=1000")),
                                 PEER_REQUEST, PEER_SEND(WITH_FIELD("max-age=0")), PEER_AGAIN);
    struct xfer *x = hsts_new(peer);
    struct drive *drive = drive_new();

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    check_plain(x, drive, peer, NAME);
}

static const struct unlearnt {
    const char *name;
    const char *answer;
    CURLoption option; /* 0: none */
    long value;
    bool is_plain;
} unlearnt[] = {
    {"without_tls", WITH_FIELD("max-age=1000"), 0, 0, true},
    {"of_a_host_whose_certificate_nobody_has_looked_at", WITH_FIELD("max-age=1000"),
     CURLOPT_SSL_VERIFYPEER, 0, false},
    {"of_a_host_whose_name_nobody_has_looked_at", WITH_FIELD("max-age=1000"),
     CURLOPT_SSL_VERIFYHOST, 0, false},
    {"that_is_not_well_formed", WITH_FIELD("max-age=x"), 0, 0, false},
    {"of_a_second_field", WITH_FIELD("max-age=0\r\nStrict-Transport-Security: max-age=1000"), 0, 0,
     false},
};

TEST_ROWS(0, "hsts RFC-6797 nothing_is_learnt_", unlearnt)
{
    const struct unlearnt *row = test_row();
    struct peer *peer = row->is_plain ? peer_serving(row->answer) : peer_saying(row->answer);
    struct xfer *x = hsts_new(peer);
    struct drive *drive = drive_new();

    if (row->option)
        SET(x, row->option, row->value);
    SET(x, CURLOPT_URL, url_of(peer, row->is_plain ? "http" : "https", NAME));
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    if (row->is_plain) {
        CHECK_CODE(xfer_again(x, drive), CURLE_OK);
        CHECK_LACKS(xfer_str(x, CURLINFO_EFFECTIVE_URL), "https://");
    } else {
        check_plain(x, drive, peer, NAME);
    }
}

TEST("hsts nothing_is_learnt_without_being_asked_for")
{
    struct peer *peer = peer_saying(WITH_FIELD("max-age=1000"));
    struct xfer *x = hsts_new(peer);
    struct drive *drive = drive_new();

    SET(x, CURLOPT_HSTS_CTRL, 0L);
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    check_plain(x, drive, peer, NAME);
}

TEST("hsts CVE-2023-23914 what_was_learnt_counts_for_every_transfer_of_a_handle")
{
    struct peer *peer = peer_saying(WITH_FIELD("max-age=1000"));
    struct xfer *x = hsts_new(peer);

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    for (int i = 0; i < 2; i++) {
        resolve(x, peer, NAME);
        check_upgraded(x, drive_new(), peer, NAME);
    }
}

TEST("hsts a_redirect_to_http_goes_to_https")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct peer *secure = peer_saying(WITH_FIELD("max-age=1000"));
    struct xfer *x = hsts_new(secure);
    char answer[300];

    snprintf(answer, sizeof(answer),
             "HTTP/1.1 302 Go\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
             url_of(secure, "http", NAME));
    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(answer), PEER_KEEP);
    SET(x, CURLOPT_HSTS, tls_file("hsts", KNOWN));
    SET(x, CURLOPT_URL, url_of(peer, "http", "127.0.0.1"));
    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_HAS(xfer_str(x, CURLINFO_EFFECTIVE_URL), "https://" NAME);
}

TEST("hsts a_protocol_that_is_not_allowed_is_not_used_for_it")
{
    struct peer *peer = peer_saying(HELLO);
    struct xfer *x = hsts_new(peer);

    SET(x, CURLOPT_HSTS, tls_file("hsts", KNOWN));
    SET(x, CURLOPT_PROTOCOLS_STR, "http");
    SET(x, CURLOPT_URL, url_of(peer, "http", NAME));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_UNSUPPORTED_PROTOCOL);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 0);
}

/* Port 80, written or not, becomes 443 (RFC 6797 section 8.3). */
static const struct port {
    const char *name;
    const char *url;
} ports[] = {
    {"not_written", "http://" NAME "/"},
    {"of_80", "http://" NAME ":80/"},
};

TEST_ROWS(0, "hsts RFC-6797 the_port_becomes_443_that_is_", ports)
{
    const struct port *row = test_row();
    struct peer *peer = peer_saying(HELLO);
    struct xfer *x = hsts_new(peer);
    char to[100];

    SET(x, CURLOPT_HSTS, tls_file("hsts", KNOWN));
    snprintf(to, sizeof(to), NAME ":443:127.0.0.1:%d", peer_port(peer));
    SET(x, CURLOPT_CONNECT_TO, list_of(to, NULL));
    SET(x, CURLOPT_URL, row->url);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "Host: " NAME "\r\n");
    CHECK_STR(xfer_str(x, CURLINFO_EFFECTIVE_URL), "https://" NAME "/");
}

static char *text_of(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 65536);
    size_t n;

    CHECK(text != NULL);
    defer(free, text);
    if (!file)
        return NULL;
    n = fread(text, 1, 65535, file);
    fclose(file);
    text[n] = 0;
    return text;
}

static void end(struct xfer *x)
{
    xfer_free(x);
}

TEST("hsts a_file_is_read_and_written_when_the_handle_ends")
{
    struct peer *peer = peer_saying(WITH_FIELD("max-age=1000; includeSubDomains"));
    struct xfer *x = hsts_new(peer);
    const char *path = tls_file("hsts", "# comment\nother.example \"20400101 00:00:00\"\n");

    SET(x, CURLOPT_HSTS, path);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_LACKS(text_of(path), NAME);
    end(x);
    CHECK_HAS(text_of(path), "\nother.example \"20400101 00:00:00\"\n");
    CHECK_HAS(text_of(path), "\n." NAME " \"20");
}

TEST("hsts a_file_that_is_not_there_is_made")
{
    struct peer *peer = peer_saying(WITH_FIELD("max-age=99999999999999999"));
    struct xfer *x = hsts_new(peer);
    const char *path = tls_path("new");

    SET(x, CURLOPT_HSTS, path);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    end(x);
    CHECK_HAS(text_of(path), "\n" NAME " \"unlimited\"\n");
}

TEST("hsts a_file_is_left_alone_that_is_to_be_read_only")
{
    struct peer *peer = peer_saying(WITH_FIELD("max-age=1000"));
    struct xfer *x = hsts_new(peer);
    const char *path = tls_file("hsts", "# mine\n");

    SET(x, CURLOPT_HSTS, path);
    SET(x, CURLOPT_HSTS_CTRL, (long)(CURLHSTS_ENABLE | CURLHSTS_READONLYFILE));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    end(x);
    CHECK_STR(text_of(path), "# mine\n");
}

TEST("hsts CVE-2023-23915 handles_that_write_one_file_keep_what_the_others_have_learnt")
{
    struct peer *peer = peer_saying(WITH_FIELD("max-age=1000"));
    struct xfer *first = hsts_new(peer);
    struct xfer *second;
    const char *path = tls_file("hsts", "");

    SET(first, CURLOPT_HSTS, path);
    CHECK_CODE(xfer_run(first, drive_new()), CURLE_OK);
    second = hsts_new(peer);
    SET(second, CURLOPT_HSTS, path);
    SET(second, CURLOPT_URL, url_of(peer, "https", "localhost"));
    resolve(second, peer, "localhost");
    CHECK_CODE(xfer_run(second, drive_new()), CURLE_OK);
    end(second);
    end(first);
    CHECK_HAS(text_of(path), NAME " ");
    CHECK_HAS(text_of(path), "localhost ");
}

TEST("hsts each_file_that_was_named_is_read_and_the_last_one_written")
{
    struct peer *peer = peer_saying(HELLO);
    struct xfer *x = hsts_new(peer);
    const char *one = tls_file("one", KNOWN);
    const char *two = tls_file("two", "two.example \"20400101 00:00:00\"\n");

    SET(x, CURLOPT_HSTS, one);
    SET(x, CURLOPT_HSTS, two);
    check_upgraded(x, drive_new(), peer, NAME);
    end(x);
    CHECK_STR(text_of(one), KNOWN);
    CHECK_HAS(text_of(two), "two.example ");
    CHECK_HAS(text_of(two), NAME " ");
}

TEST("hsts C-15 a_duplicate_knows_what_its_model_has_learnt")
{
    struct peer *peer = peer_saying(WITH_FIELD("max-age=1000"));
    struct xfer *x = hsts_new(peer);
    CURL *copy;
    char *url = NULL;

    need_version(0x080000);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    SET(x, CURLOPT_URL, url_of(peer, "http", NAME));
    copy = curl_easy_duphandle(x->easy);
    CHECK(copy != NULL);
    CHECK_CODE(curl_easy_perform(copy), CURLE_OK);
    CHECK_CODE(curl_easy_getinfo(copy, CURLINFO_EFFECTIVE_URL, &url), CURLE_OK);
    CHECK_HAS(url, "https://");
    curl_easy_cleanup(copy);
}

struct teller {
    int n_asked, n_told;
    CURLSTScode end;
    char told[500];
};

static CURLSTScode on_read(CURL *easy, struct curl_hstsentry *entry, void *arg)
{
    static const struct {
        const char *host, *expire;
        bool has_subdomains;
    } entries[] = {
        {"one.example", "20400101 01:02:03", false},
        {NAME, "", true},
    };
    struct teller *teller = arg;
    int n = teller->n_asked++;

    CHECK(easy != NULL);
    entry->name[entry->namelen] = 0; /* there is room for that, too */
    if (n >= 2)
        return teller->end;
    CHECK(entry->namelen >= 256);
    strcpy(entry->name, entries[n].host);
    strcpy(entry->expire, entries[n].expire);
    entry->includeSubDomains = entries[n].has_subdomains;
    return CURLSTS_OK;
}

static CURLSTScode on_write(CURL *easy, struct curl_hstsentry *entry, struct curl_index *place,
                            void *arg)
{
    struct teller *teller = arg;
    size_t len = strlen(teller->told);

    CHECK(easy != NULL);
    CHECK_INT((long)place->index, teller->n_told);
    CHECK_INT((long)place->total, 2);
    CHECK_INT((long)entry->namelen, (long)strlen(entry->name));
    snprintf(teller->told + len, sizeof(teller->told) - len, "%s%s %s\n",
             entry->includeSubDomains ? "." : "", entry->name, entry->expire);
    teller->n_told++;
    return teller->end == CURLSTS_FAIL ? CURLSTS_FAIL : CURLSTS_OK;
}

static struct xfer *told_new(struct peer *peer, struct teller *teller)
{
    struct xfer *x = hsts_new(peer);

    SET(x, CURLOPT_HSTSREADFUNCTION, on_read);
    SET(x, CURLOPT_HSTSREADDATA, teller);
    SET(x, CURLOPT_HSTSWRITEFUNCTION, on_write);
    SET(x, CURLOPT_HSTSWRITEDATA, teller);
    return x;
}

TEST("hsts the_application_gives_hosts_and_takes_them")
{
    struct peer *peer = peer_saying(HELLO);
    struct teller teller = {.end = CURLSTS_DONE};
    struct xfer *x = told_new(peer, &teller);

    check_upgraded(x, drive_new(), peer, NAME);
    CHECK_INT(teller.n_asked, 3);
    end(x);
    CHECK_INT(teller.n_told, 2);
    CHECK_STR(teller.told, "one.example 20400101 01:02:03\n." NAME " unlimited\n");
}

TEST("hsts a_read_callback_that_fails_ends_the_transfer")
{
    struct peer *peer = peer_saying(HELLO);
    struct teller teller = {.end = CURLSTS_FAIL};
    struct xfer *x = told_new(peer, &teller);

    CHECK_CODE(xfer_run(x, drive_new()), CURLE_ABORTED_BY_CALLBACK);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 0);
    end(x);
    CHECK_INT(teller.n_told, 1); /* and a write callback that fails hears of no more */
}

static CURLSTScode switch_off(CURL *easy, struct curl_hstsentry *entry, void *arg)
{
    CHECK_CODE(curl_easy_setopt(easy, CURLOPT_HSTS_CTRL, 0L), CURLE_OK);
    return on_read(easy, entry, arg);
}

TEST("hsts a_read_callback_may_switch_it_off")
{
    struct peer *peer = peer_saying(HELLO);
    struct teller teller = {.end = CURLSTS_DONE};
    struct xfer *x = told_new(peer, &teller);

    SET(x, CURLOPT_HSTSREADFUNCTION, switch_off);
    xfer_run(x, drive_new());
    CHECK_INT(teller.n_asked, 3);
    end(x);
}

static int switch_off_in_debug(CURL *easy, curl_infotype type, char *text, size_t n, void *arg)
{
    if (type == CURLINFO_TEXT && n > 5 && !memcmp(text, "HSTS:", 5)) {
        ++*(int *)arg;
        CHECK_CODE(curl_easy_setopt(easy, CURLOPT_HSTS, NULL), CURLE_OK);
    }
    return 0;
}

TEST("hsts it_may_be_switched_off_when_a_file_cannot_be_read")
{
    struct peer *peer = peer_saying(HELLO);
    struct xfer *x = hsts_new(peer);
    int n = 0;

    SET(x, CURLOPT_HSTS, "/");
    SET(x, CURLOPT_HSTS, tls_file("hsts", "# none\n"));
    SET(x, CURLOPT_DEBUGFUNCTION, switch_off_in_debug);
    SET(x, CURLOPT_DEBUGDATA, &n);
    SET(x, CURLOPT_VERBOSE, 1L);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT(n, 1);
    SET(x, CURLOPT_VERBOSE, 0L);
}

static int n_locks;

static void lock_data(CURL *easy, curl_lock_data data, curl_lock_access access, void *arg)
{
    if (data == CURL_LOCK_DATA_HSTS)
        n_locks++;
}

static void unlock_data(CURL *easy, curl_lock_data data, void *arg)
{
    if (data == CURL_LOCK_DATA_HSTS)
        n_locks--;
}

static CURLSH *new_share(void)
{
    CURLSH *share = curl_share_init();

    CHECK(share != NULL);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_HSTS), CURLSHE_OK);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_LOCKFUNC, lock_data), CURLSHE_OK);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_UNLOCKFUNC, unlock_data), CURLSHE_OK);
    return share;
}

TEST("hsts C-201 handles_of_a_share_know_what_the_others_have_learnt")
{
    struct peer *peer = peer_saying(WITH_FIELD("max-age=1000"));
    struct xfer *first = hsts_new(peer);
    struct xfer *second = tls_new_host(peer, NAME);
    CURLSH *share = new_share();

    SET(first, CURLOPT_SHARE, share);
    SET(second, CURLOPT_SHARE, share);
    CHECK_CODE(xfer_run(first, drive_new()), CURLE_OK);
    end(first);
    check_upgraded(second, drive_new(), peer, NAME);
    end(second);
    CHECK_INT(n_locks, 0);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

struct worker {
    pthread_t thread;
    CURLSH *share;
    struct peer *peer;
    CURLcode result;
};

static void *work(void *arg)
{
    struct worker *worker = arg;
    char entry[100];
    struct curl_slist *list;

    snprintf(entry, sizeof(entry), NAME ":%d:127.0.0.1", peer_port(worker->peer));
    list = curl_slist_append(NULL, entry);
    for (int i = 0; i < 20 && !worker->result; i++) {
        char url[100];
        CURL *easy = curl_easy_init();

        snprintf(url, sizeof(url), "http://" NAME ":%d/", peer_port(worker->peer));
        curl_easy_setopt(easy, CURLOPT_URL, url);
        curl_easy_setopt(easy, CURLOPT_SHARE, worker->share);
        curl_easy_setopt(easy, CURLOPT_RESOLVE, list);
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
        curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
        worker->result = curl_easy_perform(easy) == CURLE_UNSUPPORTED_PROTOCOL
                             ? CURLE_OK
                             : CURLE_FAILED_INIT; /* https: it is known, and not allowed */
        curl_easy_cleanup(easy);
    }
    curl_slist_free_all(list);
    return NULL;
}

TEST_WITH(FOR_ONCE, "hsts CVE-2023-27537 a_share_serves_many_threads")
{
    enum { N = 4 };
    struct peer *peer = peer_saying(WITH_FIELD("max-age=1000"));
    struct xfer *x = hsts_new(peer);
    struct worker workers[N];
    CURLSH *share = curl_share_init();

    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_HSTS), CURLSHE_OK);
    SET(x, CURLOPT_SHARE, share);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    end(x);
    for (int i = 0; i < N; i++) {
        workers[i] = (struct worker){.share = share, .peer = peer};
        CHECK(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0);
    }
    for (int i = 0; i < N; i++) {
        pthread_join(workers[i].thread, NULL);
        CHECK_CODE(workers[i].result, CURLE_OK);
    }
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}
