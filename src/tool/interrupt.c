/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t seen;

static void note_signal(int number)
{
    int error = errno;

    if (seen) {
        /* Held back until this handler is left, then deadly. */
        signal(number, SIG_DFL);
        raise(number);
    }
    seen = number;
    errno = error;
}

void tool_interrupt_catch(void)
{
    static const int stoppers[] = {SIGINT, SIGTERM, SIGHUP};
    /* A reader that went away and a file size limit are errors of a write, not our death. */
    static const int harmless[] = {SIGPIPE, SIGXFSZ};
    /* Writes go on after the signal; waits for events end with it all the same (signal(7)). */
    struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
    struct sigaction old;

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof stoppers / sizeof stoppers[0]; i++)
        if (sigaction(stoppers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(stoppers[i], &action, NULL);
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++)
        signal(harmless[i], SIG_IGN);
}

int tool_interrupt_seen(void)
{
    return seen;
}
