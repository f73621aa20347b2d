#include "backend/cpu/kernels/copy.h"

#include <cstring>

#include "backend/cpu/kernels/simd.h"

namespace LW_ISA_NS {
namespace {

// --- Strided rows
// ------------------------------------------------------------------------------------------------------------------

/// With shuffles, where the compiler knows the stride.
template <int kStride, typename T>
void stridedBy(const T* x, T* out, int64_t n) {
  for (int64_t i = 0; i < n; ++i) out[i] = x[kStride * i];
}

template <typename T>
void stridedOf(const void* from, int64_t stride, void* to, int64_t n) {
  const T* x = static_cast<const T*>(from);
  T* out = static_cast<T*>(to);
  if (stride == 1) {
    std::memcpy(out, x, static_cast<size_t>(n) * sizeof(T));
  } else if (stride == 0) {
    const T value = *x;
    for (int64_t i = 0; i < n; ++i) out[i] = value;
  } else if (stride == -1) {
    for (int64_t i = 0; i < n; ++i) out[i] = x[-i];
  } else if (stride == 2) {
    stridedBy<2>(x, out, n);
  } else if (stride == 3) {
    stridedBy<3>(x, out, n);
  } else if (stride == 4) {
    stridedBy<4>(x, out, n);
  } else {
    for (int64_t i = 0; i < n; ++i) out[i] = x[i * stride];
  }
}
void strided(int bytes, const void* x, int64_t stride, void* out, int64_t n) {
  if (bytes == 4) return stridedOf<uint32_t>(x, stride, out, n);
  if (bytes == 8) return stridedOf<uint64_t>(x, stride, out, n);
  stridedOf<uint8_t>(x, stride, out, n);
}

template <typename Run>
inline void eachRun(const lw::CopyRuns& p, Run run) {
  for (int64_t i = 0; i < p.counts[0]; ++i) {
    const std::byte* x = p.x + i * p.xStrides[0];
    std::byte* out = p.out + i * p.outStrides[0];
    for (int64_t j = 0; j < p.counts[1]; ++j, x += p.xStrides[1], out += p.outStrides[1]) run(x, out);
  }
}

void runs(const lw::CopyRuns& p) {
  constexpr int64_t kLong = 512;
  if (p.bytes % 4 != 0 || p.bytes > kLong)
    return eachRun(
        p, [&](const std::byte* x, std::byte* out) { std::memcpy(out, x, static_cast<size_t>(p.bytes)); });
  // Packets of floats only carry the bits.
  const int64_t n = p.bytes / 4, whole = n / kLanes * kLanes, rest = n - whole;
  if (whole == 0)
    return eachRun(p, [rest](const std::byte* x, std::byte* out) {
      storeTail(reinterpret_cast<float*>(out), loadTail(reinterpret_cast<const float*>(x), rest), rest);
    });
  eachRun(p, [=](const std::byte* from, std::byte* to) {
    const float* x = reinterpret_cast<const float*>(from);
    float* out = reinterpret_cast<float*>(to);
    for (int64_t i = 0; i < whole; i += kLanes) store(out + i, load(x + i));
    if (rest > 0) storeTail(out + whole, loadTail(x + whole, rest), rest);
  });
}

// --- Transposition
// -----------------------------------------------------------------------------------------------------------------

template <typename T>
inline void transposeEdge(const T* x, int64_t xStride, T* out, int64_t outStride, int64_t rows,
                          int64_t columns) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c) out[r * outStride + c] = x[c * xStride + r];
}

/// Up to kLanes x kLanes floats through registers; Eigen's ptranspose shuffles bits and computes nothing.
inline void transposeTile(const float* x, int64_t xStride, float* out, int64_t outStride, int64_t rows,
                          int64_t columns) {
  packet::PacketBlock<F, kLanes> block;
  if (rows == kLanes && columns == kLanes) {
    // The rows of x are pieces of a line each, too far apart for the hardware to foresee.
    for (int i = 0; i < kLanes; ++i) {
      __builtin_prefetch(x + i * xStride + 4 * kLanes);
      block.packet[i] = load(x + i * xStride);
    }
    packet::ptranspose(block);
    for (int i = 0; i < kLanes; ++i) store(out + i * outStride, block.packet[i]);
    return;
  }
  for (int64_t i = 0; i < kLanes; ++i)
    block.packet[i] = i < columns ? loadTail(x + i * xStride, rows) : set1(0.0f);
  packet::ptranspose(block);
  for (int64_t i = 0; i < rows; ++i) storeTail(out + i * outStride, block.packet[i], columns);
}

