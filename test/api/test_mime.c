/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Multipart bodies on the wire: what curl_mime_*() and CURLOPT_MIMEPOST make of a request.
 */
#include "multipart.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FORM "multipart/form-data; boundary=B0"
#define NAMED(name) "Content-Disposition: form-data; name=\"" name "\"\r\n"
#define PART "--B0\r\n"
#define END "--B0--\r\n"

static struct xfer *xfer_with(struct peer *peer, curl_mime **ret_mime)
{
    struct xfer *x = xfer_new(peer, "/");

    *ret_mime = mime_of(x);
    SET(x, CURLOPT_MIMEPOST, *ret_mime);
    return x;
}

/* Trees, and their bodies. */

static void build_nothing(curl_mime *mime)
{
}

static void build_two_fields(curl_mime *mime)
{
    part_of(mime, "a", "1");
    part_of(mime, "b", "");
}

static void build_empty_part(curl_mime *mime)
{
    part_of(mime, NULL, NULL);
}

static void build_names(curl_mime *mime)
{
    curl_mimepart *part = part_of(mime, "a\"\\\r\nb", "1");

    curl_mime_filename(part, "c\"d.GIF");
}

static void build_types(curl_mime *mime)
{
    curl_mime_type(part_of(mime, "a", "1"), "text/plain");
    curl_mime_filename(part_of(mime, "b", "2"), "f.txt");
    curl_mime_filename(part_of(mime, "c", "3"), "no-ending");
    curl_mime_filename(part_of(mime, "d", "4"), ".jpeg");
}

static void build_headers(curl_mime *mime)
{
    curl_mimepart *part = part_of(mime, "a", "1");

    curl_mime_headers(part, curl_slist_append(NULL, "Content-Disposition: mine"), 1);
    part = part_of(mime, "b", "2");
    curl_mime_headers(part, curl_slist_append(NULL, "content-type: its/own"), 1);
    part = part_of(mime, "c", "3");
    curl_mime_encoder(part, "binary");
    curl_mime_headers(part, list_of("X-A: b", "Content-Transfer-Encoding: x", "whatever", NULL), 0);
}

static void build_encoders(curl_mime *mime)
{
    curl_mime_encoder(part_of(mime, "a", "1=\xff"), "8bit");
    curl_mime_encoder(part_of(mime, "b", "2"), "7BIT");
    curl_mime_encoder(part_of(mime, "c", "some bytes, more than fit into one line of seventy-six"
                                         " characters of base64"),
                      "base64");
    curl_mime_encoder(part_of(mime, "d", ""), "quoted-printable");
}

static void build_inner(curl_mime *mime)
{
    curl_mime *inner = curl_mime_init(NULL);

    curl_mime_filename(part_of(inner, NULL, "1"), "one.png");
    part_of(inner, "two", "2");
    part_of(inner, NULL, "3");
    CHECK_CODE(curl_mime_subparts(part_of(mime, "a", NULL), inner), CURLE_OK);
    inner = curl_mime_init(NULL);
    part_of(inner, "x", "4");
    mime = mime ? mime : inner;
    CHECK_CODE(curl_mime_subparts(part_of(mime, NULL, NULL), inner), CURLE_OK);
}

static void build_zeros(curl_mime *mime)
{
    curl_mimepart *part = part_of(mime, "a", NULL);

    CHECK_CODE(curl_mime_data(part, "abcdef", 3), CURLE_OK);
    curl_mime_encoder(part_of(mime, "b", NULL), "base64");
}

