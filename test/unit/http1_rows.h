/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Responses, good and bad, and what the parser says of them: HTTP1_ROW(options, input, events).
 * Behind the input the peer closes. http1_stream.h says how to read the events.
 */

/* ---- Status lines (RFC 9112 section 4) ---- */
HTTP1_ROW(0, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200/11 Content-Length=0 {0} keep")
HTTP1_ROW(0, "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "200/11 Content-Length=0 {0} keep")
HTTP1_ROW(0, "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", "200/11 Content-Length=0 {0} keep")
HTTP1_ROW(0, "HTTP/1.1 200 \xff\t\x01 x\r\n\r\n", "200/11 {close} drop")
HTTP1_ROW(0, "HTTP/1.1 999 x\nContent-Length: 0\n\n", "999/11 Content-Length=0 {0} keep")
HTTP1_ROW(0, "HTTP/1.0 200 OK\r\n\r\nhi", "200/10 {close} (hi) drop")
HTTP1_ROW(0, "HTTP/1.2 200 OK\r\n\r\n", "BAD_VERSION")
HTTP1_ROW(0, "HTTP/2.0 200 OK\r\n\r\n", "BAD_VERSION")
HTTP1_ROW(0, "HTTP/2 200\r\n\r\n", "BAD_VERSION")
HTTP1_ROW(0, "HTTP/1,1 200 OK\r\n\r\n", "BAD_VERSION")
HTTP1_ROW(0, "HTTP/ 1.1 200 OK\r\n\r\n", "BAD_VERSION")
HTTP1_ROW(0, "HTTP/\r\n\r\n", "BAD_VERSION")
HTTP1_ROW(0, "HTTP/1.\n", "BAD_VERSION")
HTTP1_ROW(0, "HTTP/1.1\r\n\r\n", "BAD_STATUS")
HTTP1_ROW(0, "HTTP/1.1 \r\n\r\n", "BAD_STATUS")
HTTP1_ROW(0, "HTTP/1.10 200 OK\r\n\r\n", "BAD_STATUS")
HTTP1_ROW(0, "HTTP/1.1\t200 OK\r\n\r\n", "BAD_STATUS")
HTTP1_ROW(0, "HTTP/1.1  200 OK\r\n\r\n", "BAD_STATUS")
HTTP1_ROW(0, "HTTP/1.1 20\r\n\r\n", "BAD_STATUS")
HTTP1_ROW(0, "HTTP/1.1 20 OK\r\n\r\n", "BAD_STATUS")
HTTP1_ROW(0, "HTTP/1.1 2000 OK\r\n\r\n", "BAD_STATUS")
HTTP1_ROW(0, "HTTP/1.1 200OK\r\n\r\n", "BAD_STATUS")
HTTP1_ROW(0, "HTTP/1.1 099 x\r\n\r\n", "BAD_STATUS")
HTTP1_ROW(0, "HTTP/1.1 -20 x\r\n\r\n", "BAD_STATUS")
HTTP1_ROW(0, "HTTP/1.1 2\xb2" "0 x\r\n\r\n", "BAD_STATUS")
HTTP1_ROW(0, "HTTP/1.1 200 O\0K\r\n\r\n", "NUL_BYTE")
HTTP1_ROW(0, "HTTP/1.1 200 O\rK\r\n\r\n", "BARE_CR")
HTTP1_ROW(0, "HTTP/1.1 200 OK\r\r\n\r\n", "BARE_CR")

/* ---- What is not HTTP, and what may become it (C-196) ---- */
HTTP1_ROW(0, "hello", "NOT_HTTP")
HTTP1_ROW(0, "HTTQ/1.1 200 OK\r\n\r\n", "NOT_HTTP")
HTTP1_ROW(0, "http/1.1 200 OK\r\n\r\n", "NOT_HTTP")
HTTP1_ROW(0, "HTTP 200 OK\r\n\r\n", "NOT_HTTP")
HTTP1_ROW(0, "\r\nHTTP/1.1 200 OK\r\n\r\n", "NOT_HTTP")
HTTP1_ROW(0, "\0", "NOT_HTTP")
HTTP1_ROW(0, "", "CLOSED_EMPTY")
HTTP1_ROW(0, "H", "CLOSED_EMPTY")
HTTP1_ROW(0, "HTTP/", "CLOSED_EMPTY")
HTTP1_ROW(WHIM_HTTP1_ALLOW_09, "hello", "(hello) drop")
HTTP1_ROW(WHIM_HTTP1_ALLOW_09, "HTTP", "CLOSED_EMPTY")
HTTP1_ROW(WHIM_HTTP1_ALLOW_09, "Hello\r\n\r\nworld", "(Hello\r\n\r\nworld) drop")
HTTP1_ROW(WHIM_HTTP1_ALLOW_09, "HTT\0P/1.1", "(HTT\0P/1.1) drop")
HTTP1_ROW(WHIM_HTTP1_ALLOW_09, "HTTPS", "(HTTPS) drop")
HTTP1_ROW(WHIM_HTTP1_ALLOW_09, "HTHTTP/1.1 200 OK\r\n", "(HTHTTP/1.1 200 OK\r\n) drop")
HTTP1_ROW(WHIM_HTTP1_ALLOW_09, "\0\r\n", "(\0\r\n) drop")
HTTP1_ROW(WHIM_HTTP1_ALLOW_09, "", "CLOSED_EMPTY")
HTTP1_ROW(WHIM_HTTP1_ALLOW_09, "HTTP/x", "CLOSED_EMPTY")
HTTP1_ROW(WHIM_HTTP1_ALLOW_09, "HTTP/x\n", "BAD_VERSION")
HTTP1_ROW(WHIM_HTTP1_ALLOW_09, "HTTP/1.1 100 C\r\n\r\nhello", "100/11 ~ BAD_STATUS")
HTTP1_ROW(0, "HTTP/1.1 100 C\r\n\r\nhello", "100/11 ~ BAD_STATUS")

/* ---- Field lines (RFC 9112 section 5) ---- */
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA:b\r\nB:\r\nC: \t d e \t\r\n!#$%&'*+-.^_`|~9zZ: :\r\n\r\n",
          "204/11 A=b B= C=d e !#$%&'*+-.^_`|~9zZ=: {none} keep")
HTTP1_ROW(0, "HTTP/1.1 204 x\nA: b\nB: c\r\n\n", "204/11 A=b B=c {none} keep")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: \x80\xff\x01\x7f\r\n\r\n",
          "204/11 A=\x80\xff\x01\x7f {none} keep")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nno colon\r\n\r\n", "204/11 NO_COLON")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\r\nx\r\n\r\n", "204/11 A=b NO_COLON")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\n: b\r\n\r\n", "204/11 BAD_NAME")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA : b\r\n\r\n", "204/11 BAD_NAME")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA\t: b\r\n\r\n", "204/11 BAD_NAME")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA B: b\r\n\r\n", "204/11 BAD_NAME")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA\x7f: b\r\n\r\n", "204/11 BAD_NAME")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA\xe9: b\r\n\r\n", "204/11 BAD_NAME")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\n(A): b\r\n\r\n", "204/11 BAD_NAME")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\0c\r\n\r\n", "204/11 NUL_BYTE")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA\0: b\r\n\r\n", "204/11 NUL_BYTE")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\n\0\r\n\r\n", "204/11 NUL_BYTE")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\rc\r\n\r\n", "204/11 BARE_CR")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\r\r\n\r\n", "204/11 BARE_CR")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\n\rA: b\r\n\r\n", "204/11 BARE_CR")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\r\n\r\r\n\r\n", "204/11 A=b BARE_CR")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\rEvil: c\r\n\r\n", "204/11 BARE_CR")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\0c\rd\r\n\r\n", "204/11 NUL_BYTE")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\rc\0d\r\n\r\n", "204/11 NUL_BYTE")