/// A few planes into pixels, such as NCHW images of three channels into NHWC.
template <int columns>
void interleave(const float* x, int64_t xStride, float* out, int64_t outStride, int64_t rows) {
  for (int64_t r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) out[r * outStride + c] = x[c * xStride + r];
}

void transpose4(const float* x, int64_t xStride, float* out, int64_t outStride, int64_t rows,
                int64_t columns) {
  if (columns == 2) return interleave<2>(x, xStride, out, outStride, rows);
  if (columns == 3) return interleave<3>(x, xStride, out, outStride, rows);
  if (columns == 4) return interleave<4>(x, xStride, out, outStride, rows);
  // Along the rows of out inside: the stores of neighbouring tiles are neighbouring lines.
  for (int64_t r = 0; r < rows; r += kLanes)
    for (int64_t c = 0; c < columns; c += kLanes)
      transposeTile(x + c * xStride + r, xStride, out + r * outStride + c, outStride,
                    rows - r < kLanes ? rows - r : kLanes, columns - c < kLanes ? columns - c : kLanes);
}

template <typename T>
void transposeBlocks(const T* x, int64_t xStride, T* out, int64_t outStride, int64_t rows, int64_t columns) {
  constexpr int64_t kBlock = 16;
  for (int64_t c = 0; c < columns; c += kBlock)
    for (int64_t r = 0; r < rows; r += kBlock)
      transposeEdge(x + c * xStride + r, xStride, out + r * outStride + c, outStride,
                    rows - r < kBlock ? rows - r : kBlock, columns - c < kBlock ? columns - c : kBlock);
}

void transpose(int bytes, const void* x, int64_t xStride, void* out, int64_t outStride, int64_t rows,
               int64_t columns) {
  if (bytes == 4)
    return transpose4(static_cast<const float*>(x), xStride, static_cast<float*>(out), outStride, rows,
                      columns);
  if (bytes == 8)
    return transposeBlocks(static_cast<const uint64_t*>(x), xStride, static_cast<uint64_t*>(out), outStride,
                           rows, columns);
  transposeBlocks(static_cast<const uint8_t*>(x), xStride, static_cast<uint8_t*>(out), outStride, rows,
                  columns);
}

// --- Select
// ------------------------------------------------------------------------------------------------------------------------

template <typename T, int stepA, int stepB>
void selectRow(const uint8_t* condition, const void* first, const void* second, void* to, int64_t n) {
  const T* a = static_cast<const T*>(first);
  const T* b = static_cast<const T*>(second);
  T* out = static_cast<T*>(to);
  for (int64_t i = 0; i < n; ++i) {
    // Both are read, so that the choice becomes a blend.
    const T x = a[i * stepA], y = b[i * stepB];
    out[i] = condition[i] != 0 ? x : y;
  }
}

template <typename T>
void selectOf(const uint8_t* condition, const void* a, const void* b, void* out, int64_t n,
              const int* steps) {
  if (steps[0] == 0)
    return *condition != 0 ? stridedOf<T>(a, steps[1], out, n) : stridedOf<T>(b, steps[2], out, n);
  if (steps[1] != 0)
    return steps[2] != 0 ? selectRow<T, 1, 1>(condition, a, b, out, n)
                         : selectRow<T, 1, 0>(condition, a, b, out, n);
  return steps[2] != 0 ? selectRow<T, 0, 1>(condition, a, b, out, n)
                       : selectRow<T, 0, 0>(condition, a, b, out, n);
}
void select(int bytes, const uint8_t* condition, const void* a, const void* b, void* out, int64_t n,
            const int* steps) {
  if (bytes == 4) return selectOf<uint32_t>(condition, a, b, out, n, steps);
  if (bytes == 8) return selectOf<uint64_t>(condition, a, b, out, n, steps);
  selectOf<uint8_t>(condition, a, b, out, n, steps);
}

}  // namespace

extern const lw::CopyKernels copyKernels = {runs, strided, transpose, select};

}  // namespace LW_ISA_NS
