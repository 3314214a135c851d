/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The content codings that are built in, in the order in which they are offered:
 *
 *     CODING(name, alias, offer, decoder)
 *
 * alias    another name that responses may use, or NULL
 * offer    the name as a member of the offered list
 * decoder  a struct whim_decoder_ops
 *
 * Define the row and include; the table undefines it. No guard: it is read many times.
 */
#ifdef HAVE_ZLIB
CODING("deflate", NULL, ", deflate", whim_deflate_decoder)
CODING("gzip", "x-gzip", ", gzip", whim_gzip_decoder)
#endif
#ifdef HAVE_BROTLI
CODING("br", NULL, ", br", whim_brotli_decoder)
#endif
#ifdef HAVE_ZSTD
CODING("zstd", NULL, ", zstd", whim_zstd_decoder)
#endif
#undef CODING
