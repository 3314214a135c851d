/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "curl.h" /* outside the guard: curl.h includes this file where its names are known */
#ifndef CURLINC_WEBSOCKETS_H
#define CURLINC_WEBSOCKETS_H
/*
 * websockets.h: frames of a WebSocket, over a handle with CURLOPT_CONNECT_ONLY 2 or inside its
 * write callback. Part of curl.h.
 */
#ifdef __cplusplus
extern "C" {
#endif

/* The frame that the bytes just received belong to. */
struct curl_ws_frame {
    int age;              /* 0 */
    int flags;            /* CURLWS_ bits */
    curl_off_t offset;    /* of these bytes in the frame */
    curl_off_t bytesleft; /* of the frame, after these */
    size_t len;           /* of these bytes */
};

#define CURLWS_TEXT (1 << 0)
#define CURLWS_BINARY (1 << 1)
#define CURLWS_CONT (1 << 2) /* more frames of this message follow */
#define CURLWS_CLOSE (1 << 3)
#define CURLWS_PING (1 << 4)
#define CURLWS_OFFSET (1 << 5) /* curl_ws_send() gets a part of a frame */
#define CURLWS_PONG (1 << 6)

/* CURLOPT_WS_OPTIONS */
#define CURLWS_RAW_MODE (1L << 0)   /* no framing */
#define CURLWS_NOAUTOPONG (1L << 1) /* the program answers pings */

CURL_EXTERN CURLcode curl_ws_recv(CURL *handle, void *buffer, size_t size, size_t *pick_n,
                                  const struct curl_ws_frame **pick_frame);

/* frame_size counts only with CURLWS_OFFSET. */
CURL_EXTERN CURLcode curl_ws_send(CURL *handle, const void *data, size_t size, size_t *pick_n,
                                  curl_off_t frame_size, unsigned int flags);

/* Begins a frame whose bytes the read callback gives. */
CURL_EXTERN CURLcode curl_ws_start_frame(CURL *handle, unsigned int flags, curl_off_t frame_size);

/* The frame of the bytes that the write callback just got. */
CURL_EXTERN const struct curl_ws_frame *curl_ws_meta(CURL *handle);

#ifdef __cplusplus
}
#endif

#endif /* CURLINC_WEBSOCKETS_H */