static const struct body_row {
    const char *name;
    void (*build)(curl_mime *mime);
    const char *body;
} bodies[] = {
    {"of_nothing", build_nothing, END},
    {"of_two_fields", build_two_fields,
     PART NAMED("a") "\r\n1\r\n" PART NAMED("b") "\r\n\r\n" END},
    {"of_an_empty_part", build_empty_part, PART "Content-Disposition: form-data\r\n\r\n\r\n" END},
    {"with_odd_names", build_names,
     PART "Content-Disposition: form-data; name=\"a%22\\%0D%0Ab\"; filename=\"c%22d.GIF\"\r\n"
          "Content-Type: image/gif\r\n\r\n1\r\n" END},
    {"with_types", build_types,
     PART NAMED("a") "Content-Type: text/plain\r\n\r\n1\r\n" PART
     "Content-Disposition: form-data; name=\"b\"; filename=\"f.txt\"\r\n"
     "Content-Type: text/plain\r\n\r\n2\r\n" PART
     "Content-Disposition: form-data; name=\"c\"; filename=\"no-ending\"\r\n\r\n3\r\n" PART
     "Content-Disposition: form-data; name=\"d\"; filename=\".jpeg\"\r\n"
     "Content-Type: image/jpeg\r\n\r\n4\r\n" END},
    {"with_headers", build_headers,
     PART "Content-Disposition: mine\r\n\r\n1\r\n" PART NAMED(
         "b") "Content-Type: its/own\r\n\r\n2\r\n" PART NAMED("c") "X-A: b\r\n"
     "Content-Transfer-Encoding: x\r\nwhatever\r\n\r\n3\r\n" END},
    {"with_encoders", build_encoders,
     PART NAMED("a") "Content-Transfer-Encoding: 8bit\r\n\r\n1=\xff\r\n" PART NAMED(
         "b") "Content-Transfer-Encoding: 7bit\r\n\r\n2\r\n" PART NAMED("c")
     "Content-Transfer-Encoding: base64\r\n\r\n"
     "c29tZSBieXRlcywgbW9yZSB0aGFuIGZpdCBpbnRvIG9uZSBsaW5lIG9mIHNldmVudHktc2l4IGNo\r\n"
     "YXJhY3RlcnMgb2YgYmFzZTY0\r\n" PART NAMED("d")
     "Content-Transfer-Encoding: quoted-printable\r\n\r\n\r\n" END},
    {"with_parts_inside", build_inner,
     PART NAMED("a") "Content-Type: multipart/mixed; boundary=B1\r\n\r\n--B1\r\n"
     "Content-Disposition: attachment; filename=\"one.png\"\r\nContent-Type: image/png\r\n\r\n1\r\n"
     "--B1\r\nContent-Disposition: attachment; name=\"two\"\r\n\r\n2\r\n--B1\r\n\r\n3\r\n--B1--\r\n"
     "\r\n" PART "Content-Disposition: form-data\r\nContent-Type: multipart/mixed; boundary=B2\r\n"
     "\r\n--B2\r\nContent-Disposition: attachment; name=\"x\"\r\n\r\n4\r\n--B2--\r\n\r\n" END},
    {"with_counted_bytes", build_zeros,
     PART NAMED("a") "\r\nabc\r\n" PART NAMED("b") "Content-Transfer-Encoding: base64\r\n\r\n\r\n"
     END},
};

TEST_ROWS(0, "C-151 a_multipart_body_", bodies)
{
    const struct body_row *row = test_row();
    struct peer *peer = peer_serving(HELLO);
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime);

    row->build(mime);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 0), row->body);
    CHECK_STR(field_of(peer, 0, "Content-Type"), FORM);
    CHECK_INT(atol(field_of(peer, 0, "Content-Length")), (long)strlen(body_of(peer, 0)));
    CHECK_INT(xfer_off(x, CURLINFO_CONTENT_LENGTH_UPLOAD_T), (long)strlen(body_of(peer, 0)));
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_UPLOAD_T), (long)strlen(body_of(peer, 0)));
    CHECK_HAS(received(peer, 0), "POST / HTTP/1.1\r\n");
    CHECK_LACKS(received(peer, 0), "Expect:");
}

TEST("C-151 a_multipart_body_may_have_backslashes_in_names")
{
    struct peer *peer = peer_serving(HELLO);
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime);

    part_of(mime, "strange\\name\"kind", "1");
    SET(x, CURLOPT_MIME_OPTIONS, CURLMIMEOPT_FORMESCAPE);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 0), PART NAMED("strange\\\\name\\\"kind") "\r\n1\r\n" END);
}

TEST("C-196 a_line_end_in_a_name_with_backslashes_never_reaches_the_wire")
{
    struct peer *peer = peer_serving(HELLO);
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime);

    part_of(mime, "a\r\nX: y", "1");
    SET(x, CURLOPT_MIME_OPTIONS, CURLMIMEOPT_FORMESCAPE);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_LACKS(body_of(peer, 0), "\r\nX: y");
}