/* ---- Lines that are continued (RFC 9112 section 5.2) ---- */
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\r\n c\r\nB: d\r\n\r\n", "204/11 A=b c B=d {none} keep")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b \t \r\n \t  c \t\r\n\td\r\n\r\n", "204/11 A=b c d {none} keep")
HTTP1_ROW(0, "HTTP/1.1 204 x\nA: b\n c\n\td\n\n", "204/11 A=b c d {none} keep")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA:\r\n b\r\n\r\n", "204/11 A=b {none} keep")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\r\n  \r\n c\r\n\r\n", "204/11 A=b c {none} keep")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\r\n \r\n\t\r\n\r\n", "204/11 A=b {none} keep")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\r\n C: d\r\n\r\n", "204/11 A=b C: d {none} keep")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA\r\n : b\r\n\r\n", "204/11 BAD_NAME")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA\r\n b\r\n\r\n", "204/11 NO_COLON")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length:\r\n 2\r\n\r\nhi",
          "200/11 Content-Length=2 {2} (hi) keep")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 1\r\n 2\r\n\r\nhi", "200/11 BAD_LENGTH")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nTransfer-Encoding:\r\n\tchunked\r\n\r\n0\r\n\r\n",
          "200/11 Transfer-Encoding=chunked {chunks} + keep")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\n A: b\r\n\r\n", "204/11 BAD_FOLD")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\n \r\n\r\n", "204/11 BAD_FOLD")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\n\t\r\n b: c\r\n\r\n", "204/11 BAD_FOLD")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\0\r\n c\r\n\r\n", "204/11 NUL_BYTE")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\r\n \0c\r\n\r\n", "204/11 NUL_BYTE")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\r\r\n c\r\n\r\n", "204/11 BARE_CR")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\r \r\n c\r\n\r\n", "204/11 BARE_CR")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nA: b\r\n \rc\r\n\r\n", "204/11 BARE_CR")

