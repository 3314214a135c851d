/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * URL_CODE(name, CURLcode of a transfer, phrase): one row per CURLUcode, in their order. The
 * phrases are libcurl's own, since applications print and compare them.
 */
URL_CODE(OK, OK, "No error")
URL_CODE(BAD_HANDLE, URL_MALFORMAT, "An invalid CURLU pointer was passed as argument")
URL_CODE(BAD_PARTPOINTER, URL_MALFORMAT, "An invalid 'part' argument was passed as argument")
URL_CODE(MALFORMED_INPUT, URL_MALFORMAT, "Malformed input to a URL function")
URL_CODE(BAD_PORT_NUMBER, URL_MALFORMAT,
         "Port number was not a decimal number between 0 and 65535")
URL_CODE(UNSUPPORTED_SCHEME, UNSUPPORTED_PROTOCOL, "Unsupported URL scheme")
URL_CODE(URLDECODE, URL_MALFORMAT, "URL decode error, most likely because of rubbish in the input")
URL_CODE(OUT_OF_MEMORY, OUT_OF_MEMORY, "A memory function failed")
URL_CODE(USER_NOT_ALLOWED, LOGIN_DENIED, "Credentials was passed in the URL when prohibited")
URL_CODE(UNKNOWN_PART, URL_MALFORMAT, "An unknown part ID was passed to a URL API function")
URL_CODE(NO_SCHEME, URL_MALFORMAT, "No scheme part in the URL")
URL_CODE(NO_USER, URL_MALFORMAT, "No user part in the URL")
URL_CODE(NO_PASSWORD, URL_MALFORMAT, "No password part in the URL")
URL_CODE(NO_OPTIONS, URL_MALFORMAT, "No options part in the URL")
URL_CODE(NO_HOST, URL_MALFORMAT, "No host part in the URL")
URL_CODE(NO_PORT, URL_MALFORMAT, "No port part in the URL")
URL_CODE(NO_QUERY, URL_MALFORMAT, "No query part in the URL")
URL_CODE(NO_FRAGMENT, URL_MALFORMAT, "No fragment part in the URL")
URL_CODE(NO_ZONEID, URL_MALFORMAT, "No zoneid part in the URL")
URL_CODE(BAD_FILE_URL, URL_MALFORMAT, "Bad file:// URL")
URL_CODE(BAD_FRAGMENT, URL_MALFORMAT, "Bad fragment")
URL_CODE(BAD_HOSTNAME, URL_MALFORMAT, "Bad hostname")
URL_CODE(BAD_IPV6, URL_MALFORMAT, "Bad IPv6 address")
URL_CODE(BAD_LOGIN, URL_MALFORMAT, "Bad login part")
URL_CODE(BAD_PASSWORD, URL_MALFORMAT, "Bad password")
URL_CODE(BAD_PATH, URL_MALFORMAT, "Bad path")
URL_CODE(BAD_QUERY, URL_MALFORMAT, "Bad query")
URL_CODE(BAD_SCHEME, URL_MALFORMAT, "Bad scheme")
URL_CODE(BAD_SLASHES, URL_MALFORMAT, "Unsupported number of slashes following scheme")
URL_CODE(BAD_USER, URL_MALFORMAT, "Bad user")
URL_CODE(LACKS_IDN, URL_MALFORMAT, "libcurl lacks IDN support")
URL_CODE(TOO_LARGE, URL_MALFORMAT, "A part of the URL is too long")
URL_CODE(BACKSLASH, URL_MALFORMAT, "Backslash in the URL")
#undef URL_CODE
