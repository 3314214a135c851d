/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What can be wrong with an HTTP/1.x response: name, the transfer's result, the error's text.
 */
HTTP1_ERROR(NOT_HTTP, CURLE_UNSUPPORTED_PROTOCOL, "Received HTTP/0.9 when not allowed")
HTTP1_ERROR(BAD_VERSION, CURLE_UNSUPPORTED_PROTOCOL, "Unsupported HTTP version in response")
HTTP1_ERROR(BAD_STATUS, CURLE_UNSUPPORTED_PROTOCOL, "Unsupported response code in HTTP response")
HTTP1_ERROR(UNASKED_UPGRADE, CURLE_WEIRD_SERVER_REPLY, "Switching protocols without being asked")
HTTP1_ERROR(NUL_BYTE, CURLE_WEIRD_SERVER_REPLY, "Nul byte in header")
HTTP1_ERROR(BARE_CR, CURLE_WEIRD_SERVER_REPLY, "Carriage return without line feed in header")
HTTP1_ERROR(NO_COLON, CURLE_WEIRD_SERVER_REPLY, "Header without colon")
HTTP1_ERROR(BAD_NAME, CURLE_WEIRD_SERVER_REPLY, "Invalid character in a header name")
HTTP1_ERROR(BAD_FOLD, CURLE_WEIRD_SERVER_REPLY, "Continuation line without a header before it")
HTTP1_ERROR(BAD_LENGTH, CURLE_WEIRD_SERVER_REPLY, "Invalid Content-Length: value")
HTTP1_ERROR(TWO_LENGTHS, CURLE_WEIRD_SERVER_REPLY, "Conflicting Content-Length: values")
HTTP1_ERROR(LENGTH_AND_CHUNKED, CURLE_WEIRD_SERVER_REPLY, "Both Content-Length: and chunked coding")
HTTP1_ERROR(BAD_CODING, CURLE_BAD_CONTENT_ENCODING, "Unsupported transfer coding")
HTTP1_ERROR(LONG_LINE, CURLE_TOO_LARGE, "A header line of the response is too long")
HTTP1_ERROR(LONG_BLOCK, CURLE_TOO_LARGE, "The headers of the response are too large")
HTTP1_ERROR(BAD_CHUNK_SIZE, CURLE_RECV_ERROR, "Illegal or missing hexadecimal sequence in chunked-encoding")
HTTP1_ERROR(BIG_CHUNK_SIZE, CURLE_RECV_ERROR, "Too long hexadecimal number in chunked-encoding")
HTTP1_ERROR(BAD_CHUNK, CURLE_RECV_ERROR, "Malformed encoding found in chunked-encoding")
HTTP1_ERROR(NO_MEMORY, CURLE_OUT_OF_MEMORY, "Out of memory")
HTTP1_ERROR(CLOSED_EMPTY, CURLE_GOT_NOTHING, "Empty reply from server")
HTTP1_ERROR(CLOSED_IN_HEADER, CURLE_PARTIAL_FILE, "Connection closed before the end of the headers")
HTTP1_ERROR(CLOSED_IN_BODY, CURLE_PARTIAL_FILE, "transfer closed with outstanding read data remaining")
#undef HTTP1_ERROR
