/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/altsvc.h"

#include "faults.h"
#include "shuffle.h"

#include <string.h>

enum { NOW = 1700000000 };

#define H1 WHIM_ALTSVC_BIT(WHIM_ALTSVC_H1)
#define ALL (H1 | WHIM_ALTSVC_BIT(WHIM_ALTSVC_H2) | WHIM_ALTSVC_BIT(WHIM_ALTSVC_H3))

static struct whim_altsvc_place origin_of(const char *host, uint16_t port)
{
    return (struct whim_altsvc_place){WHIM_ALTSVC_H1, host, strlen(host), port};
}

static CURLcode note(struct whim_altsvc *altsvc, const char *value)
{
    struct whim_altsvc_place origin = origin_of("O.example", 443);
    size_t len = strlen(value);
    char *exact = malloc(len ? len : 1); /* who reads too far is found out */
    CURLcode result;

    memcpy(exact, value, len);
    result = whim_altsvc_note(altsvc, &origin, exact, len, H1, NOW);
    free(exact);
    return result;
}

/* "host:port" of the alternative, "" for none. */
static const char *find_of(struct whim_altsvc *altsvc, const char *host, uint16_t port,
                           unsigned protocols, int64_t now_s)
{
    static char text[300];
    struct whim_altsvc_place origin = origin_of(host, port);
    struct whim_altsvc_place place;

    if (!whim_altsvc_find(altsvc, &origin, protocols, now_s, &place))
        return "";
    snprintf(text, sizeof(text), "%.*s:%u", (int)place.len, place.host, (unsigned)place.port);
    return text;
}

static const char *find(struct whim_altsvc *altsvc, int64_t now_s)
{
    return find_of(altsvc, "o.example", 443, H1, now_s);
}

static const struct field {
    const char *text;
    const char *place; /* "": none */
    int64_t age_s;     /* when it is gone */
} fields[] = {
    {"h1=\"A.example:8443\"", "a.example:8443", 86400},
    {"http%2F1.1=\"a.example:8443\"; ma=5", "a.example:8443", 5},
    {"http/1.1=\"a.example.:8443\";ma=\"5\"", "a.example:8443", 5},
    {"h1=\":8443\"; persist=1; x=\"a,b\";ma=5", "o.example:8443", 5},
    {" , h2=\":1\" ,, h3=\":2\"; ma=9 , h1 = \"b:3\"", "b:3", 86400},
    {"h1=\"b:3\", h1=\"c:4\"", "b:3", 86400},
    {"h1=\"[2001:db8::1]:4\"", "2001:db8::1:4", 86400},
    {"h1=\"b:3\";ma=99999999999999999999", "b:3", INT64_MAX - NOW},
    {"w=\"b:3\", h1=\"c:4\"", "c:4", 86400},
    {"h1=\"b c:3\", h1=\"d:4\"", "d:4", 86400},
    {"h1=\"b:0\", h1=\"b:65536\", h1=\"b:x\", h1=\"b\", h1=\"d:4\"", "d:4", 86400},
    {"h1=\"[::1:4\", h1=\"[::g]:4\", h1=\"d:4\"", "d:4", 86400},
    {"h1=\"b:3\";ma=0", "", 0},
    {"h2=\"b:3\"", "", 0},
    {"h1=\"b:3", "", 0},
    {"h1=b:3", "", 0},
    {"h1", "", 0},
    {"=\"b:3\"", "", 0},
    {"h1=\"b:3\";", "", 0},
    {"h1=\"b:3\";ma", "", 0},
    {"h1=\"b:3\";ma=", "", 0},
    {"h1=\"b:3\";ma=x", "", 0},
    {"h1=\"b:3\" h1=\"c:4\"", "", 0},
    {"", "", 0},
    {"clear", "", 0},
};

START_TEST(a_field_tells_of_alternatives)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        struct whim_altsvc *altsvc = whim_altsvc_new();

        ck_assert_int_eq(note(altsvc, fields[i].text), CURLE_OK);
        ck_assert_msg(!strcmp(find(altsvc, NOW), fields[i].place), "%s: %s", fields[i].text,
                      find(altsvc, NOW));
        if (fields[i].age_s) {
            ck_assert_str_eq(find(altsvc, NOW + fields[i].age_s - 1), fields[i].place);
            ck_assert_str_eq(find(altsvc, NOW + fields[i].age_s), "");
        }
        whim_altsvc_free(altsvc);
    }
}
END_TEST