/* ---- How the body ends (RFC 9112 section 6.3) ---- */
HTTP1_ROW(0, "HTTP/1.1 200 x\r\n\r\nhi", "200/11 {close} (hi) drop")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 5\r\n\r\nhello",
          "200/11 Content-Length=5 {5} (hello) keep")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\ncOnTeNt-lEnGtH:002 \r\n\r\nhi",
          "200/11 cOnTeNt-lEnGtH=002 {2} (hi) keep")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1",
          "200/11 Content-Length=2 {2} (hi) keep left 8")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 0\r\n\r\n\r\n",
          "200/11 Content-Length=0 {0} keep left 2")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 9223372036854775807\r\n\r\nhi",
          "200/11 Content-Length=9223372036854775807 {9223372036854775807} (hi) CLOSED_IN_BODY")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 9223372036854775808\r\n\r\nhi", "200/11 BAD_LENGTH")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 18446744073709551618\r\n\r\nhi",
          "200/11 BAD_LENGTH")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length:\r\n\r\nhi", "200/11 BAD_LENGTH")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: ,\r\n\r\nhi", "200/11 BAD_LENGTH")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: +2\r\n\r\nhi", "200/11 BAD_LENGTH")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: -2\r\n\r\nhi", "200/11 BAD_LENGTH")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 0x2\r\n\r\nhi", "200/11 BAD_LENGTH")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 2 2\r\n\r\nhi", "200/11 BAD_LENGTH")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 2;q=1\r\n\r\nhi", "200/11 BAD_LENGTH")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 2, 2\r\ncontent-length: 2\r\n\r\nhi",
          "200/11 Content-Length=2, 2 content-length=2 {2} (hi) keep")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 2, 3\r\n\r\nhi", "200/11 TWO_LENGTHS")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi",
          "200/11 Content-Length=2 TWO_LENGTHS")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 0, 3\r\n\r\nhix", "200/11 TWO_LENGTHS")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 0\r\nContent-Length: 3\r\n\r\nhix",
          "200/11 Content-Length=0 TWO_LENGTHS")
