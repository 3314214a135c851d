/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The time that the library and the sequences live in.
 *
 * It moves when a sequence says so, and a little whenever somebody looks: so the same timers fire
 * at the same place in a sequence however slow the machine is. The real time is for giving up.
 */
#ifndef WHIM_TEST_STRESS_CLOCK_H
#define WHIM_TEST_STRESS_CLOCK_H

double now_ms(void);
void clock_advance(double ms);
double clock_real_ms(void);

#endif
