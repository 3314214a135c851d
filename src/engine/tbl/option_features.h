/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What options belong to, and what asking for them answers.
 *
 *     WHIM_FEATURE(name, answer)
 *
 * TAKE    stored, CURLE_OK: the feature is there; or nothing is promised by storing, since without
 *         it no transfer gets as far as needing the option. Programs give up when an option of a
 *         protocol that they never use is refused.
 * REFUSE  CURLE_NOT_BUILT_IN, unless the value asks for nothing (0, NULL): obeying the transfer
 *         without it would lose what was asked for, in silence. Change to TAKE once it is built.
 */
WHIM_FEATURE(CORE, TAKE)
WHIM_FEATURE(ALTSVC, TAKE)
WHIM_FEATURE(COOKIES, TAKE)
WHIM_FEATURE(DNS, TAKE)
WHIM_FEATURE(DOH, TAKE)
WHIM_FEATURE(FOREIGN, TAKE) /* protocols that are not ours: FTP, SSH, mail, RTSP ... */
WHIM_FEATURE(GSS, TAKE)
WHIM_FEATURE(HSTS, TAKE)
WHIM_FEATURE(MIME, TAKE)
WHIM_FEATURE(OCSP, TAKE)
WHIM_FEATURE(PROXY, TAKE)
WHIM_FEATURE(SIGV4, TAKE)
WHIM_FEATURE(TLS, TAKE)
WHIM_FEATURE(WS, TAKE)
WHIM_FEATURE(ECH, REFUSE)
WHIM_FEATURE(FALSESTART, REFUSE)
WHIM_FEATURE(HTTPSIG, REFUSE)
WHIM_FEATURE(SRP, REFUSE)
#undef WHIM_FEATURE
