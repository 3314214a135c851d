/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * A main() for fuzz targets that are linked without libFuzzer: hands over the files named on the
 * command line, one after the other, or standard input when there are none.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_INPUT_BYTES = 1 << 24 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(FILE *file, uint8_t *room)
{
    size_t size = fread(room, 1, MAX_INPUT_BYTES, file);
    uint8_t *data;

    if (ferror(file))
        return -1;
    data = malloc(size ? size : 1); /* of the exact size, for the sanitizer */
    if (!data)
        return -1;
    for (size_t i = 0; i < size; i++)
        data[i] = room[i];
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 0;
}

int main(int argc, char **argv)
{
    uint8_t *room = malloc(MAX_INPUT_BYTES);
    int result = room ? 0 : -1;

    if (argc < 2 && !result)
        result = replay(stdin, room);
    for (int i = 1; i < argc && !result; i++) {
        FILE *file = fopen(argv[i], "rb");

        result = file ? replay(file, room) : -1;
        if (result)
            perror(argv[i]);
        if (file)
            fclose(file);
    }
    free(room);
    return result ? 1 : 0;
}