HTTP1_ROW(0, "HTTP/1.1 304 x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n",
          "304/11 Content-Length=2 TWO_LENGTHS")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nContent-Length: 2\r\n\r\n", "204/11 Content-Length=2 {none} keep")
HTTP1_ROW(0, "HTTP/1.1 304 x\r\nContent-Length: 99\r\n\r\n", "304/11 Content-Length=99 {none} keep")
HTTP1_ROW(0, "HTTP/1.1 304 x\r\n\r\nhi", "304/11 {none} keep left 2")
HTTP1_ROW(0, "HTTP/1.1 205 x\r\n\r\n", "205/11 {close} drop")
HTTP1_ROW(WHIM_HTTP1_TO_HEAD, "HTTP/1.1 200 x\r\nContent-Length: 99\r\n\r\n",
          "200/11 Content-Length=99 {none} keep")
HTTP1_ROW(WHIM_HTTP1_TO_HEAD, "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n",
          "200/11 Transfer-Encoding=chunked {none} keep")
HTTP1_ROW(WHIM_HTTP1_TO_HEAD, "HTTP/1.1 200 x\r\n\r\n", "200/11 {none} keep")
HTTP1_ROW(WHIM_HTTP1_IGNORE_LENGTH, "HTTP/1.1 200 x\r\nContent-Length: 1\r\n\r\nhi",
          "200/11 Content-Length=1 {close} (hi) drop")
HTTP1_ROW(WHIM_HTTP1_IGNORE_LENGTH, "HTTP/1.1 204 x\r\nContent-Length: 1\r\n\r\n",
          "204/11 Content-Length=1 {none} keep")
HTTP1_ROW(WHIM_HTTP1_IGNORE_LENGTH, "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "200/11 Transfer-Encoding=chunked {chunks} + keep")

/* ---- Transfer codings (RFC 9112 sections 6.1 and 7) ---- */
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nTransfer-Encoding: , ChUnKeD ,\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
          "200/11 Transfer-Encoding=, ChUnKeD , {chunks} (hi) + keep")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi",
          "200/11 Transfer-Encoding=identity Content-Length=2 {2} (hi) keep")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
          "200/11 Transfer-Encoding=chunked Content-Length=2 LENGTH_AND_CHUNKED")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "200/11 Content-Length=2 Transfer-Encoding=chunked LENGTH_AND_CHUNKED")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "200/11 Content-Length=0 Transfer-Encoding=chunked LENGTH_AND_CHUNKED")
HTTP1_ROW(WHIM_HTTP1_IGNORE_LENGTH,
          "HTTP/1.1 200 x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "200/11 Content-Length=2 Transfer-Encoding=chunked LENGTH_AND_CHUNKED")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nTransfer-Encoding: gzip\r\n\r\n",
          "200/11 Transfer-Encoding=gzip BAD_CODING")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
          "200/11 Transfer-Encoding=gzip, chunked BAD_CODING")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", "200/11 BAD_CODING")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", "200/11 BAD_CODING")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n",
          "200/11 Transfer-Encoding=chunked BAD_CODING")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nTransfer-Encoding: xchunked\r\n\r\n",
          "200/11 Transfer-Encoding=xchunked BAD_CODING")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked;a=b\r\n\r\n",
          "200/11 Transfer-Encoding=chunked;a=b BAD_CODING")

/* ---- Chunks (RFC 9112 section 7.1) ---- */
#define HTTP1_CHUNKED "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n"
#define HTTP1_IN_CHUNKS "200/11 Transfer-Encoding=chunked {chunks} "
HTTP1_ROW(0, HTTP1_CHUNKED "2\r\nhi\r\n04\r\n the\r\nA\r\nre everybo\r\n"
             "2;a=\"b;\"\r\ndy\r\n0\r\n\r\nX",
          HTTP1_IN_CHUNKS "(hi there everybody) + keep left 1")
