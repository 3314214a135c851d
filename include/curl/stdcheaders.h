/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#ifndef CURLINC_STDCHEADERS_H
#define CURLINC_STDCHEADERS_H
/*
 * stdcheaders.h: the C library functions that programs hand to the easy options (fread, fwrite)
 * or expect beside them. Nothing here includes it; it exists for programs that do.
 */
#include <stdio.h>
#include <strings.h>

#include <sys/types.h>

#endif /* CURLINC_STDCHEADERS_H */
