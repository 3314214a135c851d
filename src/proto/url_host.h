/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Host parts of URLs: which ones are fit, and the one form that each is brought to.
 */
#ifndef WHIM_PROTO_URL_HOST_H
#define WHIM_PROTO_URL_HOST_H

#include "proto/url_build.h"

/* Room for any numeric address as text; no terminator is written. */
enum { WHIM_HOST_NUMERIC_BYTES = 46 };

/*
 * Is the text an IPv4 address as inet_aton() reads it: one to four numbers, decimal, octal or
 * hexadecimal, the last one filling what is left, and perhaps a dot behind it? Then writes the four
 * decimal numbers to out and their length to *ret_len. No error: what is not an address may be a
 * name.
 */
bool whim_url_host_ipv4(const char *text, size_t len, char out[WHIM_HOST_NUMERIC_BYTES],
                        size_t *ret_len);

/*
 * Takes apart what stands between brackets: address and, behind '%' or "%25", a zone. The address
 * is brought to its canonical form in out when that is another one than what was written. Returns
 * CURLUE_BAD_IPV6, or CURLUE_OK with the two pieces, which lie in the text or in out; a zone that
 * is not there is empty.
 */
CURLUcode whim_url_host_ipv6(const char *text, size_t len, char out[WHIM_HOST_NUMERIC_BYTES],
                             struct whim_url_piece *ret_address, struct whim_url_piece *ret_zone);

/*
 * Is the text, with nothing encoded in it, fit for a host? Not empty, no delimiter, no percent sign,
 * and one dot at its end at most, behind something.
 */
bool whim_url_host_is_name(const char *text, size_t len);

/*
 * Decodes a host name with percent signs into out, which has room for len bytes. False when the
 * name is not fit for a host: a percent sign that is left over is not.
 */
bool whim_url_host_decode(char *out, const char *text, size_t len, size_t *ret_len);

/*
 * Appends the ASCII form of a name in another script, which is fit for a host; "%" is not, nor is
 * anything that a delimiter's double was mapped to. It may be a number: whim_url_host_ipv4() is to
 * be asked. CURLUE_BAD_HOSTNAME, CURLUE_LACKS_IDN, CURLUE_OUT_OF_MEMORY.
 */
CURLUcode whim_url_host_to_ascii(const char *text, size_t len, struct whim_buf *buf);

/* The bits of all bytes of the text, or-ed (enum whim_char_class). */
unsigned whim_url_host_bits(const char *text, size_t len);

#endif
