#pragma once

#include <array>

#include "backend/backend.h"

namespace lw {

/// The operands of a prepared op: constants are copied to the store at prepare, the rest come with each run.
template <int K>
class Operands {
 public:
  Operands(const Op& op, const PrepareContext& context) {
    for (size_t i = 0; i < op.in.size() && i < K; ++i)
      if (i < context.constants.size() && context.constants[i] != nullptr) kept_[i] = context.keep(i);
  }
  template <typename T>
  const T* get(int i, const View* in) const {
    return kept_[i] ? kept_[i]->template as<T>() : in[i].as<T>();
  }

 private:
  std::array<std::shared_ptr<const Buffer>, K> kept_;
};

}  // namespace lw
