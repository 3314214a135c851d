/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Content types that a file's name tells: MIME_TYPE(end of the name, type). These are the ones that
 * libcurl knows: another table would send other bytes.
 */
MIME_TYPE(".gif", "image/gif")
MIME_TYPE(".jpg", "image/jpeg")
MIME_TYPE(".jpeg", "image/jpeg")
MIME_TYPE(".png", "image/png")
MIME_TYPE(".svg", "image/svg+xml")
MIME_TYPE(".txt", "text/plain")
MIME_TYPE(".htm", "text/html")
MIME_TYPE(".html", "text/html")
MIME_TYPE(".pdf", "application/pdf")
MIME_TYPE(".xml", "application/xml")
#undef MIME_TYPE
