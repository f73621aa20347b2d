#include "backend/cpu/pack.h"

#include <algorithm>
#include <cstring>

namespace lw::cpu {
namespace {

/// The family with the narrower registers that gives the same bits as the chosen one (both fuse multiply and
/// add), or null.
const GemmKernels* narrowerKernels() {
#if defined(__x86_64__) || defined(_M_X64)
  if (cpuInfo().chosen == Isa::kAvx512) return &lw_avx2::gemmKernels;
#endif
  return nullptr;
}

}  // namespace

template <typename T>
Panels<T> Panels<T>::of(int64_t K, int64_t N) {
  Panels panels;
  panels.table = &gemmKernels().of<T>();
  const GemmKernels* narrower = narrowerKernels();
  if (narrower && N <= narrower->of<T>().packet) panels.table = &narrower->of<T>();
  panels.K = K;
  panels.N = N;
  panels.nr = 2 * panels.table->packet;
  return panels;
}

template <typename T>
std::string Panels<T>::tag() const {
  return "panels" + std::to_string(sizeof(T) * 8) + "x" + std::to_string(table->packet);
}

/// K rows of `kBytes` each: a few moves where memcpy of any length would be a call.
template <int kBytes, typename T>
void copyFixed(const T* from, int64_t stride, int64_t K, T* to) {
  for (int64_t k = 0; k < K; ++k) std::memcpy(to + k * (kBytes / sizeof(T)), from + k * stride, kBytes);
}

/// K whole rows of a panel.
template <typename T>
void copyRows(const T* from, int64_t stride, int64_t K, T* to, int64_t width) {
  switch (width * sizeof(T)) {
    case 32:
      return copyFixed<32>(from, stride, K, to);
    case 64:
      return copyFixed<64>(from, stride, K, to);
    case 128:
      return copyFixed<128>(from, stride, K, to);
  }
  for (int64_t k = 0; k < K; ++k) std::copy_n(from + k * stride, width, to + k * width);
}

template <typename T>
void packPanel(const MatrixB<T>& b, const Panels<T>& panels, int64_t j, T* to) {
  const int64_t width = panels.width(j), columns = panels.columns(j), K = panels.K;
  const T* from = b.data + j * panels.nr * b.strideN;
  if (b.strideN == 1) {
    if (columns == width) return copyRows(from, b.strideK, K, to, width);
    for (int64_t k = 0; k < K; ++k) {
      const T* row = from + k * b.strideK;
      T* packed = to + k * width;
      std::memcpy(packed, row, static_cast<size_t>(columns) * sizeof(T));
      for (int64_t n = columns; n < width; ++n) packed[n] = T(0);
    }
    return;
  }
  const auto turn = width == panels.nr ? panels.table->wideOfRows : panels.table->narrowOfRows;
  turn(TileOfA<T>{from, b.strideN, b.strideK, columns, K, to});
}

/// The panels of B whose rows lie as they are packed: all but a last one that is not full, or none.
template <typename T>
int64_t plainPanels(const MatrixB<T>& b, const Panels<T>& panels) {
  const int64_t last = panels.count() - 1;
  return b.strideN != 1 ? 0 : panels.columns(last) == panels.nr ? last + 1 : last;
}

/// Rows [k[0], k[1]) of the plain panels [j[0], j[1]), to panels that begin `apart` elements from each other.
/// Some rows go to all panels at a time, so that B is read as it lies.
template <typename T>
void copyPlain(const MatrixB<T>& b, int64_t nr, std::array<int64_t, 2> j, std::array<int64_t, 2> k, T* to,
               int64_t apart) {
  constexpr int64_t kRowsAtOnce = 16;
  for (int64_t row = k[0]; row < k[1]; row += kRowsAtOnce)
    for (int64_t i = j[0]; i < j[1]; ++i)
      copyRows<T>(b.data + row * b.strideK + i * nr, b.strideK, std::min(kRowsAtOnce, k[1] - row),
                  to + (i - j[0]) * apart + (row - k[0]) * nr, nr);
}

template <typename T>
void packBlock(const MatrixB<T>& b, const Panels<T>& panels, std::array<int64_t, 2> j,
               std::array<int64_t, 2> k, T* to) {
  Panels<T> part = panels;
  part.K = k[1] - k[0];
  const int64_t apart = part.offset(1), plain = std::clamp(plainPanels(b, panels), j[0], j[1]);
  copyPlain(b, panels.nr, {j[0], plain}, k, to, apart);
  const MatrixB<T> from{b.data + k[0] * b.strideK, b.strideK, b.strideN};
  for (int64_t i = plain; i < j[1]; ++i) packPanel(from, part, i, to + (i - j[0]) * apart);
}

template <typename T>
void packAll(const MatrixB<T>& b, const Panels<T>& panels, T* to) {
  packBlock(b, panels, {0, panels.count()}, {0, panels.K}, to);
}

template <typename T>
void packAll(RunContext& context, const MatrixB<T>& b, const Panels<T>& panels, T* to) {
  constexpr int64_t kFewestRows = 16;
  const int64_t plain = plainPanels(b, panels), K = plain > 0 ? panels.K : 0;
  const int64_t rows = std::max(kFewestRows, K / (4 * context.concurrency()) / kFewestRows * kFewestRows);
  context.parallelFor((K + rows - 1) / rows, [&](int64_t task) {
    const int64_t first = task * rows;
    copyPlain(b, panels.nr, {0, plain}, {first, std::min(K, first + rows)}, to + first * panels.nr,
              panels.offset(1));
  });
  context.parallelFor(panels.count() - plain,
                      [&](int64_t i) { packPanel(b, panels, plain + i, to + panels.offset(plain + i)); });
}

template <typename T>
void transpose(const T* from, int64_t stride, int64_t rows, int64_t K, T* to, int64_t ld) {
  constexpr int64_t kBlock = 16;
  for (int64_t k0 = 0; k0 < K; k0 += kBlock) {
    const int64_t k1 = std::min(K, k0 + kBlock);
    for (int64_t i0 = 0; i0 < rows; i0 += kBlock) {
      const int64_t i1 = std::min(rows, i0 + kBlock);
      for (int64_t i = i0; i < i1; ++i)
        for (int64_t k = k0; k < k1; ++k) to[i * ld + k] = from[k * stride + i];
    }
  }
}

template <typename T>
PaddedRow<T>::PaddedRow(const PrepareContext& context, int input, int64_t length, int64_t padded)
    : input_(input), length_(length), padded_(padded) {
  const auto copy = [=](const T* from) {
    Buffer buffer(static_cast<size_t>(padded) * sizeof(T));
    std::fill_n(buffer.as<T>(), padded, T(0));
    if (from) std::copy_n(from, length, buffer.as<T>());
    return buffer;
  };
  if (input < 0) {
    kept_ = std::make_shared<const Buffer>(copy(nullptr));
  } else if (context.constants[static_cast<size_t>(input)]) {
    kept_ = context.pack(static_cast<size_t>(input), "row" + std::to_string(padded),
                         [&](const View& view) { return copy(view.as<T>()); });
  }
}

template <typename T>
const T* PaddedRow<T>::get(const View* in) const {
  if (kept_) return kept_->as<T>();
  T* row = scratchOf<T>(kSlotBias, padded_);
  std::copy_n(in[input_].as<T>(), length_, row);
  std::fill(row + length_, row + padded_, T(0));
  return row;
}

template struct Panels<float>;
template struct Panels<double>;
template class PaddedRow<float>;
template class PaddedRow<double>;
template void packPanel(const MatrixB<float>&, const Panels<float>&, int64_t, float*);
template void packPanel(const MatrixB<double>&, const Panels<double>&, int64_t, double*);
template void packBlock(const MatrixB<float>&, const Panels<float>&, std::array<int64_t, 2>,
                        std::array<int64_t, 2>, float*);
template void packBlock(const MatrixB<double>&, const Panels<double>&, std::array<int64_t, 2>,
                        std::array<int64_t, 2>, double*);
template void packAll(RunContext&, const MatrixB<float>&, const Panels<float>&, float*);
template void packAll(RunContext&, const MatrixB<double>&, const Panels<double>&, double*);
template void packAll(const MatrixB<float>&, const Panels<float>&, float*);
template void packAll(const MatrixB<double>&, const Panels<double>&, double*);
template void transpose(const float*, int64_t, int64_t, int64_t, float*, int64_t);
template void transpose(const double*, int64_t, int64_t, int64_t, double*, int64_t);

}  // namespace lw::cpu
