#pragma once

#include <array>
#include <cstring>
#include <string>

#include "backend/cuda/queue.h"

namespace lw::cuda {

/// A constant input on the device, made by `pack` on this CPU first; kept by the store under `tag`.
template <typename Pack>
std::shared_ptr<const Buffer> packOnDevice(const PrepareContext& context, size_t input,
                                           const std::string& tag, Pack&& pack) {
  return context.pack(input, "cuda/" + tag, [&](const View& view) {
    const Buffer host = pack(view);
    Buffer there = device().allocate(host.bytes());
    device().write(there.data(), host.data(), host.bytes());
    return there;
  });
}

/// A constant input on the device as it is.
inline std::shared_ptr<const Buffer> keepOnDevice(const PrepareContext& context, size_t input) {
  return packOnDevice(context, input, "as-is", [](const View& view) {
    const size_t bytes = static_cast<size_t>(view.size()) * sizeOf(view.dtype);
    Buffer copy(bytes);
    if (bytes > 0) std::memcpy(copy.data(), view.data, bytes);
    return copy;
  });
}

/// An operand of a prepared op: a constant is kept on the device, the rest come with each run.
class Operand {
 public:
  Operand() = default;
  Operand(const PrepareContext& context, size_t input) : input_(input) {
    if (input < context.constants.size() && context.constants[input] != nullptr)
      kept_ = keepOnDevice(context, input);
  }
  template <typename T>
  const T* get(const View* in) const {
    return kept_ ? kept_->template as<T>() : in[input_].as<T>();
  }

 private:
  size_t input_ = 0;
  std::shared_ptr<const Buffer> kept_;
};

}  // namespace lw::cuda