TEST("C-196 a_line_end_in_a_header_of_a_part_never_reaches_the_wire")
{
    struct peer *peer = peer_serving(HELLO);
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime);

    curl_mime_headers(part_of(mime, "a", "1"), list_of("A: b\r\nX: y", NULL), 0);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_BAD_FUNCTION_ARGUMENT);
    CHECK_INT((long)peer_count(peer, PEER_RECEIVED, PEER_EVERY), 0);
}

TEST("C-13 a_content_type_of_the_applications_own_gets_the_boundary")
{
    struct peer *peer = peer_serving(HELLO);
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime);

    part_of(mime, "a", "1");
    SET(x, CURLOPT_HTTPHEADER, list_of("A: b", "content-type:  its/own", "C: d", NULL));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 0),
              PART "Content-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n" END);
    CHECK_STR(field_of(peer, 0, "Content-Type"), "its/own; boundary=B0");
    CHECK_LACKS(received(peer, 0), "content-type");
    CHECK_HAS(received(peer, 0), "\r\nA: b\r\nC: d\r\nContent-Length: ");
}

TEST("C-13 a_mime_that_is_null_is_an_empty_post")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_MIMEPOST, NULL);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "POST / HTTP/1.1\r\n");
    CHECK_STR(field_of(peer, 0, "Content-Length"), "0");
    CHECK(!field_of(peer, 0, "Content-Type"));
    CHECK_STR(body_of(peer, 0), "");
}

TEST("C-151 a_multipart_body_has_no_range_and_is_not_resumed")
{
    struct peer *peer = peer_serving(HELLO);
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime);

    part_of(mime, "a", "1");
    SET(x, CURLOPT_RESUME_FROM, 2L);
    SET(x, CURLOPT_RANGE, "1-2");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 0), PART NAMED("a") "\r\n1\r\n" END);
    CHECK_LACKS(received(peer, 0), "Range:");
}

TEST("C-187 a_multipart_body_of_more_than_a_megabyte_expects_100_continue")
{
    struct peer *peer = peer_continuing();
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime);
    size_t n = (1u << 20) + 1;
    char *text = malloc(n + 1);

    CHECK(text != NULL);
    defer(free, text);
    memset(text, 'x', n);
    text[n] = 0;
    part_of(mime, "a", text);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(field_of(peer, 0, "Expect"), "100-continue");
    CHECK_INT(atol(field_of(peer, 0, "Content-Length")), (long)strlen(body_of(peer, 0)));
    CHECK_HAS(multipart_of(peer, 0), text);
}

TEST("C-151 a_transfer_encoding_of_the_applications_makes_chunks")
{
    struct peer *peer = peer_serving(HELLO);
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime);

    part_of(mime, "a", "1");
    SET(x, CURLOPT_HTTPHEADER, list_of("Transfer-Encoding: chunked", NULL));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 0), PART NAMED("a") "\r\n1\r\n" END);
    CHECK(!field_of(peer, 0, "Content-Length"));
}

/* Files. */

static char path[] = "/tmp/test_mime.XXXXXX";

static void remove_file(void *file)
{
    unlink(file);
}

static void write_file(const char *text)
{
    int fd = mkstemp(path);

    CHECK(fd >= 0);
    defer(remove_file, path);
    CHECK_INT((long)write(fd, text, strlen(text)), (long)strlen(text));
    close(fd);
}

TEST("C-151 a_file_is_sent_with_its_name_and_a_type")
{
    struct peer *peer = peer_serving(HELLO);
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime);
    char wanted[300];

    write_file("in a file");
    CHECK_CODE(curl_mime_filedata(part_of(mime, "a", NULL), path), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    snprintf(wanted, sizeof(wanted),
             PART "Content-Disposition: form-data; name=\"a\"; filename=\"%s\"\r\n"
                  "Content-Type: application/octet-stream\r\n\r\nin a file\r\n" END,
             path + 5);
    CHECK_STR(multipart_of(peer, 0), wanted);
    CHECK(field_of(peer, 0, "Content-Length") != NULL);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 1), wanted);
}

