/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * CURLOPT_NETRC: the credentials that a file has for the host of a request (proto/netrc.h).
 */
#ifndef WHIM_ENGINE_NETRC_FILE_H
#define WHIM_ENGINE_NETRC_FILE_H

#include "util/buf.h"

#include <curl/curl.h>
#include <stdbool.h>

struct whim_transfer;

/*
 * Looks up the present URL's host, and that user if there is one, in CURLOPT_NETRC_FILE or in the
 * .netrc of the home folder. What is found goes into the empty buffers, terminated. A file that is
 * not there or cannot be read is an error, CURLE_READ_ERROR, where CURL_NETRC_REQUIRED is set.
 */
CURLcode whim_netrc_file_find(struct whim_transfer *transfer, const char *user,
                              struct whim_buf *ret_user, struct whim_buf *ret_password,
                              bool *ret_is_found);

#endif
