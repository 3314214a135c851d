/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#define _GNU_SOURCE /* strcasestr() */
#include "url_differences.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static bool begins_with(const char *text, const char *prefix)
{
    return text && strncasecmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_newer_scheme(const struct observation *seen)
{
    static const char *const names[] = {"ws", "wss", "mqtts"};
    const char *text = seen->input;

    if (!text || (seen->is_set && seen->theirs.code != CURLUE_UNSUPPORTED_SCHEME))
        return false;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        size_t len = strlen(names[i]);

        if (begins_with(text, names[i]) && (text[len] == ':' || !text[len]))
            return true;
    }
    return false;
}

static bool is_bad_scheme_part(const struct observation *seen)
{
    return seen->is_set && seen->what == CURLUPART_SCHEME &&
           seen->ours.code == CURLUE_BAD_SCHEME;
}

static bool is_empty_encoded(const struct observation *seen)
{
    return !seen->is_set && seen->theirs.code == CURLUE_OK && !seen->theirs.text &&
           seen->ours.code == CURLUE_OK && !*seen->ours.text;
}

static bool is_fragment_reference(const struct observation *seen)
{
    return seen->had_url && seen->input && (!seen->input[0] || seen->input[0] == '#');
}

/* "./?q", "../?q" and so on: nothing between the slash and the query. */
static bool is_dots_and_query(const struct observation *seen)
{
    const char *text = seen->input;

    if (!seen->had_url || !begins_with(text, "."))
        return false;
    text += strspn(text, "./");
    return *text == '?' && text[-1] == '/';
}

static bool is_file_url(const struct observation *seen)
{
    return !seen->is_set && seen->what == CURLUPART_URL && begins_with(seen->ours.text, "file://");
}

static bool is_file_without_path(const struct observation *seen)
{
    return is_file_url(seen) && begins_with(seen->theirs.text, "file://(nil)");
}

static bool is_file_query(const struct observation *seen)
{
    return is_file_url(seen) && strchr(seen->ours.text, '?');
}

static bool is_international(const struct observation *seen)
{
    return !seen->is_set && seen->get_flags & CURLU_PUNYCODE &&
           seen->ours.code == CURLUE_LACKS_IDN;
}

/* The path of the URL that a reference was resolved against. */
static const char *base_path(const struct observation *seen)
{
    const char *authority = seen->had_url && seen->base ? strstr(seen->base, "://") : NULL;

    return authority ? strchr(authority + 3, '/') : NULL;
}

static bool is_empty_segment_base(const struct observation *seen)
{
    return begins_with(base_path(seen), "//");
}

static bool is_fragment_base(const struct observation *seen)
{
    const char *hash = seen->had_url && seen->base ? strchr(seen->base, '#') : NULL;

    return hash && strchr(hash, '/');
}

static bool is_empty_fragment(const struct observation *seen)
{
    return !seen->is_set && seen->ours.code == CURLUE_NO_FRAGMENT &&
           seen->theirs.code == CURLUE_OK && !*seen->theirs.text;
}

/* The same but for one '#' at the end. */
static bool is_bare_hash(const struct observation *seen)
{
    size_t len = seen->theirs.text ? strlen(seen->theirs.text) : 0;

    return !seen->is_set && seen->what == CURLUPART_URL && seen->ours.text &&
           len == strlen(seen->ours.text) + 1 && seen->theirs.text[len - 1] == '#' &&
           strncmp(seen->ours.text, seen->theirs.text, len - 1) == 0;
}

static bool is_guess_without_host(const struct observation *seen)
{
    return !seen->is_set && seen->set_flags & CURLU_GUESS_SCHEME &&
           seen->set_flags & CURLU_NO_AUTHORITY && seen->input && strchr("/?#", seen->input[0]) &&
           (seen->what == CURLUPART_URL || seen->what == CURLUPART_SCHEME ||
            seen->what == CURLUPART_PORT);
}

/* The same but for "%25" where theirs has a plain '%'. */
static bool is_percent_under_punycode(const struct observation *seen)
{
    const char *ours = seen->ours.text;
    const char *theirs = seen->theirs.text;

    if (seen->is_set || !(seen->get_flags & CURLU_PUNYCODE) || !ours || !theirs)
        return false;
    while (*ours && *ours == *theirs) {
        ours++;
        theirs++;
        if (theirs[-1] == '%' && strncmp(ours, "25", 2) == 0 && strncmp(theirs, "25", 2) != 0)
            ours += 2;
    }
    return *ours == *theirs;
}

static bool is_odd_port(const struct observation *seen)
{
    const char *text = seen->input;

    if (!text || seen->ours.code == seen->theirs.code)
        return text && *text == '0' && seen->ours.text && strstr(seen->theirs.text, text) != NULL;
    return seen->is_set && seen->what == CURLUPART_PORT && strchr("+ \t\r\n\v\f", *text);
}

static bool is_encoded_ipv4(const struct observation *seen)
{
    const char *host = seen->ours.text ? strpbrk(seen->ours.text, "0123456789") : NULL;

    return !seen->is_set && host && seen->input && strstr(seen->input, "%31%32%37.1");
}

static bool is_delete_in_host(const struct observation *seen)
{
    return seen->is_set && seen->ours.code == CURLUE_BAD_HOSTNAME &&
           seen->theirs.code == CURLUE_OK && strcasestr(seen->input, "%7f");
}

static const struct {
    bool (*covers)(const struct observation *seen);
    const char *reason;
} rows[] = {
    {is_newer_scheme, "ws, wss and mqtts are known schemes, as in newer releases"},
    {is_bad_scheme_part, "a scheme part must be a scheme (RFC 3986, section 3.1)"},
    {is_empty_encoded, "an empty part stays one when it is encoded; theirs comes out as NULL"},
    {is_fragment_reference, "\"\" and \"#f\" refer to the same document (RFC 3986, section 5.2.2)"},
    {is_dots_and_query, "\"./?q\" keeps the slash of the directory (RFC 3986, section 5.2.4)"},
    {is_file_without_path, "a file URL without a path has the path \"/\"; theirs prints \"(nil)\""},
    {is_file_query, "a file URL keeps its query"},
    {is_empty_segment_base, "a base path \"//a\" keeps its empty segment (RFC 3986, section 5.2.3)"},
    {is_fragment_base, "a slash in the base's fragment is no part of its path (section 5.2.3)"},
    {is_empty_fragment, "an empty fragment is told under CURLU_GET_EMPTY only"},
    {is_bare_hash, "an empty fragment is not in the URL, however it was set"},
    {is_guess_without_host, "a URL with neither scheme nor host is guessed to be http"},
    {is_percent_under_punycode, "a '%' in a host is \"%25\" in a URL, under CURLU_PUNYCODE, too"},
    {is_odd_port, "a port part is digits only, and is kept without leading zeros"},
    {is_encoded_ipv4, "an IPv4 address that was percent-encoded is one: one form for one host"},
    {is_delete_in_host, "no control byte in a host: not 0x7f either"},
    {is_international, "built without IDN"},
};

int difference_find(const struct observation *seen)
{
    for (unsigned i = 0; i < difference_count(); i++)
        if (rows[i].covers(seen))
            return (int)i;
    return -1;
}

unsigned difference_count(void)
{
    return sizeof(rows) / sizeof(rows[0]);
}

const char *difference_reason(unsigned row)
{
    return rows[row].reason;
}