HTTP1_ROW(0, HTTP1_CHUNKED "2\nhi\n0\n\n", HTTP1_IN_CHUNKS "(hi) + keep")
HTTP1_ROW(0, HTTP1_CHUNKED "2 \t\r\nhi\r\n0 ;x\r\n\r\n", HTTP1_IN_CHUNKS "(hi) + keep")
HTTP1_ROW(0, HTTP1_CHUNKED "000;last\r\n\r\n", HTTP1_IN_CHUNKS "+ keep")
HTTP1_ROW(0, HTTP1_CHUNKED "7fffffffffffffff\r\nhi", HTTP1_IN_CHUNKS "(hi) CLOSED_IN_BODY")
HTTP1_ROW(0, HTTP1_CHUNKED "8000000000000000\r\nhi", HTTP1_IN_CHUNKS "BIG_CHUNK_SIZE")
HTTP1_ROW(0, HTTP1_CHUNKED "ffffffffffffffff\r\nhi", HTTP1_IN_CHUNKS "BIG_CHUNK_SIZE")
HTTP1_ROW(0, HTTP1_CHUNKED "10000000000000002\r\nhi", HTTP1_IN_CHUNKS "BIG_CHUNK_SIZE")
HTTP1_ROW(0, HTTP1_CHUNKED "0000000000000002\r\nhi\r\n0\r\n\r\n", HTTP1_IN_CHUNKS "(hi) + keep")
HTTP1_ROW(0, HTTP1_CHUNKED "00000000000000002\r\nhi", HTTP1_IN_CHUNKS "BIG_CHUNK_SIZE")
HTTP1_ROW(0, HTTP1_CHUNKED "\r\nhi", HTTP1_IN_CHUNKS "BAD_CHUNK_SIZE")
HTTP1_ROW(0, HTTP1_CHUNKED ";a\r\nhi", HTTP1_IN_CHUNKS "BAD_CHUNK_SIZE")
HTTP1_ROW(0, HTTP1_CHUNKED " 2\r\nhi", HTTP1_IN_CHUNKS "BAD_CHUNK_SIZE")
HTTP1_ROW(0, HTTP1_CHUNKED "-2\r\nhi", HTTP1_IN_CHUNKS "BAD_CHUNK_SIZE")
HTTP1_ROW(0, HTTP1_CHUNKED "0x2\r\nhi", HTTP1_IN_CHUNKS "BAD_CHUNK_SIZE")
HTTP1_ROW(0, HTTP1_CHUNKED "2 2\r\nhi", HTTP1_IN_CHUNKS "BAD_CHUNK_SIZE")
HTTP1_ROW(0, HTTP1_CHUNKED "2g\r\nhi", HTTP1_IN_CHUNKS "BAD_CHUNK_SIZE")
HTTP1_ROW(0, HTTP1_CHUNKED "2;a\rb\r\nhi", HTTP1_IN_CHUNKS "BAD_CHUNK")
HTTP1_ROW(0, HTTP1_CHUNKED "2\r\r\nhi", HTTP1_IN_CHUNKS "BAD_CHUNK")
HTTP1_ROW(0, HTTP1_CHUNKED "2;\0\r\nhi", HTTP1_IN_CHUNKS "BAD_CHUNK")
HTTP1_ROW(0, HTTP1_CHUNKED "2\r\nhi3\r\n", HTTP1_IN_CHUNKS "(hi) BAD_CHUNK")
HTTP1_ROW(0, HTTP1_CHUNKED "2\r\nhi!\n0\r\n\r\n", HTTP1_IN_CHUNKS "(hi) BAD_CHUNK")
HTTP1_ROW(0, HTTP1_CHUNKED "2\r\nhi\r0\r\n\r\n", HTTP1_IN_CHUNKS "(hi) BAD_CHUNK")
HTTP1_ROW(0, HTTP1_CHUNKED "2\r\nhi\r\r\n0\r\n\r\n", HTTP1_IN_CHUNKS "(hi) BAD_CHUNK")
HTTP1_ROW(0, HTTP1_CHUNKED "2\r\nhi\r\n\r\n0\r\n\r\n", HTTP1_IN_CHUNKS "(hi) BAD_CHUNK_SIZE")