START_TEST(an_alternative_is_its_origins_alone)
{
    struct whim_altsvc *altsvc = whim_altsvc_new();

    note(altsvc, "h1=\"a:1\"");
    ck_assert_str_eq(find_of(altsvc, "O.EXAMPLE.", 443, H1, NOW), "a:1");
    ck_assert_str_eq(find_of(altsvc, "o.example", 444, H1, NOW), "");
    ck_assert_str_eq(find_of(altsvc, "a.o.example", 443, H1, NOW), "");
    ck_assert_str_eq(find_of(altsvc, "o.exampl", 443, H1, NOW), "");
    ck_assert_str_eq(find_of(altsvc, "o.example", 443, 0, NOW), "");
    whim_altsvc_free(altsvc);
}
END_TEST

START_TEST(a_field_takes_the_place_of_the_last_one)
{
    struct whim_altsvc *altsvc = whim_altsvc_new();

    note(altsvc, "h1=\"a:1\", h1=\"b:2\"");
    ck_assert_uint_eq(whim_altsvc_count(altsvc), 2);
    note(altsvc, "h1=\"c:3\"");
    ck_assert_uint_eq(whim_altsvc_count(altsvc), 1);
    ck_assert_str_eq(find(altsvc, NOW), "c:3");
    note(altsvc, "?"); /* nothing was said */
    ck_assert_str_eq(find(altsvc, NOW), "c:3");
    note(altsvc, "h2=\"d:4\""); /* the others hold no longer, and that one is not for us */
    ck_assert_uint_eq(whim_altsvc_count(altsvc), 0);
    note(altsvc, "h1=\"c:3\", h1=\"C:3\"; ma=9");
    ck_assert_uint_eq(whim_altsvc_count(altsvc), 1);
    note(altsvc, " Clear ");
    ck_assert_uint_eq(whim_altsvc_count(altsvc), 0);
    whim_altsvc_free(altsvc);
}
END_TEST

START_TEST(a_file_that_is_read_again_adds_nothing)
{
    static const char text[] = "h1 o.example 443 h1 a.example 1 \"20310101 00:00:00\" 0 0\n"
                               "h1 o.example 443 h1 b.example 2 \"20310101 00:00:00\" 0 0\n";
    struct whim_altsvc_place origin = origin_of("o.example", 443);
    struct whim_altsvc *altsvc = whim_altsvc_new();

    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(whim_altsvc_read(altsvc, text, sizeof(text) - 1, NOW), CURLE_OK);
        ck_assert_uint_eq(whim_altsvc_count(altsvc), 2);
        ck_assert(i || whim_altsvc_mark_broken(altsvc, &origin, NOW));
        ck_assert_str_eq(find(altsvc, NOW), "");
    }
    whim_altsvc_free(altsvc);
}
END_TEST

START_TEST(where_one_has_failed_the_origin_comes_next)
{
    struct whim_altsvc_place origin = origin_of("o.example", 443);
    struct whim_altsvc *altsvc = whim_altsvc_new();

    note(altsvc, "h1=\"a:1\", h1=\"b:2\"");
    ck_assert(whim_altsvc_mark_broken(altsvc, &origin, NOW));
    ck_assert_str_eq(find(altsvc, NOW), "");
    ck_assert(!whim_altsvc_mark_broken(altsvc, &origin, NOW));
    note(altsvc, "h1=\"a:1\", h1=\"c:3\""); /* the origin says so whatever it is worth */
    ck_assert_str_eq(find(altsvc, NOW), "");
    ck_assert_str_eq(find(altsvc, NOW + WHIM_ALTSVC_BROKEN_S), "a:1");
    origin.port++;
    ck_assert(!whim_altsvc_mark_broken(altsvc, &origin, NOW + WHIM_ALTSVC_BROKEN_S));
    whim_altsvc_free(altsvc);
}
END_TEST

#define LINE "h1 o.example 443 h1 a.example 8443 \"20310101 00:00:00\" 1 0\n"
#define FOREIGN "h2 o.example 443 h3 b.example 8443 \"20310101 00:00:00\" 0 7\n"
#define IPV6 "h1 [::1] 443 h2 [::2] 8443 \"20310101 00:00:00\" 0 0\n"

