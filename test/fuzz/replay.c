/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * A main() for fuzz targets that are linked without libFuzzer.
 *
 *     fuzz_x [--mutations N] [--seconds S] [--seed N] [FILE...]
 *
 * Hands over the files, or standard input when there are none; then N mutations of them, the same
 * ones each time, as far as S seconds go. All in a child: when it dies, by whatever, or takes too
 * long, the input that it died of is written to fuzz_x.crash, and FILE replays it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FILES = 1024, MAX_INPUT_BYTES = 1 << 20, MAX_MUTANT_BYTES = 1 << 14, GRACE_S = 30 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    uint8_t *data;
    size_t size;
};

static struct {
    struct input files[MAX_FILES];
    size_t n_files;
    unsigned long n_mutations;
    unsigned long seconds;
    uint64_t random;
} run = {.seconds = 20, .random = 1};

/* What the child is at; shared with the parent, which outlives it. */
static struct {
    size_t size;
    uint8_t data[MAX_INPUT_BYTES];
} * current;

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static void *must_have(void *block)
{
    if (!block)
        die("memory");
    return block;
}

static void read_file(FILE *file, const char *name)
{
    struct input *input = &run.files[run.n_files++];
    uint8_t *room = must_have(malloc(MAX_INPUT_BYTES));

    input->size = fread(room, 1, MAX_INPUT_BYTES, file);
    if (ferror(file))
        die(name);
    input->data = must_have(realloc(room, input->size + 1));
}

static void read_arguments(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        FILE *file;

        if (i + 1 < argc && !strcmp(argv[i], "--mutations")) {
            run.n_mutations = strtoul(argv[++i], NULL, 10);
        } else if (i + 1 < argc && !strcmp(argv[i], "--seconds")) {
            run.seconds = strtoul(argv[++i], NULL, 10);
        } else if (i + 1 < argc && !strcmp(argv[i], "--seed")) {
            run.random = strtoull(argv[++i], NULL, 10) | 1;
        } else if (run.n_files < MAX_FILES) {
            file = fopen(argv[i], "rb");
            if (!file)
                die(argv[i]);
            read_file(file, argv[i]);
            fclose(file);
        }
    }
    if (!run.n_files)
        read_file(stdin, "standard input");
}

static void hand_over(const uint8_t *data, size_t size)
{
    uint8_t *copy = must_have(malloc(size ? size : 1)); /* of the exact size, for the sanitizer */

    current->size = size;
    if (size) {
        memcpy(current->data, data, size);
        memcpy(copy, data, size);
    }
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

/* Below n, which is not 0. */
static size_t choose(size_t n)
{
    run.random ^= run.random << 13;
    run.random ^= run.random >> 7;
    run.random ^= run.random << 17;
    return (size_t)(run.random >> 11) % n;
}

/* Takes n bytes at a place away and puts others there, as far as there is room. */
static void put(struct input *mutant, size_t at, size_t n, const uint8_t *bytes, size_t n_bytes)
{
    if (mutant->size - n + n_bytes > MAX_MUTANT_BYTES)
        return;
    memmove(mutant->data + at + n_bytes, mutant->data + at + n, mutant->size - at - n);
    memmove(mutant->data + at, bytes, n_bytes);
    mutant->size += n_bytes - n;
}

static void mutate(struct input *mutant)
{
    static const uint8_t bytes[] = "\r\n \t:;,/0129aAfF-%[]@?#.\x7f\x80\xff";
    const struct input *other = &run.files[choose(run.n_files)];
    size_t at = choose(mutant->size + 1);
    size_t n = choose(mutant->size - at + 1);
    size_t from = choose(other->size + 1);
    uint8_t copy[64];

    switch (choose(7)) {
    case 0: /* a bit */
        if (at < mutant->size)
            mutant->data[at] ^= (uint8_t)(1u << choose(8));
        break;
    case 1: /* a byte that means something, in place of one */
        put(mutant, at, at < mutant->size, &bytes[choose(sizeof(bytes))], 1);
        break;
    case 2: /* the same, put between two */
        put(mutant, at, 0, &bytes[choose(sizeof(bytes))], 1);
        break;
    case 3: /* some bytes less */
        put(mutant, at, n < 8 ? n : choose(8), bytes, 0);
        break;
    case 4: /* some bytes twice */
        n = n < sizeof(copy) ? n : choose(sizeof(copy));
        memcpy(copy, mutant->data + at, n);
        put(mutant, at, 0, copy, n);
        break;
    case 5: /* a part of another file in place of one of this */
        put(mutant, at, choose(n + 1), other->data + from, choose(other->size - from + 1));
        break;
    default: /* the rest is gone */
        if (choose(8) == 0)
            mutant->size = at;
    }
}

static unsigned long run_mutations(void)
{
    struct input mutant = {must_have(malloc(MAX_MUTANT_BYTES)), 0};
    time_t end = time(NULL) + (time_t)run.seconds;
    unsigned long n;

    for (n = 0; n < run.n_mutations && (n % 256 || time(NULL) < end); n++) {
        const struct input *file = &run.files[choose(run.n_files)];

        mutant.size = file->size < MAX_MUTANT_BYTES ? file->size : MAX_MUTANT_BYTES;
        memcpy(mutant.data, file->data, mutant.size);
        for (size_t left = 1 + choose(6); left; left--)
            mutate(&mutant);
        hand_over(mutant.data, mutant.size);
    }
    free(mutant.data);
    return n;
}

static int run_all(void)
{
    for (size_t i = 0; i < run.n_files; i++)
        hand_over(run.files[i].data, run.files[i].size);
    printf("%zu files, ", run.n_files);
    printf("%lu mutations\n", run_mutations());
    return fflush(stdout) != 0;
}

static void save_crash(const char *program)
{
    const char *slash = strrchr(program, '/');
    char name[256];
    FILE *file;

    snprintf(name, sizeof(name), "%s.crash", slash ? slash + 1 : program);
    file = fopen(name, "wb");
    if (!file || fwrite(current->data, 1, current->size, file) != current->size || fclose(file))
        die(name);
    fprintf(stderr, "%s: %zu bytes that it died of\n", name, current->size);
}

int main(int argc, char **argv)
{
    int status = 0;
    pid_t pid;

    read_arguments(argc, argv);
    current =
        mmap(NULL, sizeof(*current), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (current == MAP_FAILED)
        die("memory");
    pid = fork();
    if (pid == 0) {
        alarm((unsigned)run.seconds + GRACE_S);
        return run_all();
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        die("child");
    if (status != 0)
        save_crash(argv[0]);
    for (size_t i = 0; i < run.n_files; i++)
        free(run.files[i].data);
    return status != 0;
}