/* ---- Trailers (RFC 9112 section 7.1.2): they decide nothing any more ---- */
HTTP1_ROW(0, HTTP1_CHUNKED "0\r\nA: b\r\nB:\r\n c\r\n\r\nX",
          HTTP1_IN_CHUNKS "+A=b +B=c + keep left 1")
HTTP1_ROW(0, HTTP1_CHUNKED "2\r\nhi\r\n0\r\nContent-Length: 7\r\nConnection: close\r\n\r\n",
          HTTP1_IN_CHUNKS "(hi) +Content-Length=7 +Connection=close + keep")
HTTP1_ROW(0, HTTP1_CHUNKED "0\r\nTransfer-Encoding: x\r\n\r\n",
          HTTP1_IN_CHUNKS "+Transfer-Encoding=x + keep")
HTTP1_ROW(0, HTTP1_CHUNKED "0\r\nno colon\r\n\r\n", HTTP1_IN_CHUNKS "NO_COLON")
HTTP1_ROW(0, HTTP1_CHUNKED "0\r\n A: b\r\n\r\n", HTTP1_IN_CHUNKS "BAD_FOLD")
HTTP1_ROW(0, HTTP1_CHUNKED "0\r\nA: \0\r\n\r\n", HTTP1_IN_CHUNKS "NUL_BYTE")

/* ---- Chunks that are handed out as they came ---- */
#define HTTP1_RAW WHIM_HTTP1_RAW_CHUNKS
HTTP1_ROW(HTTP1_RAW, HTTP1_CHUNKED "2;x\r\nhi\r\n1\n!\n0\r\n\r\nX",
          HTTP1_IN_CHUNKS "(2;x\r\nhi\r\n1\n!\n0\r\n\r\n) keep left 1")
HTTP1_ROW(HTTP1_RAW, HTTP1_CHUNKED "0\r\nA: b \r\n\t c\r\nB:d\r\n\r\nX",
          HTTP1_IN_CHUNKS "(0\r\nA: b \r\n\t c\r\nB:d\r\n\r\n) keep left 1")
HTTP1_ROW(HTTP1_RAW, HTTP1_CHUNKED "2g\r\n", HTTP1_IN_CHUNKS "BAD_CHUNK_SIZE")
HTTP1_ROW(HTTP1_RAW, HTTP1_CHUNKED "2\r\nhi!\r\n", HTTP1_IN_CHUNKS "(2\r\nhi) BAD_CHUNK")
HTTP1_ROW(HTTP1_RAW, HTTP1_CHUNKED "0\r\nA: \0\r\n\r\n", HTTP1_IN_CHUNKS "(0\r\n) NUL_BYTE")
HTTP1_ROW(HTTP1_RAW, HTTP1_CHUNKED "0\r\nA: b\r\n",
          HTTP1_IN_CHUNKS "(0\r\nA: b\r\n) CLOSED_IN_BODY")
HTTP1_ROW(HTTP1_RAW, "HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\nhi",
          "200/11 Content-Length=2 {2} (hi) keep")

/* ---- Who keeps the connection (RFC 9112 section 9.3) ---- */
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nConnection: close\r\n\r\n", "204/11 Connection=close {none} drop")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nConnection: x, CLOSE ,y\r\n\r\n",
          "204/11 Connection=x, CLOSE ,y {none} drop")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n",
          "204/11 Connection=keep-alive Connection=close {none} drop")
