#pragma once

#include <napi.h>

#include <memory>
#include <string>
#include <utility>

#include "base/error.h"

namespace lw::js {

constexpr napi_type_tag kStoreTag = {0x6c61796572776973, 0x73746f7265000001};
constexpr napi_type_tag kPlanTag = {0x6c61796572776973, 0x706c616e00000001};
constexpr napi_type_tag kJobTag = {0x6c61796572776973, 0x6a6f620000000001};
constexpr napi_type_tag kMemoryTag = {0x6c61796572776973, 0x6d656d6f72790001};

/// A JavaScript object that owns a shared pointer. `bytes`: what V8 is told that it holds.
template <typename T>
Napi::Object wrap(Napi::Env env, std::shared_ptr<T> value, const napi_type_tag& tag, int64_t bytes = 0) {
  struct Held {
    std::shared_ptr<T> value;
    int64_t bytes;
  };
  const Napi::Object object = Napi::Object::New(env);
  auto* held = new Held{std::move(value), bytes};
  const auto release = [](napi_env raw, void* data, void*) {
    auto* dying = static_cast<Held*>(data);
    int64_t total;
    if (dying->bytes > 0) napi_adjust_external_memory(raw, -dying->bytes, &total);
    delete dying;
  };
  if (napi_wrap(env, object, held, release, nullptr, nullptr) != napi_ok) {
    delete held;
    throw Error(Code::kNative, "native: a handle cannot be made.");
  }
  int64_t total;
  if (bytes > 0) napi_adjust_external_memory(env, bytes, &total);
  object.TypeTag(&tag);
  return object;
}

template <typename T>
std::shared_ptr<T> unwrap(const Napi::Value& value, const napi_type_tag& tag, const char* what) {
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&tag))
    throw Error(Code::kArgument, std::string("native: expected a ") + what + " of this addon.");
  void* data = nullptr;
  if (napi_unwrap(value.Env(), value, &data) != napi_ok || data == nullptr)
    throw Error(Code::kArgument, std::string("native: expected a ") + what + " of this addon.");
  return *static_cast<std::shared_ptr<T>*>(data);  // the first member of Held
}

}  // namespace lw::js
