#include "backend/backend.h"

#include <cstring>

#include "backend/device.h"

namespace lw {
namespace {
constexpr int kSlots = 9;
}

const char* precisionName(Precision precision) {
  return precision == Precision::kBfloat16 ? "bfloat16" : precision == Precision::kTf32 ? "tf32" : "float32";
}

std::byte* scratch(int slot, size_t bytes) {
  thread_local Buffer slots[kSlots];
  require(slot >= 0 && slot < kSlots, Code::kState, "scratch: there is no such slot");
  return slots[slot].ensure(bytes);
}

std::shared_ptr<const Buffer> PrepareContext::keep(size_t input) const {
  return pack(input, "as-is", [](const View& view) {
    const size_t bytes = static_cast<size_t>(view.size()) * sizeOf(view.dtype);
    Buffer copy(bytes);
    if (bytes > 0) std::memcpy(copy.data(), view.data, bytes);
    return copy;
  });
}

std::shared_ptr<const Buffer> PrepareContext::pack(size_t input, const std::string& tag,
                                                   const std::function<Buffer(const View&)>& pack) const {
  const Constant* constant = input < constants.size() ? constants[input] : nullptr;
  require(constant != nullptr, Code::kState, "prepare: an input that is no constant cannot be packed");
  const auto make = [&] { return pack(constant->view()); };
  if (constant->key().empty()) return std::make_shared<const Buffer>(make());
  return store->get(constant->key() + "/" + tag, make);
}

std::shared_ptr<const Buffer> keepOn(Device& device, const PrepareContext& context, size_t input) {
  return context.pack(input, "device/as-is", [&](const View& view) {
    const size_t bytes = static_cast<size_t>(view.size()) * sizeOf(view.dtype);
    Buffer there = device.allocate(bytes);
    device.write(there.data(), view.data, bytes);
    return there;
  });
}

}  // namespace lw