TEST("C-151 a_device_is_sent_in_chunks")
{
    struct peer *peer = peer_continuing();
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime);
    curl_mimepart *part = part_of(mime, "a", NULL);

    CHECK_CODE(curl_mime_filedata(part, "/dev/null"), CURLE_OK);
    CHECK_CODE(curl_mime_filename(part, NULL), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 0), PART NAMED("a") "\r\n\r\n" END);
    CHECK_STR(field_of(peer, 0, "Transfer-Encoding"), "chunked");
    CHECK_STR(field_of(peer, 0, "Expect"), "100-continue");
}

TEST("C-151 a_file_that_is_not_there_is_told_at_once_and_fails_the_transfer")
{
    struct peer *peer = peer_continuing();
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime);

    CHECK_CODE(curl_mime_filedata(part_of(mime, "a", NULL), "/dev/null/x"), CURLE_READ_ERROR);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_READ_ERROR);
    CHECK(x->error[0]);
}

TEST("C-151 a_byte_of_eight_bits_fails_the_encoder_of_seven")
{
    struct peer *peer = peer_serving(HELLO);
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime);

    curl_mime_encoder(part_of(mime, "a", "caf\xc3\xa9"), "7bit");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_READ_ERROR);
}

/* Handles. */

TEST("C-172 a_second_transfer_of_the_handle_sends_the_same_once_more")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime);
    const char *both;

    part_of(mime, "a", "1");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    both = masked(received(peer, 0));
    CHECK_HAS(strstr(both, "hello") ? both : strstr(both + 5, "POST / "),
              PART NAMED("a") "\r\n1\r\n" END);
    CHECK_LACKS(both, "B1");
}

TEST("C-15 a_duplicate_has_a_copy_of_the_tree")
{
    struct peer *peer = peer_serving(HELLO);
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime);
    static struct giver giver;
    CURL *copy;

    build_inner(mime);
    give_by(part_of(mime, "g", NULL), &giver, "given", 5, true);
    copy = curl_easy_duphandle(x->easy);
    CHECK(copy != NULL);
    CHECK_CODE(curl_easy_perform(copy), CURLE_OK);
    curl_easy_cleanup(copy);
    CHECK_INT(giver.n_frees, 1);
    giver.off = 0;
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 1), multipart_of(peer, 0));
    CHECK(strcmp(body_of(peer, 1), body_of(peer, 0)) != 0); /* another boundary */
    curl_mime_free(mime);
    forget(mime);
    CHECK_INT(giver.n_frees, 2);
}

TEST("C-13 a_mime_belongs_to_one_handle_until_that_lets_go")
{
    struct peer *peer = peer_serving(HELLO);
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime), *y = xfer_new(peer, "/");

    part_of(mime, "a", "1");
    CHECK_CODE(curl_easy_setopt(y->easy, CURLOPT_MIMEPOST, mime), CURLE_BAD_FUNCTION_ARGUMENT);
    curl_easy_reset(x->easy);
    SET(y, CURLOPT_MIMEPOST, mime);
    CHECK_CODE(xfer_again(y, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 0), PART NAMED("a") "\r\n1\r\n" END);
}

TEST("C-13 a_mime_that_is_freed_leaves_an_empty_post")
{
    struct peer *peer = peer_serving(HELLO);
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime);

    part_of(mime, "a", "1");
    forget(mime);
    curl_mime_free(mime);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(field_of(peer, 0, "Content-Length"), "0");
}

/* CVE-2022-32221, CVE-2023-28322: what a handle was used for before. */
TEST("CVE-2022-32221 nothing_of_a_form_is_left_in_the_next_requests_of_the_handle")
{
    struct peer *peer = peer_serving(HELLO);
    curl_mime *mime;
    struct xfer *x = xfer_with(peer, &mime);
    static struct giver giver;

    give_by(part_of(mime, "a", NULL), &giver, "given", -1, true);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT(giver.n_reads, 2);
    SET(x, CURLOPT_POSTFIELDS, "a=b");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(body_of(peer, 1), "a=b");
    CHECK_STR(field_of(peer, 1, "Content-Type"), "application/x-www-form-urlencoded");
    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, 3L);
    xfer_upload(x, "put", 3);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 2), "PUT / ");
    CHECK_STR(body_of(peer, 2), "put");
    CHECK(!field_of(peer, 2, "Content-Type"));
    SET(x, CURLOPT_HTTPGET, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 3), "GET / ");
    CHECK_STR(body_of(peer, 3), "");
    CHECK_INT(giver.n_reads, 2);
}
