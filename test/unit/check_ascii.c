/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/ascii.h"

#include "shuffle.h"

#include <ctype.h>
#include <locale.h>

START_TEST(only_the_letters_of_ascii_have_two_cases)
{
    for (int a = 0; a < 256; a++) {
        for (int b = 0; b < 256; b++) {
            char x = (char)a, y = (char)b;
            bool is_equal =
                a == b || (a < 128 && b < 128 && isalpha(a) && isalpha(b) && (a ^ b) == 0x20);

            ck_assert_int_eq(whim_ascii_is_equal(&x, &y, 1), is_equal);
        }
    }
    ck_assert(whim_ascii_is_equal("I", "i", 1));
    ck_assert(!whim_ascii_is_equal("ab", "abc", 3)); /* no byte behind the NUL is looked at */
}
END_TEST

/* Lower case of I is another letter there; without such a locale the C one must do. */
START_TEST(names_mean_the_same_in_every_locale)
{
    static const char *const locales[] = {"tr_TR.ISO-8859-9", "tr_TR.iso88599", "tr_TR.UTF-8", "C"};
    size_t i = 0;

    while (!setlocale(LC_ALL, locales[i]))
        i++;
    ck_assert(whim_ascii_is_equal("TRANSFER-ENCODING", "Transfer-Encoding", 17));
    ck_assert(whim_ascii_is_equal("connectIon", "Connection", 10));
    setlocale(LC_ALL, "C");
}
END_TEST

/* At every offset in a text of every length, with every byte around it. */
START_TEST(a_break_is_found_wherever_it_stands)
{
    static const char breaks[] = {'\n', '\r', 0};
    static const char others[] = {' ',  '\t',       1,          0x1f,       0x20,
                                  0x7f, (char)0x80, (char)0xff, (char)0x8a, (char)0x8d};
    char text[40];

    for (size_t o = 0; o < sizeof(others); o++) {
        for (size_t len = 0; len <= sizeof(text); len++) {
            memset(text, others[o], sizeof(text));
            ck_assert_uint_eq(whim_ascii_find_break(text, len), len);
            for (size_t at = 0; at < len; at++) {
                memset(text, others[o], sizeof(text));
                for (size_t b = at; b < len; b += 1 + (size_t)rand() % 5)
                    text[b] = breaks[(size_t)rand() % sizeof(breaks)];
                ck_assert_uint_eq(whim_ascii_find_break(text, len), at);
            }
        }
    }
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        only_the_letters_of_ascii_have_two_cases,
        names_mean_the_same_in_every_locale,
        a_break_is_found_wherever_it_stands,
    };

    return shuffle_and_run("ascii", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
