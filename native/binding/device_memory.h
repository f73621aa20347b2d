#pragma once

#include <napi.h>

#include <memory>
#include <string>
#include <vector>

#include "backend/device.h"
#include "base/error.h"

namespace lw::js {

class DeviceMemories;

/// Device memory of a tensor: until it is disposed of, or until nothing in JavaScript reaches its handle.
/// Runs that use it hold `memory` too, until they end.
struct MemoryHandle {
  ~MemoryHandle();

  std::shared_ptr<const Buffer> memory;  ///< null: it was disposed of
  Device* device = nullptr;
  int64_t bytes = 0;        ///< what V8 is told that it holds
  napi_ref self = nullptr;  ///< weak: the JavaScript object
  std::shared_ptr<DeviceMemories> owner;
};

/// The device memory of the tensors of one environment. Called on its JavaScript thread.
///
/// Node calls finalisers from the event loop alone, however long ago an object died. So that a loop that
/// never returns there does not fill the device with what it forgot, it is looked for dead handles here:
/// after each kLookBytes, and when a device has no room.
class DeviceMemories : public std::enable_shared_from_this<DeviceMemories> {
 public:
  explicit DeviceMemories(napi_env env) : env_(env) {}

  /// A handle of memory of any content. Throws Error(kDevice) when the device has not as much.
  Napi::Object allocate(Device& device, size_t bytes);
  /// Frees it now, or when the runs that use it have ended.
  void dispose(MemoryHandle& handle);
  /// Of a handle that dies.
  void forget(MemoryHandle& handle);

  /// Does it; once more when a device refused, and garbage held memory of one.
  template <typename F>
  auto withRoom(F&& body) -> decltype(body()) {
    try {
      return body();
    } catch (const Error& error) {
      if (error.code() != Code::kDevice || !collect()) throw;
    }
    return body();
  }

 private:
  bool look();
  bool collect();

  napi_env env_;
  std::vector<MemoryHandle*> live_;  ///< those that hold memory
  int64_t sinceLook_ = 0;
};

/// What one environment (the main thread, or a worker) holds.
struct Environment {
  std::shared_ptr<DeviceMemories> memories;
};
DeviceMemories& memoriesOf(Napi::Env env);

/// An operand of a run as JavaScript gives it: a typed array, or device memory from a byte on. The memory of
/// an array is looked up by `resolve` after the last property was read.
struct GivenOperand {
  Napi::TypedArray array;
  std::shared_ptr<const Buffer> memory;  ///< null: the array
  size_t offset = 0;

  void* resolve(const TensorDesc& desc, const std::string& what) const;
};
/// A list of typed arrays and of `{ memory, offset }`.
std::vector<GivenOperand> readOperands(const Napi::Value& value, const char* what);

/// deviceMemory(backend, bytes), writeMemory(memory, bytes), readMemory(memory, bytes),
/// disposeMemory(memory).
void exportMemory(Napi::Env env, Napi::Object exports);

}  // namespace lw::js
