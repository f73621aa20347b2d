#include "backend/cpu/epilogue.h"

#include "backend/cpu/kernels/unary.h"

namespace lw::cpu {

template <typename T>
Epilogue<T>::Epilogue(const Activation& activation) {
  switch (activation.fn) {
    case UnaryFn::kIdentity:
      break;
    case UnaryFn::kRelu:
      lo = 0;
      break;
    case UnaryFn::kRelu6:
      lo = 0, hi = 6;
      break;
    case UnaryFn::kHardTanh:
      lo = -1, hi = 1;
      break;
    case UnaryFn::kClip:
      lo = static_cast<T>(activation.alpha), hi = static_cast<T>(activation.beta);
      break;
    default:
      late = activation;
  }
}

template <>
void applyLate(const Activation& activation, const Block<float>& block) {
  if (activation.fn == UnaryFn::kIdentity) return;
  const auto alpha = static_cast<float>(activation.alpha), beta = static_cast<float>(activation.beta);
  const auto apply = unaryKernels().apply;
  if (block.columns == block.stride)
    return apply(activation.fn, alpha, beta, block.data, block.data, block.rows * block.columns);
  for (int64_t row = 0; row < block.rows; ++row) {
    float* data = block.data + row * block.stride;
    apply(activation.fn, alpha, beta, data, data, block.columns);
  }
}

// supportsActivation lets only clamps through: the elementary functions in double are the reference's.
template <>
void applyLate(const Activation&, const Block<double>&) {}

template <typename T>
bool supportsActivation(const Activation& activation) {
  return sizeof(T) == 4 || Epilogue<T>(activation).late.fn == UnaryFn::kIdentity;
}

template struct Epilogue<float>;
template struct Epilogue<double>;
template bool supportsActivation<float>(const Activation&);
template bool supportsActivation<double>(const Activation&);

}  // namespace lw::cpu
