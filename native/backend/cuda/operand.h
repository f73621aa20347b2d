#pragma once

#include <string>

#include "backend/cuda/stored.h"

namespace lw::cuda {

/// A constant input on the GPU, made by `pack` on this CPU first; kept by the store under `tag`.
template <typename Pack>
std::shared_ptr<const Buffer> packOnDevice(const PrepareContext& context, size_t input,
                                           const std::string& tag, Pack&& pack) {
  return packOn(device(), context, input, tag, pack);
}

/// An operand of a prepared op: a constant is kept on the device, the rest come with each run.
class Operand {
 public:
  Operand() = default;
  Operand(const PrepareContext& context, size_t input) : input_(input) {
    if (input < context.constants.size() && context.constants[input] != nullptr)
      kept_ = keepOn(device(), context, input);
  }
  template <typename T>
  const T* get(const View* in) const {
    return kept_ ? kept_->template as<T>() : in[input_].as<T>();
  }
  /// As Memory, a pointer or Numbers. Constants lie as they are.
  template <class Memory>
  Memory memory(const View* in) const {
    if (!kept_) return memoryOf<Memory>(in[input_]);
    return memoryOf<Memory>({kept_->data(), DType::kFloat32, {}});
  }

 private:
  size_t input_ = 0;
  std::shared_ptr<const Buffer> kept_;
};

}  // namespace lw::cuda
