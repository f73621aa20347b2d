#pragma once

#include "backend/cuda/mma.h"
#include "backend/cuda/operand.h"
#include "backend/cuda/types.h"

// Operands as MmaTile reads them: [matrices][N][Kp], rounded to the precision, with zeros from K on.
// Constants are packed by this CPU, the rest by a kernel.
namespace lw::cuda {

/// Matrices [K][N], or [N][K] when transposed.
struct MatrixShape {
  int64_t matrices, K, N;
  bool transposed;

  int64_t padded() const { return (K + 31) / 32 * 32; }
  int64_t packedSize() const { return matrices * N * padded(); }
};

template <Precision kPrecision>
Buffer packMatrices(const MatrixShape& shape, const float* from) {
  using Input = InputOf<kPrecision>;
  using Type = typename Input::Type;
  const int64_t K = shape.K, N = shape.N, padded = shape.padded();
  Buffer packed(static_cast<size_t>(shape.packedSize()) * sizeof(Type));
  Type* to = packed.as<Type>();
  for (int64_t matrix = 0; matrix < shape.matrices; ++matrix, from += K * N, to += N * padded)
    for (int64_t n = 0; n < N; ++n)
      for (int64_t k = 0; k < padded; ++k)
        to[n * padded + k] =
            k < K ? Input::round(from[shape.transposed ? n * K + k : k * N + n]) : Input::round(0);
  return packed;
}

/// Packs 16 bytes at a time. Neighbours read neighbours.
template <Precision kPrecision>
struct PackItems {
  using Input = InputOf<kPrecision>;
  using Type = typename Input::Type;
  static constexpr int kWidth = 16 / sizeof(Type);

  const float* from;
  Type* to;
  int K, N, padded;
  bool transposed;
  Divisor columns, chunks;

  PackItems(const MatrixShape& shape, const float* from_, Type* to_)
      : from(from_),
        to(to_),
        K(static_cast<int>(shape.K)),
        N(static_cast<int>(shape.N)),
        padded(static_cast<int>(shape.padded())),
        transposed(shape.transposed),
        columns(shape.N),
        chunks(shape.padded() / kWidth) {}
  LW_HD void operator()(int64_t i) const {
    const uint32_t item = static_cast<uint32_t>(i);
    const Divisor& inner = transposed ? chunks : columns;
    const Divisor& outer = transposed ? columns : chunks;
    const uint32_t rest = inner.quotient(item), matrix = outer.quotient(rest);
    const uint32_t x = inner.rest(item, rest), y = outer.rest(rest, matrix);
    const int n = static_cast<int>(transposed ? y : x), first = static_cast<int>(transposed ? x : y) * kWidth;
    const float* source = from + static_cast<int64_t>(matrix) * K * N;
    Pack<Type, kWidth> pack;
    LW_UNROLL_LOOP for (int e = 0; e < kWidth; ++e) {
      const int64_t k = first + e;
      pack.v[e] = Input::round(k < K ? source[transposed ? n * int64_t{K} + k : k * N + n] : 0.0f);
    }
    store(to + (static_cast<int64_t>(matrix) * N + n) * padded + first, pack);
  }
};

template <Precision kPrecision>
void packOnQueue(RunContext& queue, const MatrixShape& shape, const float* from,
                 typename InputOf<kPrecision>::Type* to) {
  forEach(queue, shape.packedSize() / PackItems<kPrecision>::kWidth, PackItems<kPrecision>(shape, from, to));
}

/// B of a product: packed once when it is a constant, else at each run, into `there`.
template <Precision kPrecision>
class PackedOperand {
 public:
  using Type = typename InputOf<kPrecision>::Type;

  PackedOperand(const PrepareContext& context, size_t input, const MatrixShape& shape) : input_(input) {
    if (input >= context.constants.size() || context.constants[input] == nullptr) return;
    const std::string layout = shape.transposed ? "-columns" : "-rows";
    packed_ =
        packOnDevice(context, input, std::string("mma-") + precisionName(kPrecision) + layout,
                     [&](const View& view) { return packMatrices<kPrecision>(shape, view.as<float>()); });
  }
  size_t bytes(const MatrixShape& shape) const {
    return packed_ ? 0 : static_cast<size_t>(shape.packedSize()) * sizeof(Type);
  }
  const Type* get(RunContext& queue, const View* in, const MatrixShape& shape, std::byte* there) const {
    if (packed_) return packed_->template as<Type>();
    Type* to = reinterpret_cast<Type*>(there);
    packOnQueue<kPrecision>(queue, shape, in[input_].as<float>(), to);
    return to;
  }

 private:
  size_t input_;
  std::shared_ptr<const Buffer> packed_;
};

}  // namespace lw::cuda
