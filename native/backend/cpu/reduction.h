#pragma once

#include <vector>

#include "backend/cpu/kernels/reduce.h"
#include "backend/cpu/loops.h"

namespace lw {

/// The loops of a reduction over any axes of a contiguous tensor of floats, shared by reduce and normalize.
///
/// Merged, the axes alternate between kept and reduced. When the last is reduced, a unit is one output and
/// its pieces are rows or parts of rows; when the last is kept, a unit is up to kMaxColumns neighbouring
/// outputs and its pieces are blocks of rows. Where such a unit is small, a unit is several of them, one
/// after the other in memory, and a single piece. The pieces of an output are a matter of geometry; they are
/// added in their order, whoever computed them.
class Reduction {
 public:
  Reduction(const Dims& dims, const std::vector<int>& axes);

  int64_t units() const { return (keptCount_ + together_ - 1) / together_ * blocks_; }
  int64_t pieces() const { return pieces_; }
  /// Outputs of a unit, the first of them, and (reduced) inputs of an output.
  int64_t width(int64_t unit) const;
  int64_t firstOutput(int64_t unit) const;
  int64_t reduced() const { return reduced_; }
  int64_t bytesOfUnit() const {
    return together_ * reduced_ * (columns_ ? std::min(n_, kMaxColumns) : 1) * 4;
  }
  bool columns() const { return columns_; }

  /// Where a piece lies: `blocks` blocks, `blockStride` apart, of `rows` rows of `n` floats, `stride` apart.
  /// An output is a column of a block where columns() holds, else the whole block.
  struct Piece {
    int64_t offset, blocks, blockStride, rows, stride, n;
  };
  Piece piece(int64_t unit, int64_t index) const;

  /// totals[0 .. width(unit)) of one unit. `center`: one value per output of the unit, for kDeviation and
  /// kCentered. In parallel over the pieces when `context` is given, else on this thread; the bits are the
  /// same.
  void accumulate(RunContext* context, Moment moment, const float* x, int64_t unit, const float* center,
                  double* totals) const;

  /// The means of one unit as sums of high[j] and low[j]. Accurate to the spread of the values, not to their
  /// size: what is added up are distances to the first of them. `totals` is room for width(unit) values.
  void mean(RunContext* context, const float* x, int64_t unit, double* totals, float* high, float* low) const;

  /// Calls body(unit, context): all units at once with no context, or, when there are fewer units than
  /// threads, one by one with it.
  template <typename Body>
  void forUnits(RunContext& context, Body body) const {
    if (units() < context.concurrency() && pieces_ > 1) {
      for (int64_t unit = 0; unit < units(); ++unit) body(unit, &context);
      return;
    }
    parallelRanges(context, units(), bytesOfUnit(), [&](int64_t begin, int64_t end) {
      for (int64_t unit = begin; unit < end; ++unit) body(unit, static_cast<RunContext*>(nullptr));
    });
  }

 private:
  void reducePiece(Moment moment, const float* x, const Piece& piece, const float* center,
                   double* result) const;

  Nest<1> kept_;   ///< without the last dimension when that is kept
  Nest<1> outer_;  ///< reduced dimensions but the innermost of them
  bool columns_ = false;
  int64_t n_ = 1;          ///< kept innermost dimension (columns), else 1
  int64_t length_ = 1;     ///< innermost reduced dimension
  int64_t rowStride_ = 1;  ///< between its elements
  int64_t blocks_ = 1;     ///< column blocks
  int64_t step_ = 1;       ///< of length_ per piece
  int64_t segments_ = 1;   ///< pieces per length_
  int64_t outerStep_ = 1;  ///< of the innermost dimension of outer_ per piece
  int64_t keptCount_ = 1;  ///< outputs, or rows of outputs where columns_ holds
  int64_t together_ = 1;   ///< of keptCount_ per unit
  int64_t pieces_ = 1, reduced_ = 1;
};

}  // namespace lw
