/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Files as contents of parts. A file is opened when its turn comes and closed when it is read, so
 * that a body of many files has one descriptor at a time.
 */
#ifndef WHIM_ENGINE_MIME_FILE_H
#define WHIM_ENGINE_MIME_FILE_H

#include <curl/curl.h>

/*
 * Makes the file the part's content, and its base name the part's file name; path NULL leaves the
 * part empty. What it has by now is what is sent of it; of anything but a regular file, that is not
 * known before. CURLE_OUT_OF_MEMORY and CURLE_BAD_FUNCTION_ARGUMENT leave the part as it was.
 * CURLE_READ_ERROR: it cannot be read as yet; the part has it all the same.
 */
CURLcode whim_mime_file_set(struct curl_mimepart *part, const char *path);

#endif
