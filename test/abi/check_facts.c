/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * check_facts.c: the public headers say what the ABI says, value by value, offset by offset, type
 * by type. The facts_*.h tables hold the ABI; each function below compares one of them and tells
 * every row that differs. Nothing is linked: the headers alone are on trial.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

struct tally {
    int n_checked;
    int n_wrong;
};

static void check_number(struct tally *tally, const char *what, long long is, long long must)
{
    tally->n_checked++;
    if (is == must)
        return;
    tally->n_wrong++;
    printf("%s is %lld, must be %lld\n", what, is, must);
}

static void check_text(struct tally *tally, const char *what, const char *is, const char *must)
{
    tally->n_checked++;
    if (!strcmp(is, must))
        return;
    tally->n_wrong++;
    printf("%s is \"%s\", must be \"%s\"\n", what, is, must);
}

static void check_type(struct tally *tally, const char *what, int is_same, const char *must)
{
    tally->n_checked++;
    if (is_same)
        return;
    tally->n_wrong++;
    printf("%s is not %s\n", what, must);
}

static void constants_have_their_values(struct tally *tally)
{
#define CONSTANT(name, value) check_number(tally, #name, (long long)(name), value);
#define TEXT_CONSTANT(name, value) check_text(tally, #name, name, value);
#include "facts_constants.h"
}

static void structs_have_their_layout(struct tally *tally)
{
#define STRUCT(type, size) check_number(tally, "sizeof " #type, sizeof(type), size);
#define FIELD(type, field, offset, size, field_type)                                     \
    check_number(tally, "offset of " #type " " #field, offsetof(type, field), offset);   \
    check_number(tally, "size of " #type " " #field, sizeof(((type *)0)->field), size);  \
    check_type(tally, #type " " #field,                                                  \
               __builtin_types_compatible_p(__typeof__(((type *)0)->field), field_type), \
               #field_type);
#define BIT(type, field, byte, mask)                                          \
    {                                                                         \
        union {                                                               \
            type object;                                                      \
            unsigned char bytes[sizeof(type)];                                \
        } probe;                                                              \
        memset(&probe, 0, sizeof(probe));                                     \
        probe.object.field = 1;                                               \
        check_number(tally, #type " " #field " in its byte", probe.bytes[byte], mask); \
        probe.object.field++;                                                 \
        check_number(tally, #type " " #field " after overflow", probe.object.field, 0); \
    }
#include "facts_structs.h"
}

static void typedefs_stand_for_their_types(struct tally *tally)
{
#define TYPEDEF(name, type) \
    check_type(tally, #name, __builtin_types_compatible_p(name, type), #type);
#include "facts_types.h"
}

static void functions_have_their_prototypes(struct tally *tally)
{
#define PROTOTYPE(name, type, parameters)                                                 \
    check_type(tally, #name, __builtin_types_compatible_p(__typeof__(name), type parameters), \
               #type " " #parameters);
#include "facts_functions.h"
}

static int run(const char *name, void (*check)(struct tally *tally), int n_least)
{
    struct tally tally = {0, 0};

    check(&tally);
    printf("%s: %d checked, %d wrong\n", name, tally.n_checked, tally.n_wrong);
    return tally.n_wrong == 0 && tally.n_checked >= n_least;
}

int main(void)
{
    int ok = 1;

    ok &= run("constants_have_their_values", constants_have_their_values, 1200);
    ok &= run("functions_have_their_prototypes", functions_have_their_prototypes, 100);
#ifdef __LP64__
    ok &= run("structs_have_their_layout", structs_have_their_layout, 300);
    ok &= run("typedefs_stand_for_their_types", typedefs_stand_for_their_types, 80);
#endif
    return ok ? 0 : 1;
}
