#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "backend/backend.h"
#include "backend/cpu/kernels/gemm.h"

namespace lw::cpu {

/// B [K, N] as the GEMM kernels read it: panels of nr columns, [ceil(N / nr)][K][nr], zero beyond N. The last
/// panel is narrow (one packet) when its columns fit.
template <typename T>
struct Panels {
  const GemmTable<T>* table = nullptr;
  int64_t K = 0, N = 0, nr = 0;

  /// Chooses the kernels: a few columns waste less of a register that is narrower than the widest.
  static Panels of(int64_t K, int64_t N);

  int64_t count() const { return (N + nr - 1) / nr; }
  int64_t columns(int64_t j) const { return j * nr + nr <= N ? nr : N - j * nr; }
  int64_t width(int64_t j) const { return columns(j) <= table->packet ? table->packet : nr; }
  int64_t offset(int64_t j) const { return j * K * nr; }
  /// Elements of the packed form.
  int64_t size() const { return offset(count() - 1) + K * width(count() - 1); }
  /// Elements of a row (a bias) that is readable over the width of every panel.
  int64_t padded() const { return (count() - 1) * nr + width(count() - 1); }
  std::string tag() const;
};

/// B where it is: element (k, n) at data[k * strideK + n * strideN]; one of the strides is 1.
template <typename T>
struct MatrixB {
  const T* data;
  int64_t strideK, strideN;
};

/// Rows [k0, k0 + K) of panel j, to `to` [K][width].
template <typename T>
void packPanel(const MatrixB<T>& b, const Panels<T>& panels, int64_t j, T* to);

/// Rows [k[0], k[1]) of the panels [j[0], j[1]), one panel after the other.
template <typename T>
void packBlock(const MatrixB<T>& b, const Panels<T>& panels, std::array<int64_t, 2> j,
               std::array<int64_t, 2> k, T* to);

template <typename T>
void packAll(const MatrixB<T>& b, const Panels<T>& panels, T* to);
/// On all threads.
template <typename T>
void packAll(RunContext& context, const MatrixB<T>& b, const Panels<T>& panels, T* to);

/// to[i][k] = from[k * stride + i] for i < rows, k < K: a block of a transposed operand as rows `ld` apart.
template <typename T>
void transpose(const T* from, int64_t stride, int64_t rows, int64_t K, T* to, int64_t ld);

/// A one-dimensional input (a bias) with zeros up to `padded` elements: kept when it is a constant, else made
/// anew in every run.
template <typename T>
class PaddedRow {
 public:
  PaddedRow() = default;
  /// `input` < 0: there is none, and the row is zeros.
  PaddedRow(const PrepareContext& context, int input, int64_t length, int64_t padded);
  /// Valid until the thread's next get; call it outside of parallelFor.
  const T* get(const View* in) const;

 private:
  std::shared_ptr<const Buffer> kept_;
  int input_ = -1;
  int64_t length_ = 0, padded_ = 0;
};

/// An input that is read as it is: a constant is kept, anything else comes with each run.
class Operand {
 public:
  Operand() = default;
  Operand(const PrepareContext& context, size_t input) : input_(input) {
    if (context.constants[input]) kept_ = context.keep(input);
  }
  template <typename T>
  const T* get(const View* in) const {
    return kept_ ? kept_->as<T>() : in[input_].as<T>();
  }

 private:
  std::shared_ptr<const Buffer> kept_;
  size_t input_ = 0;
};

/// Rows whose starts are multiples of this many bytes apart fall into a few sets of L1 and push each other
/// out.
inline constexpr int64_t kAliasBytes = 2048;
template <typename T>
bool aliases(int64_t stride) {
  return stride != 0 && stride * static_cast<int64_t>(sizeof(T)) % kAliasBytes == 0;
}

/// Scratch slots of the GEMM-like ops. 0-3 are private to a task, 4-7 are shared by the tasks of one run.
enum ScratchSlot : int {
  kSlotRows = 0,
  kSlotOffsets = 1,
  kSlotPanels = 2,
  kSlotWeights = 4,
  kSlotBias = 5,
  kSlotInput = 6,
  kSlotTaps = 7
};

}  // namespace lw::cpu
