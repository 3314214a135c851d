/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * answers: what the server answers, by the first part of the path.
 *
 *     /echo            the head and the body of the request
 *     /bytes/N         N bytes; one range of them, if asked for
 *     /status/S        status S with a line of text; 503 asks to come back in 5 seconds
 *     /redirect/S      status S, to /echo
 *     /chunked/N       N bytes in chunks, and a trailer
 *     /until-close/N   N bytes, as many as come until the connection closes
 *     /close/N         N bytes with a length, and the connection closes
 *     /short/N         N bytes are promised, half of them come, the connection closes
 *     /short-chunk/N   the same within a chunk
 *     /stall/N         the same, and it stays open
 *     /login           401, however often it is asked
 *     /cookie          sets a cookie and says which one came
 *     /named           with an ETag, and a name for the file
 *     /refuse          413 before the body was read
 *     /nothing         closes without an answer
 *     /garbage         an answer that is not HTTP
 *     /hang            no answer
 *     /gather/N        held back until N requests for this path, whatever the query, are there
 *     /files/PATH      a file of the folder
 *
 * Each answer tells in X-Nth how many requests its connection has seen.
 */
#ifndef DROPIN_ANSWERS_H
#define DROPIN_ANSWERS_H

#include "exchange.h"

/* Sends the answer. False: the connection is over. */
bool answer(struct exchange *exchange, const char *folder);

#endif
