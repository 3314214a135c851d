/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Why a cookie is not taken: COOKIE_VERDICT(name, text).
 *
 * Define the row and include; the table undefines it. No guard: it is read many times.
 */
COOKIE_VERDICT(COMMENT, "a comment")
COOKIE_VERDICT(LONG_LINE, "its line is too long")
COOKIE_VERDICT(NO_NAME, "it has no name, or no value")
COOKIE_VERDICT(BAD_FIELDS, "it has not the seven fields of the file format")
COOKIE_VERDICT(TOO_LARGE, "name and value, or an attribute, are too large")
COOKIE_VERDICT(CONTROL_BYTE, "a control byte")
COOKIE_VERDICT(BAD_HOST, "its host can have no cookies")
COOKIE_VERDICT(BAD_DOMAIN, "its domain is none")
COOKIE_VERDICT(OTHER_DOMAIN, "its domain is not the host's")
COOKIE_VERDICT(PUBLIC_SUFFIX, "its domain is a public suffix")
COOKIE_VERDICT(NOT_SECURE, "it is secure, but the way that it came is not")
COOKIE_VERDICT(BAD_PREFIX, "its name promises what it does not keep")
COOKIE_VERDICT(OVER_SECURE, "a secure cookie has its name and place")
COOKIE_VERDICT(OVER_LIVE, "a cookie that is newer than its file has its place")
COOKIE_VERDICT(OLD_SESSION, "it is of an earlier session")
COOKIE_VERDICT(EXPIRED, "it has expired")
COOKIE_VERDICT(TOO_MANY, "too many in one response")
COOKIE_VERDICT(NO_MEMORY, "out of memory")
#undef COOKIE_VERDICT
