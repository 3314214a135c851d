/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * interrupt: Ctrl-C and its kin. The first one asks the run to stop, the second ends the process
 * at once. Nothing but a flag is touched in the handler; the loop's waits are bounded and end
 * with a signal, so that the flag is seen soon. Signals that were ignored at the start, as those
 * of nohup, stay so.
 */
#ifndef TOOL_INTERRUPT_H
#define TOOL_INTERRUPT_H

void tool_interrupt_catch(void);

/* The signal that asked to stop, 0 = none. */
int tool_interrupt_seen(void);

#endif
