/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "url_corpus.h"

#include <stdio.h>
#include <string.h>

#define PICK(corpus, table) ((table)[corpus_pick((corpus), sizeof(table) / sizeof((table)[0]))])

static const char *const schemes[] = {
    "http",   "http",  "http", "https", "HTTP", "hTTps", "ftp",    "ftps",   "file", "FILE",
    "imap",   "smtps", "pop3", "ldap",  "dict", "sftp",  "gopher", "telnet", "mqtt", "rtsp",
    "foo",    "x+y",   "a.b",  "h-2",   "1a",   "ht tp", "",       "ws",     "wss",  "mailto",
    "javascript", "a234567890123456789012345678901234567",
    "a23456789012345678901234567890123456789",
};
static const char *const slashes[] = {"://", "://", "://", "://", "://", "://",
                                      ":/",  ":///", ":////", ":",  "//",  ""};
static const char *const logins[] = {
    "",    "",     "",       "",       "",        "",      "",       "",      "",
    "u@",  "u:p@", "u:@",    ":p@",    ":@",      "@",     "u;o@",   "u;o:p@", "u:p;o@",
    ";o@", "u;@",  "u;a;b:p;c@", "u%20x:p%2Fq@", "u%zz@", "a b@", "u:p p@", "a@b@", "u:p:q@",
    "u\x01@", "u;o o@", "\xc3\xa9:\xc3\xa9@", "u:p\x7f@", "U+V:~!$&@",
};
static const char *const hosts[] = {
    "example.com", "example.com", "example.com", "EXAMPLE.com", "h", "localhost", "a.b.c.", "a..b",
    "127.0.0.1", "127.1", "0x7f.1", "017700000001", "2130706433", "4294967295", "4294967296",
    "1.2.3", "1.2.65535", "1.2.65536", "1.16777215", "1.16777216", "255.255.255.255", "256.1.1.1",
    "1.2.3.4.", "1.2.3.4.5", "0x.1", "0xff.0xff.0xff.0xff", "08.1", "00000000000000000000001.1",
    "1e3", "1.2.3.0x", "0X7F.1", "1", "0", ".1", "1.", "9.example.com",
    "[::1]", "[::]", "[FE80::1]", "[fe80::0001%25eth0]", "[fe80::1%eth0]", "[::1%25]", "[::1%]",
    "[::ffff:1.2.3.4]", "[::1.2.3.4]", "[ABCD::1.2.3.4]", "[1:2:3:4:5:6:7:8]", "[1:0:0:4:0:0:0:8]",
    "[1:2:3:4:5:6:0:8]", "[0:0:0:0:0:0:0:1]", "[1::2::3]", "[:::]", "[", "]", "[]", "[::1", "::1",
    "[fe80::1%25aaaaaaaaaaaaaaa]", "[fe80::1%25aaaaaaaaaaaaaaaa]", "[::1%25a%41]", "[::1%25 ]",
    "[v1.x]", "[::g]", "[127.0.0.1]", "[12345::]", "[2001:DB8::00A0]", "[::1]x", "[1]", "x[::1]",
    "a%41b", "a%2Fb", "a%2fb", "a%00b", "a%0Ab", "a%20b", "a%25b", "a%", "a%g", "%", "a%7fb",
    "%31%32%37.1", "%5b%3a%3a1%5D", "%e9", "\xc3\xa9.example", "b\xff", "a b", "a_b", "a~b",
    "a!b", "a$b", "a&b",
    "a'b", "a(b", "a*b", "a+b", "a,b", "a;b", "a=b", "a\\b", "a^b", "a`b", "a{b", "a|b", "a\"b",
    "a<b", "a>b", "a\tb", "a\rb", "a\nb", "a\177b", "-a", "ftp.h", "FTP.h", "dict.h", "ldap.h",
    "imap.h", "smtp.h", "pop3.h", "ftp", "xn--e1afmkfd", "", "", ".", "..", "*",
};
static const char *const ports[] = {
    "",      "",       "",     "",       "",      "",     "",    ":80",   ":443",     ":8080",
    ":0",    ":65535", ":65536", ":99999999999999999999", ":080", ":0000", ":", ":a", ":8a", ": 80",
    ":-1",   ":+1",    ":80:", ":0x50",  ":21",   ":143", ":\xd9\xa1", ":00000000000000000000081",
};
static const char *const paths[] = {
    "",       "",         "/",      "/",       "/a",        "/a/b",    "/a/./b",  "/a/../b",
    "/.",     "/..",      "/a/.",   "/a/..",   "/../../a",  "/a//b",   "/a//../b", "//",
    "//a",    "/./",      "/../",   "/...",    "/.a",       "/..a",    "/a./b.",  "/a../b",
    "/%2e",   "/%2E%2e/", "/a%2fb", "/%aa%AA", "/a b",      "/a\tb",   "/a\177b", "/\xc3\xa9",
    "/a;p=1", "/a:b",     "/a@b",   "/%",      "/%zz",      "/a\\..\\b", "/a/b/c/../../d", "/c:/x",
    "/index.html", "/a/./././b/", "/.//..", "/a/..//b", "/~u/*'()!$&+,=", "/a|b", "/\"<>^`{}",
    "/./a/../..//.", "/a/b/../..", "/a\n",
};
static const char *const queries[] = {
    "",     "",   "",    "?",    "?q",     "?a=b&c=d", "?a?b",  "?a b", "?%20%aA", "?\xc3\xa9 x",
    "?a/../b", "?a\x01", "?/",   "?.",     "?+",       "?a=b c?d e", "?@:/", "?a[]=1",
};
static const char *const fragments[] = {
    "", "", "", "", "#", "#f", "#f#g", "#a b", "#\xc3\xa9", "#/../x", "#?q", "#a\x02", "##", "#%41",
};
static const char *const references[] = {
    "",        "a",       "./a",     "../a",   "../../a",  "../../../../a", "/a",      "/a/../b",
    "//g",     "//g/a",   "//g:80/a b", "//u:p@g/", "//",  "///a",   "?q",      "?",     "#f",
    "#",       "?q#f",    "a?q#f",   "a b",    "a b?c d",  "\xc3\xa9", "?\xc3\xa9 x", "./",
    "../",     ".",       "..",      "./../a", "a/./b",    "a/../b", ".././a",  "a:b",   "a/b:c",
    "a;x",     "g//h",    "/./a",    "/../a",  "../?q",    "./?q",   "?a/b",    "a\x01", "/a b",
    "//\xc3\xa9/\xc3\xa9", "//[::1]/x", "//h%20x/", "mailto:x", "http:a", "http:/a", "HTTP://x",
    "?a=/../b", "a#b/../c", "%2e%2e/a", "...", ".a", "..a", "../..", "//h?q", "//h#f",
};
static const char *const parts[] = {
    "",     "a",      "http",  "HTTP",    "ftp",  "foo",   "file",   "imap",   "80",    "0",
    "8080", "65535",  "65536", "080",     "-1",   "+1",    " 1",     "1x",     "a b",   "a%20b",
    "%AA%bB", "%",    "%zz",   "a/b",     "/a/b", "/",     "//a",    "a?b",    "a#b",   "a=b",
    "a=b=c", "a&b",   "&",     "a&",      "\xc3\xa9", "a+b", "a@b",  "a:b",    "[::1]", "[::1",
    "[FE80::0001%25en0]", "[::1%en1]", "127.1", "example.com", "EXAMPLE.com", "a\tb", "a\x7f",
    "~-._",
    "../a", "x+y",    "1a",    "",        "ws",   "a%2Fb", "[x]",    "!$'()*,;", "a%00b", "h.",
    "a%41", "a%25b",  "xn--a", "a b=c d=e", "+",  "99999999999999999999",
};

