/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "curl.h" /* outside the guard: curl.h includes this file where its names are known */
#ifndef CURLINC_HEADER_H
#define CURLINC_HEADER_H
/*
 * header.h: the headers of the answers, asked after they came. Part of curl.h.
 */
#ifdef __cplusplus
extern "C" {
#endif

struct curl_header {
    char *name;
    char *value;
    size_t amount; /* of headers with this name */
    size_t index;  /* of this one among them, from 0 */
    unsigned int origin;
    void *anchor; /* the library's own */
};

/* Where a header came from: one bit in curl_header, several in a question. */
#define CURLH_HEADER (1 << 0)  /* an ordinary answer */
#define CURLH_TRAILER (1 << 1) /* after the body */
#define CURLH_CONNECT (1 << 2) /* a proxy's answer to CONNECT */
#define CURLH_1XX (1 << 3)     /* an interim answer */
#define CURLH_PSEUDO (1 << 4)  /* an HTTP/2 or HTTP/3 name that begins with a colon */

typedef enum CURLHcode {
    CURLHE_OK = 0,
    CURLHE_BADINDEX = 1,
    CURLHE_MISSING = 2,
    CURLHE_NOHEADERS = 3,
    CURLHE_NOREQUEST = 4,
    CURLHE_OUT_OF_MEMORY = 5,
    CURLHE_BAD_ARGUMENT = 6,
    CURLHE_NOT_BUILT_IN = 7
} CURLHcode;

/* Requests count from 0; -1 is the last one. The result is valid until the handle is used again. */
CURL_EXTERN CURLHcode curl_easy_header(CURL *handle, const char *name, size_t index,
                                       unsigned int origins, int request,
                                       struct curl_header **pick_header);
CURL_EXTERN struct curl_header *curl_easy_nextheader(CURL *handle, unsigned int origins,
                                                     int request, struct curl_header *previous);

#ifdef __cplusplus
}
#endif

#endif /* CURLINC_HEADER_H */
