/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/netrc.h"

#include "faults.h"
#include "shuffle.h"

#include <string.h>

static const struct row {
    const char *name;
    const char *text;
    const char *host;
    const char *want; /* the login asked for, or NULL */
    bool is_stranger; /* the entry for everybody else will not do */
    enum whim_netrc_result result;
    const char *user;
    const char *password;
} rows[] = {
    {"one line", "machine a login u password p", "a", NULL, false, WHIM_NETRC_FOUND, "u", "p"},
    {"many lines", "machine\na\n\tlogin\r\nu\npassword p\n", "a", NULL, false, WHIM_NETRC_FOUND, "u",
     "p"},
    {"password first", "machine a password p login u", "a", NULL, false, WHIM_NETRC_FOUND, "u", "p"},
    {"case of the host", "machine Shore.EXAMPLE login u", "shore.example", NULL, false,
     WHIM_NETRC_FOUND, "u", ""},
    {"keywords in any case", "MACHINE a Login u PASSWORD p", "a", NULL, false, WHIM_NETRC_FOUND, "u",
     "p"},
    {"a longer host", "machine ab login u", "a", NULL, false, WHIM_NETRC_NONE, "", ""},
    {"the second host", "machine b login x password y machine a login u password p", "a", NULL,
     false, WHIM_NETRC_FOUND, "u", "p"},
    {"the first of two", "machine a login u password p\nmachine a login x password y", "a", NULL,
     false, WHIM_NETRC_FOUND, "u", "p"},
    {"the login asked for", "machine a login x password y\nmachine a login u password p", "a", "u",
     false, WHIM_NETRC_FOUND, "u", "p"},
    {"a login nobody has", "machine a login x password y", "a", "u", false, WHIM_NETRC_NONE, "", ""},
    {"a login in other letters", "machine a login U password y", "a", "u", false, WHIM_NETRC_NONE,
     "", ""},
    {"an entry without login", "machine a password p", "a", NULL, false, WHIM_NETRC_FOUND, "", "p"},
    {"an entry without login for one", "machine a password p", "a", "u", false, WHIM_NETRC_NONE, "",
     ""},
    {"nothing of another entry", "machine b password y\nmachine a login u", "a", NULL, false,
     WHIM_NETRC_FOUND, "u", ""},
    {"nothing of another entry behind", "machine a login u\nmachine b password y", "a", NULL, false,
     WHIM_NETRC_FOUND, "u", ""},
    {"an empty entry is passed over", "machine a\nmachine a login u", "a", NULL, false,
     WHIM_NETRC_FOUND, "u", ""},
    {"default", "machine b login x default login u password p", "a", NULL, false, WHIM_NETRC_FOUND,
     "u", "p"},
    {"default is not for strangers", "default login u password p", "a", NULL, true, WHIM_NETRC_NONE,
     "", ""},
    {"its own entry is for strangers", "machine a login u password p", "a", NULL, true,
     WHIM_NETRC_FOUND, "u", "p"},
    {"an empty default", "machine b login x password y\ndefault\n", "a", NULL, false,
     WHIM_NETRC_NONE, "", ""},
    {"comments", "# machine a login x\nmachine a # that one\nlogin u#1 #x\npassword p", "a", NULL,
     false, WHIM_NETRC_FOUND, "u#1", "p"},
    {"values that look like comments", "machine #a login #u password #p", "#a", NULL, false,
     WHIM_NETRC_FOUND, "#u", "#p"},
    {"a password that is not there", "machine a login u password\nmachine b login x password y", "a",
     NULL, false, WHIM_NETRC_FOUND, "u", ""},
    {"a password that looks like a comment",
     "machine a login u password #s\nmachine b login x password y", "a", NULL, false,
     WHIM_NETRC_FOUND, "u", "#s"},
    {"a login that is not there", "machine a login\npassword p", "a", NULL, false,
     WHIM_NETRC_FOUND, "", "p"},
    {"a machine that is not there", "machine\nmachine a login u", "a", NULL, false,
     WHIM_NETRC_FOUND, "u", ""},
    {"values in the next line", "machine\na\nlogin\nu\npassword\n\"machine\"", "a", NULL, false,
     WHIM_NETRC_FOUND, "u", "machine"},
    {"words for values", "machine a login login password machine", "a", NULL, false,
     WHIM_NETRC_FOUND, "login", "machine"},
    {"quoted", "machine a login \"u v\" password \"p\\\"\\\\\\n\\x\"", "a", NULL, false,
     WHIM_NETRC_FOUND, "u v", "p\"\\\nx"},
    {"quoted and empty", "machine a login u password \"\"", "a", NULL, false, WHIM_NETRC_FOUND, "u",
     ""},
    {"a quote without end", "machine a login \"u", "a", NULL, false, WHIM_NETRC_SYNTAX, "", ""},
    {"a backslash at the end", "machine a login \"u\\", "a", NULL, false, WHIM_NETRC_SYNTAX, "", ""},
    {"a macro", "machine b login x\nmacdef m\nmachine a login y\n\nmachine a login u", "a", NULL,
     false, WHIM_NETRC_FOUND, "u", ""},
    {"account", "machine a account password login u", "a", NULL, false, WHIM_NETRC_FOUND, "u", ""},
    {"words that nobody knows", "machine a port 1 login u", "a", NULL, false, WHIM_NETRC_FOUND, "u",
     ""},
    {"login without a word", "machine a login", "a", NULL, false, WHIM_NETRC_NONE, "", ""},
    {"machine without a word", "machine", "a", NULL, false, WHIM_NETRC_NONE, "", ""},
    {"nothing", "", "a", NULL, false, WHIM_NETRC_NONE, "", ""},
    {"blanks", " \t\r\n", "a", NULL, false, WHIM_NETRC_NONE, "", ""},
};

/* Without memory it says so. */
static void run_row(void *arg)
{
    const struct row *row = arg;
    size_t len = strlen(row->text);
    char *text = malloc(len ? len : 1); /* not terminated: who reads too far is found out */
    const struct whim_netrc_query query = {
        .host = row->host,
        .host_len = strlen(row->host),
        .user = row->want,
        .takes_default = !row->is_stranger,
    };
    struct whim_buf user, password;
    enum whim_netrc_result result;

    memcpy(text, row->text, len);
    whim_buf_init(&user, 1000);
    whim_buf_init(&password, 1000);
    result = whim_netrc_find(text, len, &query, &user, &password);
    if (result != WHIM_NETRC_NOMEM) {
        ck_assert_msg(result == row->result, "%s: %d", row->name, (int)result);
        if (result == WHIM_NETRC_FOUND) {
            ck_assert_str_eq(user.data, row->user);
            ck_assert_str_eq(password.data, row->password);
        }
    }
    whim_buf_fini_secret(&user);
    whim_buf_fini_secret(&password);
    free(text);
}

START_TEST(entries_are_found_by_host_and_login)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        run_row((void *)&rows[i]);
}
END_TEST

START_TEST(without_memory_a_lookup_fails_and_nothing_leaks)
{
    long n_faults = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        n_faults += faults_run(run_row, (void *)&rows[i]);
    ck_assert_int_gt(n_faults, 0);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        entries_are_found_by_host_and_login,
        without_memory_a_lookup_fails_and_nothing_leaks,
    };

    return shuffle_and_run("netrc", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
