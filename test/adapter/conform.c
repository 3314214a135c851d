/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

#include "conform.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <whimbrel/whimbrel.h>

static bool is_whimbrel(void)
{
    CURLM *multi = curl_multi_init();
    bool is = curl_multi_setopt(multi, WHIM_MOPT_IDLE_WATCH, 1L) == CURLM_OK;

    curl_multi_cleanup(multi);
    return is;
}

int conform_main(int argc, char **argv, const struct conform_mode *modes)
{
    struct whim_conformance_options options = {.flags = 0};
    const char *limit = getenv("CONFORM_LIMIT_S");
    const char *only_mode = NULL;
    int c, n, n_failed = 0;

    while ((c = getopt(argc, argv, "lnm:")) != -1) {
        if (c == 'l')
            options.flags |= WHIM_CONFORMANCE_LIST;
        else if (c == 'n')
            options.flags |= WHIM_CONFORMANCE_NO_FORK;
        else if (c == 'm')
            only_mode = optarg;
        else
            return 2;
    }
    options.only = argv[optind];
    options.limit_s = limit ? atoi(limit) : 0;
    for (; modes->name; modes++) {
        if (only_mode ? strcmp(only_mode, modes->name) != 0 : modes->is_edge && !is_whimbrel())
            continue;
        n = whim_conformance_run(&modes->subject, &options);
        if (n < 0) {
            perror("whim_conformance_run");
            return 2;
        }
        n_failed += n;
    }
    return n_failed ? 1 : 0;
}
