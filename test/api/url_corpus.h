/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Generated URLs, references and parts: the same ones for the same seed.
 */
#ifndef WHIM_TEST_URL_CORPUS_H
#define WHIM_TEST_URL_CORPUS_H

#include <curl/curl.h>
#include <stdint.h>

enum { CORPUS_TEXT_BYTES = 512 };

struct corpus {
    uint64_t state;
};

void corpus_init(struct corpus *corpus, uint64_t seed);
/* A number below n. */
unsigned corpus_pick(struct corpus *corpus, unsigned n);
/* An absolute URL, put together from good and bad parts, sometimes with bytes changed. */
void corpus_url(struct corpus *corpus, char text[CORPUS_TEXT_BYTES]);
/* A relative reference, or an absolute URL. */
void corpus_reference(struct corpus *corpus, char text[CORPUS_TEXT_BYTES]);
/* A text for curl_url_set() of that part. */
void corpus_part(struct corpus *corpus, CURLUPart what, char text[CORPUS_TEXT_BYTES]);
/* Flags for curl_url_set(). */
unsigned corpus_set_flags(struct corpus *corpus);

#endif
