#pragma once

#include <cstdint>
#include <limits>

#include "ops/activation.h"

namespace lw::cpu {

/// What becomes of a finished sum: bias, residual and clamp in registers; any other function on the rows just
/// written, while they are in L1.
template <typename T>
struct Epilogue {
  const T* bias = nullptr;      ///< of the first column; readable over whole panels
  const T* residual = nullptr;  ///< of the first row and column, laid out as the result; or null
  T lo = -std::numeric_limits<T>::infinity(), hi = std::numeric_limits<T>::infinity();
  Activation late;  ///< identity when the clamp says it all

  explicit Epilogue(const Activation& activation);
};

/// A block of the result.
template <typename T>
struct Block {
  T* data;
  int64_t rows, columns, stride;
};

/// Applies the activation in place; nothing for the identity.
template <typename T>
void applyLate(const Activation& activation, const Block<T>& block);

/// Whether the epilogue can do that activation for T.
template <typename T>
bool supportsActivation(const Activation& activation);

}  // namespace lw::cpu