void corpus_init(struct corpus *corpus, uint64_t seed)
{
    corpus->state = seed ? seed : 1;
}

/* splitmix64 */
static uint64_t next_number(struct corpus *corpus)
{
    uint64_t z = corpus->state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

unsigned corpus_pick(struct corpus *corpus, unsigned n)
{
    return (unsigned)(next_number(corpus) % n);
}

/* Changes, takes out or puts in up to three bytes. */
static void mutate(struct corpus *corpus, char text[CORPUS_TEXT_BYTES])
{
    static const char odd[] = "/?#:@[]%;.&=+\\ 0129xX2fF-_~\t\r\n\x01\x7f\xc3\xa9\xff"
                              "$!*'(),\"<>^`{}|aZ";
    unsigned n_changes = 1 + corpus_pick(corpus, 3);

    while (n_changes--) {
        size_t len = strlen(text);
        size_t at = corpus_pick(corpus, (unsigned)len + 1);
        char byte = odd[corpus_pick(corpus, sizeof(odd) - 1)];

        switch (corpus_pick(corpus, 3)) {
        case 0:
            if (at < len)
                text[at] = byte;
            break;
        case 1:
            if (at < len)
                memmove(text + at, text + at + 1, len - at);
            break;
        default:
            if (len + 1 < CORPUS_TEXT_BYTES) {
                memmove(text + at + 1, text + at, len - at + 1);
                text[at] = byte;
            }
        }
    }
}

/* Appends as much as there is room for. */
static void append(char text[CORPUS_TEXT_BYTES], const char *more)
{
    size_t len = strlen(text);

    snprintf(text + len, CORPUS_TEXT_BYTES - len, "%s", more);
}

/* One call for each part: the order of picking must not be up to the compiler. */
static void append_tail(struct corpus *corpus, char text[CORPUS_TEXT_BYTES])
{
    append(text, PICK(corpus, paths));
    append(text, PICK(corpus, queries));
    append(text, PICK(corpus, fragments));
}

void corpus_url(struct corpus *corpus, char text[CORPUS_TEXT_BYTES])
{
    text[0] = 0;
    append(text, PICK(corpus, schemes));
    append(text, PICK(corpus, slashes));
    append(text, PICK(corpus, logins));
    append(text, PICK(corpus, hosts));
    append(text, PICK(corpus, ports));
    append_tail(corpus, text);
    if (corpus_pick(corpus, 4) == 0)
        mutate(corpus, text);
}

void corpus_reference(struct corpus *corpus, char text[CORPUS_TEXT_BYTES])
{
    if (corpus_pick(corpus, 8) == 0) {
        corpus_url(corpus, text);
        return;
    }
    text[0] = 0;
    if (corpus_pick(corpus, 4) == 0)
        append_tail(corpus, text);
    else
        append(text, PICK(corpus, references));
    if (corpus_pick(corpus, 4) == 0)
        mutate(corpus, text);
}

void corpus_part(struct corpus *corpus, CURLUPart what, char text[CORPUS_TEXT_BYTES])
{
    text[0] = 0;
    if (what == CURLUPART_HOST && corpus_pick(corpus, 2))
        append(text, PICK(corpus, hosts));
    else if (what == CURLUPART_PATH && corpus_pick(corpus, 2))
        append(text, PICK(corpus, paths));
    else if (what == CURLUPART_URL && corpus_pick(corpus, 2))
        corpus_reference(corpus, text);
    else
        append(text, PICK(corpus, parts));
    if (corpus_pick(corpus, 8) == 0)
        mutate(corpus, text);
}

unsigned corpus_set_flags(struct corpus *corpus)
{
    static const unsigned flags[] = {
        CURLU_DEFAULT_SCHEME, CURLU_NON_SUPPORT_SCHEME, CURLU_PATH_AS_IS,  CURLU_DISALLOW_USER,
        CURLU_URLENCODE,      CURLU_GUESS_SCHEME,       CURLU_NO_AUTHORITY, CURLU_ALLOW_SPACE,
        CURLU_APPENDQUERY,
    };
    unsigned set = 0;

    if (corpus_pick(corpus, 4) == 0)
        return 0;
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (corpus_pick(corpus, 4) == 0)
            set |= flags[i];
    return set;
}
