/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Forms of the old kind (struct curl_httppost) as parts of a mime. The struct is public: lists may
 * come from elsewhere than curl_formadd(), so nothing but what is documented is taken for granted.
 */
#ifndef WHIM_ENGINE_FORM_H
#define WHIM_ENGINE_FORM_H

#include <curl/curl.h>

/*
 * Makes the form the empty root's content; NULL leaves it empty. Bytes are copied, files and
 * CURLFORM_STREAM, which `stream` reads, are not; NULL: there is nothing of it. CURLE_OUT_OF_MEMORY;
 * CURLE_READ_ERROR: a file cannot be read.
 */
CURLcode whim_form_to_mime(const struct curl_httppost *form, curl_read_callback stream,
                           struct curl_mimepart *root);

#endif
