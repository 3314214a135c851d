/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#define _GNU_SOURCE /* strcasestr() */
#include "url_differences.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool begins_with(const char *text, const char *prefix)
{
    return text && strncasecmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_newer_scheme(const struct observation *seen)
{
    static const char *const names[] = {"ws", "wss", "mqtts"};
    const char *text = begins_with(seen->base, "ws") ? seen->base : seen->input;

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
    return seen->is_set && seen->what == CURLUPART_SCHEME && seen->ours.code == CURLUE_BAD_SCHEME;
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

/* What follows the "./" and "../" in front of a reference; NULL when there are none. */
static const char *behind_dots(const struct observation *seen)
{
    const char *text = seen->input;

    while (begins_with(text, "./") || begins_with(text, "../"))
        text = strchr(text, '/') + 1;
    return seen->had_url && text != seen->input ? text : NULL;
}

static bool is_dots_and_query(const struct observation *seen)
{
    const char *rest = behind_dots(seen);

    return rest && *rest == '?';
}

static bool is_dots_and_empty_segment(const struct observation *seen)
{
    const char *rest = behind_dots(seen);

    return rest && *rest == '/';
}

static bool is_file_url(const struct observation *seen)
{
    return !seen->is_set && seen->what == CURLUPART_URL && begins_with(seen->ours.text, "file://");
}

static bool is_file_without_path(const struct observation *seen)
{
    return is_file_url(seen) && begins_with(seen->theirs.text, "file://(nil)");
}

/* The same but for the query. */
static bool is_file_query(const struct observation *seen)
{
    const char *ours = seen->ours.text;
    const char *theirs = seen->theirs.text;
    size_t len;

    if (!is_file_url(seen) || !theirs)
        return false;
    len = strcspn(ours, "?");
    return ours[len] == '?' && strncmp(ours, theirs, len) == 0 && strlen(ours) > strlen(theirs) &&
           strcmp(ours + strlen(ours) - strlen(theirs + len), theirs + len) == 0;
}

static bool is_international(const struct observation *seen)
{
    return !seen->is_set && seen->get_flags & CURLU_PUNYCODE && seen->ours.code == CURLUE_LACKS_IDN;
}

static bool is_bad_international(const struct observation *seen)
{
    return !seen->is_set && seen->get_flags & CURLU_PUNYCODE &&
           seen->ours.code == CURLUE_BAD_HOSTNAME && seen->theirs.code == CURLUE_OUT_OF_MEMORY;
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

static bool is_encoded_bracket(const struct observation *seen)
{
    return seen->is_set && seen->what == CURLUPART_URL && seen->ours.code == CURLUE_BAD_HOSTNAME &&
           strcasestr(seen->input, "%5b");
}

static bool is_fragment_base(const struct observation *seen)
{
    return seen->had_url && strchr(seen->base, '#');
}

static bool is_empty_fragment(const struct observation *seen)
{
    return !seen->is_set && seen->ours.code == CURLUE_NO_FRAGMENT &&
           seen->theirs.code == CURLUE_OK && (!seen->theirs.text || !*seen->theirs.text);
}

/* The same but for one '#' at the end. */
static bool is_bare_hash(const struct observation *seen)
{
    size_t len = seen->theirs.text ? strlen(seen->theirs.text) : 0;

    return !seen->is_set && seen->what == CURLUPART_URL && seen->ours.text &&
           len == strlen(seen->ours.text) + 1 && seen->theirs.text[len - 1] == '#' &&
           strncmp(seen->ours.text, seen->theirs.text, len - 1) == 0;
}

static bool is_encoded_semicolon(const struct observation *seen)
{
    return !seen->is_set && (seen->what == CURLUPART_PASSWORD || seen->what == CURLUPART_URL) &&
           seen->ours.text && strstr(seen->ours.text, "%3B") && !strstr(seen->theirs.text, "%3B");
}

static bool is_neither_scheme_nor_host(const struct observation *seen)
{
    return seen->is_set && seen->set_flags & CURLU_NO_AUTHORITY &&
           seen->set_flags & (CURLU_GUESS_SCHEME | CURLU_DEFAULT_SCHEME) &&
           strchr("/?#", seen->input[0]) && seen->ours.code == CURLUE_NO_HOST;
}

static bool is_odd_port(const struct observation *seen)
{
    const char *text = seen->input;

    if (!text || seen->ours.code == seen->theirs.code)
        return text && *text == '0' && seen->ours.text && strstr(seen->theirs.text, text) != NULL;
    if (!seen->is_set || seen->what != CURLUPART_PORT)
        return false;
    return strchr("+ \t\r\n\v\f", *text) || (*text && strspn(text, "0") == strlen(text));
}

/* Are there four numbers with dots behind a "://" or an '@', or alone? */
static bool has_ipv4_host(const char *text)
{
    unsigned bytes[4];

    for (const char *at = text; at; at = strpbrk(at + 1, "/@")) {
        const char *host = at == text ? at : at + 1;

        if (sscanf(host, "%u.%u.%u.%u", &bytes[0], &bytes[1], &bytes[2], &bytes[3]) == 4)
            return true;
    }
    return false;
}

static bool is_encoded_ipv4(const struct observation *seen)
{
    return !seen->is_set && seen->ours.text && seen->input && strstr(seen->input, "%3") &&
           has_ipv4_host(seen->ours.text) && !has_ipv4_host(seen->theirs.text);
}

static bool is_control_in_host(const struct observation *seen)
{
    return seen->is_set && seen->ours.code == CURLUE_BAD_HOSTNAME &&
           seen->theirs.code == CURLUE_OK &&
           (strcasestr(seen->input, "%7f") || strpbrk(seen->input, "\x01\x02\x7f"));
}

static bool is_open_bracket(const struct observation *seen)
{
    return seen->is_set && seen->what == CURLUPART_HOST && seen->input[0] == '[' &&
           strcspn(seen->input, "]") + 1 != strlen(seen->input) &&
           seen->ours.code == CURLUE_BAD_HOSTNAME;
}

/* Theirs looks for the end of the host in the wrong place. */
static bool is_encoded_behind_host(const struct observation *seen)
{
    const char *end =
        seen->had_url && begins_with(seen->input, "//") ? strpbrk(seen->input + 2, "/?#") : NULL;

    return end && (*end == '#' || strstr(end, "//"));
}

/* Does a handle have that text as its part, but for the slash that joining puts there? */
static bool is_part(CURLU *handle, CURLUPart what, const char *expected)
{
    char *text = NULL;
    bool is_same = curl_url_get(handle, what, &text, 0) == CURLUE_OK &&
                   strcmp(text + (what == CURLUPART_PATH && *expected != '/'), expected) == 0;

    curl_free(text);
    return is_same;
}

/* Parts that were set one by one may hold delimiters: theirs takes the joined text apart anew. */
static bool is_raw_base(const struct observation *seen)
{
    CURLU *handle = seen->had_url && seen->base_host ? curl_url() : NULL;
    bool is_stable;

    if (!handle)
        return false;
    is_stable = curl_url_set(handle, CURLUPART_URL, seen->base,
                             CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS | CURLU_NO_AUTHORITY) ==
                    CURLUE_OK &&
                is_part(handle, CURLUPART_URL, seen->base) &&
                is_part(handle, CURLUPART_HOST, seen->base_host) &&
                is_part(handle, CURLUPART_PATH, seen->base_path);
    curl_url_cleanup(handle);
    return !is_stable;
}

/* It was set or lost by a call that failed: told as part, and in the URL between the brackets. */
static bool is_zone_of_refused_host(const struct observation *seen)
{
    return !seen->is_set && seen->host_refused &&
           (seen->what == CURLUPART_ZONEID ||
            (seen->what == CURLUPART_URL && seen->ours.text && strchr(seen->ours.text, '[')));
}

static bool is_file_without_slash(const struct observation *seen)
{
    return begins_with(seen->input, "file:") && seen->is_set &&
           seen->ours.code == CURLUE_BAD_FILE_URL;
}

/* The same but for the slash that joining puts in front of a path part. */
static bool is_file_path_part(const struct observation *seen)
{
    return is_file_url(seen) && begins_with(seen->theirs.text, "file://") &&
           begins_with(seen->ours.text, "file:///") && seen->theirs.text[7] != '/';
}

/* ---- As in releases up to 8.22 ---- */

static bool has_unfit_byte(const char *text, bool allows_space)
{
    for (const char *at = text; at && *at; at++)
        if (*at == 0x7f || (unsigned char)*at < 0x20 || (*at == ' ' && !allows_space))
            return true;
    return false;
}

static bool is_unfit(const struct observation *seen)
{
    bool allows_space = seen->set_flags & CURLU_ALLOW_SPACE;

    return seen->is_set && seen->what == CURLUPART_URL &&
           seen->ours.code == CURLUE_MALFORMED_INPUT &&
           (!*seen->input || has_unfit_byte(seen->input, allows_space) ||
            has_unfit_byte(seen->base, allows_space));
}

/* What looks like a scheme but for its first byte. */
static bool is_no_scheme(const struct observation *seen)
{
    const char *text = seen->set_what == CURLUPART_URL ? seen->input : NULL;

    return text && *text && strchr("0123456789+-.", *text) &&
           text[strspn(text, "0123456789+-."
                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")] == ':';
}

static bool is_path_or_url(const struct observation *seen)
{
    return !seen->is_set && (seen->what == CURLUPART_PATH || seen->what == CURLUPART_URL);
}

static bool is_host_or_url(const struct observation *seen)
{
    return !seen->is_set && (seen->what == CURLUPART_HOST || seen->what == CURLUPART_URL);
}

static bool is_encoded_dot(const struct observation *seen)
{
    return is_path_or_url(seen) && seen->set_what == CURLUPART_URL &&
           (strcasestr(seen->input, "%2e") || (seen->base && strcasestr(seen->base, "%2e"))) &&
           seen->ours.text && seen->theirs.text &&
           (strlen(seen->ours.text) < strlen(seen->theirs.text) || is_file_url(seen));
}

static bool is_ipv4_with_dot(const struct observation *seen)
{
    const char *ours = seen->ours.text;
    const char *theirs = seen->theirs.text;
    size_t len;

    return is_host_or_url(seen) && ours && theirs && has_ipv4_host(ours) &&
           (strstr(theirs, "./") || strstr(theirs, ".:") ||
            ((len = strlen(theirs)) && theirs[len - 1] == '.'));
}

/* Is there a dot at the end of something like a host, behind another one or alone? */
static bool has_bare_dot(const char *text)
{
    for (const char *at = strchr(text, '.'); at; at = strchr(at + 1, '.'))
        if ((!at[1] || strchr("/:?#", at[1])) && (at == text || strchr("/@.", at[-1])))
            return true;
    return false;
}

static bool is_unfit_host(const struct observation *seen)
{
    return seen->is_set && seen->ours.code == CURLUE_BAD_HOSTNAME &&
           seen->theirs.code == CURLUE_OK &&
           (strpbrk(seen->input, "|%") || has_bare_dot(seen->input) ||
            (seen->what == CURLUPART_HOST && seen->set_flags & CURLU_URLENCODE));
}

static bool is_empty_zone(const struct observation *seen)
{
    return seen->is_set && seen->ours.code != CURLUE_OK && strstr(seen->input, "%25]");
}

static bool is_empty_query(const struct observation *seen)
{
    return !seen->is_set && seen->what == CURLUPART_QUERY &&
           seen->ours.code == CURLUE_NO_QUERY && seen->theirs.code == CURLUE_OK &&
           (!seen->theirs.text || !*seen->theirs.text);
}

static bool is_path_without_slash(const struct observation *seen)
{
    const char *ours = seen->ours.text;
    const char *theirs = seen->theirs.text ? seen->theirs.text : "";

    return !seen->is_set && seen->what == CURLUPART_PATH && ours && ours[0] == '/' &&
           strcmp(ours + 1, theirs) == 0;
}

static bool is_sparing_path(const struct observation *seen)
{
    return is_path_or_url(seen) && seen->set_what == CURLUPART_PATH &&
           seen->set_flags & CURLU_URLENCODE && strpbrk(seen->input, "!$&'(){}[]*+,;=:@");
}

static bool is_encoded_fragment(const struct observation *seen)
{
    const char *hash = seen->set_what == CURLUPART_URL && seen->set_flags & CURLU_URLENCODE
                           ? strchr(seen->input, '#')
                           : NULL;

    for (; hash && *hash; hash++)
        if (*hash == ' ' || *hash & 0x80)
            return !seen->is_set &&
                   (seen->what == CURLUPART_FRAGMENT || seen->what == CURLUPART_URL);
    return false;
}

/* The same but for what stands between the brackets. */
static bool is_ipv6_form(const struct observation *seen)
{
    const char *ours = seen->ours.text ? strchr(seen->ours.text, '[') : NULL;
    const char *theirs = seen->theirs.text ? strchr(seen->theirs.text, '[') : NULL;

    if (!is_host_or_url(seen) || !ours || !theirs ||
        ours - seen->ours.text != theirs - seen->theirs.text ||
        memcmp(seen->ours.text, seen->theirs.text, (size_t)(ours - seen->ours.text)) != 0)
        return false;
    ours = strchr(ours, ']');
    theirs = strchr(theirs, ']');
    return ours && theirs && strcmp(ours, theirs) == 0;
}

static bool is_encoded_host_part(const struct observation *seen)
{
    return is_host_or_url(seen) && seen->set_what == CURLUPART_HOST && strchr(seen->input, '%');
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
    {is_file_without_slash, "the path of a file URL starts with a slash (RFC 8089, section 2)"},
    {is_file_without_path, "a file URL without a path has the path \"/\"; theirs prints \"(nil)\""},
    {is_file_path_part, "a file URL gets the slash of its path like any other"},
    {is_zone_of_refused_host, "a host that is refused leaves the zone as it was"},
    {is_file_query, "a file URL keeps its query"},
    {is_empty_segment_base,
     "a base path \"//a\" keeps its empty segment (RFC 3986, section 5.2.3)"},
    {is_fragment_base, "a slash in the base's fragment is no part of its path (section 5.2.3)"},
    {is_empty_fragment, "an empty fragment is told under CURLU_GET_EMPTY only"},
    {is_bare_hash, "an empty fragment is not in the URL, however it was set"},
    {is_encoded_semicolon, "a ';' in a password is encoded when options move behind it"},
    {is_neither_scheme_nor_host,
     "a text with neither scheme nor host is no URL, whatever the flags"},
    {is_odd_port, "a port part is digits only, and is kept without leading zeros"},
    {is_encoded_ipv4, "an IPv4 address that was percent-encoded is one: one form for one host"},
    {is_encoded_bracket, "an encoded bracket starts no IPv6 address"},
    {is_control_in_host, "no control byte in a host, neither in the part nor encoded (0x7f)"},
    {is_open_bracket, "a host part that starts with a bracket ends with the first closing one"},
    {is_encoded_behind_host,
     "in \"//host#f g\" and \"//host/a//b c\", too, what follows the host is encoded"},
    {is_raw_base, "a part that was set with delimiters in it stays that part under a reference"},
    {is_dots_and_empty_segment, "\"..//a\" has an empty segment (RFC 3986, section 5.2.4)"},
    {is_international, "built without IDN"},
    {is_unfit, "bytes that no URL has are told first, whatever else is wrong"},
    {is_no_scheme, "a scheme begins with a letter (RFC 3986, section 3.1)"},
    {is_encoded_dot, "\"%2e\" is a dot where a segment has no more than dots"},
    {is_ipv4_with_dot, "an IPv4 address with a dot behind it is one"},
    {is_unfit_host, "no '|' and no '%' in a host once it is decoded, and one dot at its end at most"},
    {is_empty_zone, "a zone that is there is not empty"},
    {is_empty_query, "an empty query is told under CURLU_GET_EMPTY only"},
    {is_path_without_slash, "a path part gets the slash that it has to begin with"},
    {is_sparing_path, "of a path part that is encoded, what may stand in a path stays"},
    {is_encoded_fragment, "CURLU_URLENCODE encodes a URL's fragment, too"},
    {is_ipv6_form, "an IPv6 address has one form (RFC 5952)"},
    {is_encoded_host_part, "a host part that is set encoded stays encoded, once"},
    {is_bad_international, "a name that has no ASCII form is a bad host, and no lack of memory"},
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