HTTP1_ROW(0, "HTTP/1.1 204 x\r\nConnection: closed\r\nConnection:\r\n\r\n",
          "204/11 Connection=closed Connection= {none} keep")
HTTP1_ROW(0, "HTTP/1.0 204 x\r\n\r\n", "204/10 {none} drop")
HTTP1_ROW(0, "HTTP/1.0 200 x\r\nContent-Length: 2\r\nConnection: Keep-Alive\r\n\r\nhi",
          "200/10 Content-Length=2 Connection=Keep-Alive {2} (hi) keep")
HTTP1_ROW(0, "HTTP/1.0 204 x\r\nConnection: keep-alive, close\r\n\r\n",
          "204/10 Connection=keep-alive, close {none} drop")
HTTP1_ROW(0, "HTTP/1.0 200 x\r\nConnection: keep-alive\r\n\r\nhi",
          "200/10 Connection=keep-alive {close} (hi) drop")
/* Section 6.1: a 1.0 message with a transfer coding is framed doubtfully. */
HTTP1_ROW(0, "HTTP/1.0 200 x\r\nConnection: keep-alive\r\n"
             "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "200/10 Connection=keep-alive Transfer-Encoding=chunked {chunks} + drop")
HTTP1_ROW(0, "HTTP/1.0 304 x\r\nConnection: keep-alive\r\nTransfer-Encoding: gzip\r\n\r\n",
          "304/10 Connection=keep-alive Transfer-Encoding=gzip {none} drop")

/* ---- Interim responses (RFC 9110 section 15.2): nothing of them counts for the final one ---- */
HTTP1_ROW(0, "HTTP/1.1 100 x\r\n\r\nHTTP/1.1 204 x\r\n\r\n", "100/11 ~ 204/11 {none} keep")
HTTP1_ROW(0, "HTTP/1.1 103 x\r\nLink: a\r\n\r\nHTTP/1.1 102 x\r\n\r\nHTTP/1.0 204 x\r\n\r\n",
          "103/11 Link=a ~ 102/11 ~ 204/10 {none} drop")
HTTP1_ROW(0, "HTTP/1.1 100 x\r\nContent-Length: 9\r\nConnection: close\r\n\r\n"
             "HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\nhi",
          "100/11 Content-Length=9 Connection=close ~ 200/11 Content-Length=2 {2} (hi) keep")
HTTP1_ROW(0, "HTTP/1.1 100 x\r\nTransfer-Encoding: gzip, chunked\r\n\r\nHTTP/1.1 204 x\r\n\r\n",
          "100/11 Transfer-Encoding=gzip, chunked ~ 204/11 {none} keep")
HTTP1_ROW(0, "HTTP/1.1 100 x\r\nTransfer-Encoding: chunked\r\n\r\n"
             "HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\nhi",
          "100/11 Transfer-Encoding=chunked ~ 200/11 Content-Length=2 {2} (hi) keep")
HTTP1_ROW(0, "HTTP/1.1 100 x\r\nTransfer-Encoding: gzip\r\n\r\nHTTP/1.1 200 x\r\n\r\nhi",
          "100/11 Transfer-Encoding=gzip ~ 200/11 {close} (hi) drop")
HTTP1_ROW(0, "HTTP/1.1 100 x\r\nContent-Length: 2\r\n\r\nHTTP/1.1 200 x\r\n\r\nhi!",
          "100/11 Content-Length=2 ~ 200/11 {close} (hi!) drop")
HTTP1_ROW(0, "HTTP/1.0 100 x\r\nConnection: keep-alive\r\n\r\nHTTP/1.0 204 x\r\n\r\n",
          "100/10 Connection=keep-alive ~ 204/10 {none} drop")
HTTP1_ROW(WHIM_HTTP1_TO_HEAD, "HTTP/1.1 100 x\r\n\r\nHTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\n",
          "100/11 ~ 200/11 Content-Length=2 {none} keep")
HTTP1_ROW(0, "HTTP/1.1 100 x\r\n A: b\r\n\r\n", "100/11 BAD_FOLD")
HTTP1_ROW(0, "HTTP/1.1 100 x\r\n\r\nHTTP/1.1 20 x\r\n\r\n", "100/11 ~ BAD_STATUS")
HTTP1_ROW(0, "HTTP/1.1 101 x\r\nUpgrade: a\r\n\r\n", "UNASKED_UPGRADE")
HTTP1_ROW(0, "HTTP/1.1 100 x\r\n\r\nHTTP/1.1 101 x\r\n\r\n", "100/11 ~ UNASKED_UPGRADE")

/* ---- The peer closes too early ---- */
HTTP1_ROW(0, "HTTP/1.1 200 OK", "CLOSED_EMPTY")
HTTP1_ROW(0, "HTTP/1.1 100 x\r\n\r\n", "100/11 ~ CLOSED_EMPTY")
HTTP1_ROW(0, "HTTP/1.1 100 x\r\n\r\nHTT", "100/11 ~ CLOSED_EMPTY")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\n", "200/11 CLOSED_IN_HEADER")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nA: b", "200/11 CLOSED_IN_HEADER")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nA: b\r\n", "200/11 CLOSED_IN_HEADER")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nA: b\r\n c", "200/11 CLOSED_IN_HEADER")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nA: b\r\n\r", "200/11 A=b CLOSED_IN_HEADER")
HTTP1_ROW(0, "HTTP/1.1 100 x\r\nA: b\r\n", "100/11 CLOSED_IN_HEADER")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 3\r\n\r\n",
          "200/11 Content-Length=3 {3} CLOSED_IN_BODY")
