#pragma once

#include <vector>

#include "backend/cpu/kernels/pool.h"
#include "backend/cpu/operands.h"
#include "backend/cpu/reduction.h"

namespace lw {

/// A pooling by tables: for every output position along D, H and W the taps of its window, clipped to the
/// input. Both pool and adaptivePool are this, with tables of their own.
struct PoolTables {
  bool isMax = true, hasIndices = false;
  int64_t channels = 0;
  Spatial in{1, 1, 1}, out{1, 1, 1}, dilations{1, 1, 1};
  std::array<std::vector<PoolTap>, 3> taps{};
  /// Outputs [wholeBegin, wholeEnd) along W have wholeCount taps and begin `strideW` apart; 0 where windows
  /// are not regular.
  int64_t wholeBegin = 0, wholeEnd = 0, wholeCount = 0, strideW = 0;
  /// Of regular windows: taps along W, those outside of the input too, and where the first one begins.
  int64_t windowW = 0, padW = 0;
};

class Pooling : public Prepared, public LineOp {
 public:
  Pooling(PoolTables tables, const Op& op, const PrepareContext& context);
  void run(RunContext& context, const View* in, const View* out) const override;
  const char* algorithm() const override;

  const LineOp* byLines() const override;
  int64_t lineStep() const override { return group_; }
  void runLines(const View* in, const View* out, const Band& band) const override;

 private:
  enum class Way { kDirect, kSeparable, kSweep, kNarrow, kGlobal, kIndices };
  struct Target {
    const float* x;
    float* y;
    int32_t* indices;
    int64_t ringIn, ringOut;  ///< lines of a plane, or of what is kept of one
  };
  Way choose() const;
  void runGlobal(RunContext& context, int64_t batch, const Target& t) const;
  int64_t chooseGroup() const;
  void runGroup(int64_t group, const Target& t) const;
  void runRow(int64_t row, const Target& t) const;
  /// What is left of a window, once its rows are one.
  void runAlong(const float* x, float divisor, float* y) const;
  void runSweep(const float* x, float divisor, float* y) const;
  void runNarrow(const float* x, float divisor, float* y) const;
  void runIndices(int64_t row, const Target& t) const;
  /// The taps along D and H of output row `row` = (n, oD, oH).
  struct RowTaps {
    int64_t n;
    const PoolTap *d, *h;
  };
  RowTaps tapsOf(int64_t row) const;
  float* outputOf(const Target& t, int64_t row) const;
  /// Appends the input rows of all taps along D with positions [begin, end) along H.
  int64_t collect(const Target& t, const RowTaps& taps, int64_t begin, int64_t end, const float** rows) const;

  PoolTables t_;
  Operands<1> operands_;
  Way way_;
  int64_t maxRows_ = 1;
  std::vector<uint16_t> kept_;  ///< a bit for each value of a row that begins a window
  int64_t group_ = 1;           ///< neighbouring output rows that add the input rows common to them once
};

}  // namespace lw