START_TEST(a_file_is_read_and_written)
{
    static const char text[] =
        "# comment\n\n" LINE FOREIGN
        "h1 o.example 443 h1 a.example 8443 \"20010101 00:00:00\" 0 0\n"
        "h1 o.example 443 h1 a.example 8443 \"soon\" 0 0\n"
        "h9 o.example 443 h1 a.example 8443 \"20310101 00:00:00\" 0 0\n"
        "h1 o.example 443 h1 a.example 0 \"20310101 00:00:00\" 0 0\n"
        "h1 o.example 443 h1 a.example 8443 \"20310101 00:00:00\"\n"
        "h1 o.example 443 h1 a.example 8443 \"20310101 00:00:00\n"
        "h1 o.example 443\n" IPV6;
    struct whim_altsvc *altsvc = whim_altsvc_new();
    struct whim_buf buf;

    whim_buf_init(&buf, WHIM_ALTSVC_MAX_FILE_BYTES);
    ck_assert_int_eq(whim_altsvc_read(altsvc, text, sizeof(text) - 1, NOW), CURLE_OK);
    ck_assert_str_eq(find(altsvc, NOW), "a.example:8443");
    ck_assert_int_eq(whim_altsvc_write(altsvc, &buf, NOW), CURLE_OK);
    ck_assert_int_eq(whim_buf_terminate(&buf), WHIM_BUF_OK);
    ck_assert_str_eq(strchr(buf.data, '\n') + 1, LINE FOREIGN IPV6);
    whim_buf_fini(&buf);
    whim_altsvc_free(altsvc);
}
END_TEST

START_TEST(where_there_is_no_room_the_oldest_goes)
{
    struct whim_altsvc *altsvc = whim_altsvc_new();
    char host[40] = "";

    for (int i = 0; i < WHIM_ALTSVC_MAX_ENTRIES + 10; i++) {
        struct whim_altsvc_place origin;

        snprintf(host, sizeof(host), "o%d.example", i);
        origin = origin_of(host, 443);
        ck_assert_int_eq(whim_altsvc_note(altsvc, &origin, "h1=\"a:1\"", 8, ALL, NOW), CURLE_OK);
    }
    ck_assert_uint_eq(whim_altsvc_count(altsvc), WHIM_ALTSVC_MAX_ENTRIES);
    ck_assert_str_eq(find_of(altsvc, "o9.example", 443, H1, NOW), "");
    ck_assert_str_eq(find_of(altsvc, "o10.example", 443, H1, NOW), "a:1");
    ck_assert_str_eq(find_of(altsvc, host, 443, H1, NOW), "a:1");
    whim_altsvc_free(altsvc);
}
END_TEST

START_TEST(of_a_field_no_more_than_a_few_are_learnt)
{
    struct whim_altsvc *altsvc = whim_altsvc_new();
    char value[2000] = "";

    for (int i = 0; i < 100; i++)
        snprintf(value + strlen(value), sizeof(value) - strlen(value), "h1=\"a:%d\",", i + 1);
    note(altsvc, value);
    ck_assert_uint_eq(whim_altsvc_count(altsvc), WHIM_ALTSVC_MAX_OF_FIELD);
    whim_altsvc_free(altsvc);
}
END_TEST

static void run_all(void *arg)
{
    struct whim_altsvc *altsvc = whim_altsvc_new();
    struct whim_buf buf;

    (void)arg;
    whim_buf_init(&buf, WHIM_ALTSVC_MAX_FILE_BYTES);
    if (altsvc && note(altsvc, "h1=\"a:1\"") == CURLE_OK &&
        whim_altsvc_read(altsvc, FOREIGN, sizeof(FOREIGN) - 1, NOW) == CURLE_OK &&
        whim_altsvc_write(altsvc, &buf, NOW) == CURLE_OK)
        ck_assert_uint_eq(whim_altsvc_count(altsvc), 2);
    whim_buf_fini(&buf);
    whim_altsvc_free(altsvc);
}

START_TEST(without_memory_it_says_so_and_nothing_leaks)
{
    ck_assert_int_ge(faults_run(run_all, NULL), 4);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_field_tells_of_alternatives,
        an_alternative_is_its_origins_alone,
        a_field_takes_the_place_of_the_last_one,
        a_file_that_is_read_again_adds_nothing,
        where_one_has_failed_the_origin_comes_next,
        a_file_is_read_and_written,
        where_there_is_no_room_the_oldest_goes,
        of_a_field_no_more_than_a_few_are_learnt,
        without_memory_it_says_so_and_nothing_leaks,
    };

    return shuffle_and_run("altsvc", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
