#pragma once

#include <napi.h>

namespace lw::js {

/// More than V8 lets the memory behind its objects grow before it collects everything.
constexpr int64_t kPressure = int64_t{1} << 40;

/// Has V8 collect everything, now. Finalisers run later, from the event loop.
inline void collectGarbage(napi_env env) {
  // Twice: the first may end a collection that began while something was still held.
  for (int i = 0; i < 2; ++i) {
    int64_t total;
    napi_adjust_external_memory(env, kPressure, &total);
    napi_adjust_external_memory(env, -kPressure, &total);
  }
}

/// What a weak reference refers to, null when it is dead. Needs a scope.
inline napi_value valueOf(napi_env env, napi_ref reference) {
  napi_value value = nullptr;
  return napi_get_reference_value(env, reference, &value) == napi_ok ? value : nullptr;
}

}  // namespace lw::js
