#include "binding/device_memory.h"

#include <algorithm>
#include <utility>

#include "binding/convert.h"
#include "binding/garbage.h"
#include "binding/handle.h"

namespace lw::js {
namespace {

/// How much is allocated between two looks for what has died: V8 is told of the bytes, so it collects often.
constexpr int64_t kLookBytes = int64_t{64} << 20;

std::shared_ptr<MemoryHandle> handleOf(const Napi::Value& value) {
  return unwrap<MemoryHandle>(value, kMemoryTag, "device memory");
}

std::shared_ptr<const Buffer> livingMemory(const MemoryHandle& handle) {
  if (handle.memory == nullptr) throw Error(Code::kState, "native: the device memory was disposed of.");
  return handle.memory;
}

/// The bytes of an Uint8Array for `handle`: not more than it has.
std::pair<void*, size_t> bytesFor(const MemoryHandle& handle, const Napi::Value& value) {
  if (!value.IsTypedArray()) throw Error(Code::kArgument, "native: bytes must be an Uint8Array.");
  const Napi::TypedArray array = value.As<Napi::TypedArray>();
  TensorDesc desc{DType::kUInt8, {}};
  desc.dims.push(static_cast<int64_t>(array.ElementLength()));
  if (desc.bytes() > handle.bytes)
    throw Error(Code::kShape, "native: the device memory has " + std::to_string(handle.bytes) +
                                  " bytes. Received " + std::to_string(desc.bytes()) + ".");
  return {memoryOf(array, desc, "the bytes"), static_cast<size_t>(desc.bytes())};
}

Napi::Value deviceMemory(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    Device* device = backendOf(info[0]).device();
    if (device == nullptr) throw Error(Code::kArgument, "native: the backend has no memory of its own.");
    const int64_t bytes = readInteger(info[1], 0, int64_t{1} << 52, "bytes");
    return memoriesOf(info.Env()).allocate(*device, static_cast<size_t>(bytes));
  });
}

Napi::Value writeMemory(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const auto handle = handleOf(info[0]);
    const auto memory = livingMemory(*handle);
    const auto [data, bytes] = bytesFor(*handle, info[1]);
    handle->device->write(memory->data(), data, bytes);
    return info.Env().Undefined();
  });
}

Napi::Value readMemory(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const auto handle = handleOf(info[0]);
    const auto memory = livingMemory(*handle);
    const auto [data, bytes] = bytesFor(*handle, info[1]);
    handle->device->read(data, memory->data(), bytes);
    return info.Env().Undefined();
  });
}

Napi::Value disposeMemory(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    memoriesOf(info.Env()).dispose(*handleOf(info[0]));
    return info.Env().Undefined();
  });
}

}  // namespace

MemoryHandle::~MemoryHandle() {
  if (owner != nullptr) owner->forget(*this);
}

Napi::Object DeviceMemories::allocate(Device& device, size_t bytes) {
  if ((sinceLook_ += static_cast<int64_t>(bytes)) >= kLookBytes) look();
  auto handle = std::make_shared<MemoryHandle>();
  handle->memory = withRoom([&] { return std::make_shared<const Buffer>(device.allocate(bytes)); });
  handle->device = &device;
  handle->bytes = static_cast<int64_t>(bytes);
  const Napi::Object object = wrap(env_, handle, kMemoryTag);
  if (napi_create_reference(env_, object, 0, &handle->self) != napi_ok)
    throw Error(Code::kNative, "native: a handle cannot be made.");
  handle->owner = shared_from_this();
  live_.push_back(handle.get());
  int64_t total;
  napi_adjust_external_memory(env_, handle->bytes, &total);
  return object;
}

void DeviceMemories::dispose(MemoryHandle& handle) {
  if (handle.memory == nullptr) return;
  handle.memory = nullptr;
  std::erase(live_, &handle);
  int64_t total;
  napi_adjust_external_memory(env_, -handle.bytes, &total);
}

void DeviceMemories::forget(MemoryHandle& handle) {
  dispose(handle);
  napi_delete_reference(env_, handle.self);
}

/// Frees what nothing reaches any more. Whether there was something.
bool DeviceMemories::look() {
  sinceLook_ = 0;
  const Napi::HandleScope scope(env_);
  std::vector<MemoryHandle*> dead;
  for (MemoryHandle* handle : live_)
    if (valueOf(env_, handle->self) == nullptr) dead.push_back(handle);
  for (MemoryHandle* handle : dead) dispose(*handle);
  return !dead.empty();
}

/// `look`, after V8 has collected everything.
bool DeviceMemories::collect() {
  if (live_.empty()) return false;
  collectGarbage(env_);
  return look();
}

DeviceMemories& memoriesOf(Napi::Env env) { return *env.GetInstanceData<Environment>()->memories; }

void* GivenOperand::resolve(const TensorDesc& desc, const std::string& what) const {
  if (memory == nullptr) return memoryOf(array, desc, what);
  const size_t bytes = static_cast<size_t>(desc.bytes());
  if (offset > memory->bytes() || bytes > memory->bytes() - offset)
    throw Error(Code::kShape,
                "native: " + what + " of " + std::to_string(bytes) + " bytes ends behind its device memory.");
  return memory->data() + offset;
}

std::vector<GivenOperand> readOperands(const Napi::Value& value, const char* what) {
  const Napi::Array list = readList(value, what);
  std::vector<GivenOperand> result;
  result.reserve(list.Length());
  for (uint32_t i = 0; i < list.Length(); ++i) {
    const Napi::Value item = list[i];
    GivenOperand operand;
    if (item.IsTypedArray()) {
      operand.array = item.As<Napi::TypedArray>();
    } else if (item.IsObject()) {
      const Napi::Object rows = item.As<Napi::Object>();
      const auto handle = handleOf(rows.Get("memory"));
      operand.offset = static_cast<size_t>(readInteger(rows.Get("offset"), 0, int64_t{1} << 52, "offset"));
      operand.memory = livingMemory(*handle);
    } else {
      throw Error(Code::kArgument,
                  std::string("native: ") + what + " must be an array of typed arrays and of device memory.");
    }
    result.push_back(std::move(operand));
  }
  return result;
}

void exportMemory(Napi::Env env, Napi::Object exports) {
  exports.Set("deviceMemory", Napi::Function::New<deviceMemory>(env, "deviceMemory"));
  exports.Set("writeMemory", Napi::Function::New<writeMemory>(env, "writeMemory"));
  exports.Set("readMemory", Napi::Function::New<readMemory>(env, "readMemory"));
  exports.Set("disposeMemory", Napi::Function::New<disposeMemory>(env, "disposeMemory"));
}

}  // namespace lw::js