HTTP1_ROW(0, "HTTP/1.1 200 x\r\nContent-Length: 3\r\n\r\nhi",
          "200/11 Content-Length=3 {3} (hi) CLOSED_IN_BODY")
HTTP1_ROW(0, HTTP1_CHUNKED, HTTP1_IN_CHUNKS "CLOSED_IN_BODY")
HTTP1_ROW(0, HTTP1_CHUNKED "2", HTTP1_IN_CHUNKS "CLOSED_IN_BODY")
HTTP1_ROW(0, HTTP1_CHUNKED "2\r", HTTP1_IN_CHUNKS "CLOSED_IN_BODY")
HTTP1_ROW(0, HTTP1_CHUNKED "2\r\n", HTTP1_IN_CHUNKS "CLOSED_IN_BODY")
HTTP1_ROW(0, HTTP1_CHUNKED "2\r\nh", HTTP1_IN_CHUNKS "(h) CLOSED_IN_BODY")
HTTP1_ROW(0, HTTP1_CHUNKED "2\r\nhi", HTTP1_IN_CHUNKS "(hi) CLOSED_IN_BODY")
HTTP1_ROW(0, HTTP1_CHUNKED "2\r\nhi\r", HTTP1_IN_CHUNKS "(hi) CLOSED_IN_BODY")
HTTP1_ROW(0, HTTP1_CHUNKED "2\r\nhi\r\n", HTTP1_IN_CHUNKS "(hi) CLOSED_IN_BODY")
HTTP1_ROW(0, HTTP1_CHUNKED "2\r\nhi\r\n0\r\n", HTTP1_IN_CHUNKS "(hi) CLOSED_IN_BODY")
HTTP1_ROW(0, HTTP1_CHUNKED "0\r\nA: b\r\n", HTTP1_IN_CHUNKS "CLOSED_IN_BODY")
HTTP1_ROW(0, HTTP1_CHUNKED "0\r\nA: b\r\n\r", HTTP1_IN_CHUNKS "+A=b CLOSED_IN_BODY")
#undef HTTP1_CHUNKED
#undef HTTP1_IN_CHUNKS
#undef HTTP1_RAW
#undef HTTP1_ROW
