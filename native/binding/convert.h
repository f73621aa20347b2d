#pragma once

#include <napi.h>

#include <string>
#include <vector>

#include "backend/backend.h"
#include "base/error.h"
#include "plan/graph.h"

namespace lw::js {

/// Runs `body` and turns lw::Error (and anything else that is thrown) into a JavaScript Error with a `code`.
template <typename F>
auto guarded(Napi::Env env, F&& body) -> decltype(body());

/// A JavaScript Error with `code`, not thrown.
Napi::Error makeError(Napi::Env env, Code code, const std::string& message);

/// A graph as it was described, and the typed arrays of its weights: their memory is looked up by `resolve`
/// after the last property was read, because a getter may detach a buffer.
struct ReadGraph {
  GraphDesc desc;
  std::vector<Napi::TypedArray> data;  ///< per constant

  void resolve();
};
ReadGraph readGraph(const Napi::Value& value);

/// An array of no absurd length.
Napi::Array readList(const Napi::Value& value, const char* what);

/// The backend of that name. Throws Error(kDevice), with the reason when it is `cuda`'s.
const Backend& backendOf(const Napi::Value& value);

/// The memory of a typed array, after checking that it is of the dtype and of exactly that length and not
/// shared. `what` names it.
void* memoryOf(const Napi::TypedArray& array, const TensorDesc& desc, const std::string& what);

/// An array for a result, of any content: from the pool of results where that serves, else ordinary memory.
Napi::TypedArray newArray(Napi::Env env, const TensorDesc& desc);
/// An array for the result of a synchronous call from the pool, undefined when the caller has to make one.
Napi::Value pooledArray(Napi::Env env, const TensorDesc& desc);

DType readDType(const Napi::Value& value);

int64_t readInteger(const Napi::Value& value, int64_t min, int64_t max, const char* what);

template <typename F>
auto guarded(Napi::Env env, F&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const Napi::Error&) {
    throw;
  } catch (const Error& error) {
    throw makeError(env, error.code(), error.what());
  } catch (const std::bad_alloc&) {
    throw makeError(env, Code::kNative, "out of memory");
  } catch (const std::exception& error) {
    throw makeError(env, Code::kNative, error.what());
  }
}

}  // namespace lw::js
