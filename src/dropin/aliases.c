/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The public functions once more, under the version nodes of libcurl's other flavours (C-6), so
 * that one file serves programs that were linked with any of them. The default node is given by
 * libcurl.map; an alias is a jump to the function there, which leaves variable arguments alone.
 *
 * An attribute or an alias would have to stand beside each definition; jumps let the drop-in be
 * made from the same objects as libwhimbrel. Symbol versions written in assembler are lost by
 * link-time optimisation: this file is compiled without it.
 */

#if defined(__x86_64__) || defined(__i386__)
#define JUMP "jmp "
#define TYPE "@function"
#elif defined(__aarch64__) || defined(__arm__)
#define JUMP "b "
#define TYPE "%function"
#elif defined(__riscv)
#define JUMP "tail "
#define TYPE "@function"
#elif defined(__loongarch__)
#define JUMP "b "
#define TYPE "@function"
#else
#error "how does this machine jump?"
#endif

/* Where indirect calls may only land on marked places, each alias is one. */
#if defined(__CET__) && defined(__x86_64__)
#define LANDING "endbr64\n"
#elif defined(__CET__) && defined(__i386__)
#define LANDING "endbr32\n"
#elif defined(__ARM_FEATURE_BTI_DEFAULT)
#define LANDING "hint 34\n"
#else
#define LANDING
#endif

/* symbol: a name for the assembler alone, that libcurl.map keeps inside. */
#define ALIAS(name, node, symbol)                       \
    __asm__(".text\n"                                   \
            ".globl " symbol "\n"                       \
            ".type " symbol ", " TYPE "\n" symbol ":\n" \
            LANDING JUMP #name "\n"                     \
            ".size " symbol ", .-" symbol "\n"          \
            ".symver " symbol ", " #name "@" #node "\n");

#define FUNCTION(name) ALIAS(name, CURL_GNUTLS_3, "whim_gnutls_" #name)
#include "api/tbl/functions.h"

#define FUNCTION(name) ALIAS(name, CURL_NSS_3, "whim_nss_" #name)
#include "api/tbl/functions.h"
