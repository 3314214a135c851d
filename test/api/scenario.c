/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Playing, and the end of it: what is left is what was there before.
 */
#define CURL_DISABLE_DEPRECATION
#include "scenario.h"
#include "interpose.h"
#include "memory.h"

#include <dirent.h>
#include <stdio.h>

/* Runs until every handle of the stage has its result, or a drive call gave up. */
static void run_round(struct stage *stage)
{
    struct drive *drive = stage->drive;
    int64_t until_us = sys_real_us() + patience_ms() * INT64_C(1000);
    bool is_over = false;

    while (!is_over && !drive->last_code) {
        if (sys_real_us() > until_us)
            FAIL("%s: a transfer never ends", stage->what);
        drive_turn(drive, 10);
        is_over = true;
        for (int i = 0; i < stage->n; i++) {
            struct xfer *x = stage->x[i];

            if (x->drive && !x->n_results)
                is_over = false;
            if (x->drive && !x->n_results && x->on_body == stage_pause_once && x->count == 1)
                curl_easy_pause(x->easy, CURLPAUSE_CONT);
        }
    }
}

static bool is_success(const struct stage *stage, const struct xfer *x)
{
    if (!x->n_results)
        return false;
    CHECK_INT(x->n_results, 1);
    if (x->result)
        return false;
    CHECK_STR(x->body.data, "hello");
    return true;
}

/* Entries of /proc/self/fd, without the one that counts them. */
static int count_fds(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int n = -3;

    CHECK(dir != NULL);
    while (readdir(dir))
        n++;
    closedir(dir);
    return n;
}

static void end_stage(struct stage *stage)
{
    for (int i = 0; i < stage->n; i++)
        xfer_free(stage->x[i]);
    drive_destroy(stage->drive);
    stage->drive = NULL;
    curl_share_cleanup(stage->share);
    stage->share = NULL;
    curl_mime_free(stage->mime);
    stage->mime = NULL;
    curl_formfree(stage->form);
    stage->form = NULL;
}

/* All rounds on the stage's drive; true if every transfer succeeded. */
static bool play_rounds(const struct scenario *scenario, struct stage *stage)
{
    bool is_all_well;

    for (int round = 0; round < scenario->n_rounds && !stage->drive->last_code; round++) {
        scenario->play(stage, round);
        run_round(stage);
    }
    is_all_well = stage->n > 0;
    for (int i = 0; i < stage->n; i++)
        is_all_well = is_success(stage, stage->x[i]) && is_all_well;
    return is_all_well;
}

/* The peer may still be about to accept a connection that was given up, and to close it. */
static void wait_for_fds(const struct stage *stage)
{
    int64_t until_us = sys_real_us() + patience_ms() * INT64_C(1000);
    int n;

    while ((n = count_fds()) != stage->n_fds)
        if (sys_real_us() > until_us)
            FAIL("%s: %d descriptors are left", stage->what, n - stage->n_fds);
}

/* One time; true if the fault struck. */
static bool play_once(const struct scenario *scenario, struct stage *stage,
                      const struct fault *fault, unsigned long nth)
{
    size_t n_blocks = memory_n_blocks();
    bool is_all_well, has_struck;

    snprintf(stage->what, sizeof(stage->what), "%s, %s at %lu", scenario->name, fault->name, nth);
    stage->n = 0;
    memset(stage->n_calls, 0, sizeof(stage->n_calls));
    memset(stage->fail_at, 0, sizeof(stage->fail_at));
    stage->drive = drive_new();
    stage->drive->is_tolerant = true;
    fault->arm(fault, stage, nth);
    is_all_well = play_rounds(scenario, stage);
    end_stage(stage);
    has_struck = fault->disarm(fault, stage);
    curl_global_cleanup(); /* what the process keeps for later would pass for left */
    CHECK_CODE(memory_init(), CURLE_OK);
    if (!is_all_well && (!has_struck || fault->is_harmless))
        FAIL("%s: a transfer failed%s", stage->what, has_struck ? "" : " without the fault");
    if (memory_n_blocks() != n_blocks)
        FAIL("%s: %ld blocks are left", stage->what, (long)(memory_n_blocks() - n_blocks));
    if (!peer_wait(stage->peer, PEER_OPEN, PEER_EVERY, 0, patience_ms()))
        FAIL("%s: a connection is left", stage->what);
    wait_for_fds(stage);
    return has_struck;
}

void scenario_loop(const struct scenario *scenario, const struct fault *fault, unsigned long step)
{
    struct stage stage = {.is_watching = true};
    unsigned long nth = 1;

    scenario->open(&stage);
    stage.n_fds = count_fds();
    while (play_once(scenario, &stage, fault, nth)) {
        nth += step;
        CHECK(nth < 5000);
    }
}
