/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * guard.hpp - exceptions stop here
 *
 * Only C++ sources of shim/ include this.
 */
#ifndef PP_SHIM_GUARD_HPP
#define PP_SHIM_GUARD_HPP

#include "base/status.h"

#include <exception>
#include <new>

/* Runs body, which returns a pp_status; any exception becomes a failure. */
template <typename Body>
pp_status
guarded(pp_error *err, const char *library, Body body) noexcept
{
    try {
        return body();
    } catch (const std::bad_alloc &) {
        return pp_fail_memory(err);
    } catch (const std::exception &e) {
        return pp_fail(err, PP_EGEOM, "%s: %s", library, e.what());
    } catch (...) {
        return pp_fail(err, PP_EGEOM, "%s: unknown exception", library);
    }
}

#endif
