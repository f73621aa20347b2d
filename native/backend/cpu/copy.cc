#include "backend/cpu/copy.h"

#include <cstring>

#include "backend/cpu/kernels/copy.h"
#include "backend/cpu/loops.h"
#include "backend/cpu/operands.h"

namespace lw {
namespace {

/// A transposed block: runs of 256 elements of x become pieces of 64 elements of out, so that both sides move
/// several lines per page.
constexpr int64_t kBlockRows = 256;
constexpr int64_t kBlockColumns = 64;
/// Fewer rows than this make no tile: plain strided reads, which stay in cache because the rows lie side by
/// side.
constexpr int64_t kMinTransposedRows = 4;
constexpr int64_t kShortRun = 512;

class Copy : public Prepared {
 public:
  Copy(const Op& op, const PrepareContext& context)
      : p_(op.as<CopyParams>()),
        operands_(op, context),
        bytes_(static_cast<int64_t>(sizeOf(op.out[0].dtype))) {}

  void run(RunContext& context, const View* in, const View* out) const override {
    const std::byte* x = operands_.get<std::byte>(0, in) + p_.offset * bytes_;
    std::byte* y = out[0].as<std::byte>();
    const Dims& dims = out[0].dims;
    const Dims own = dims.strides();
    Nest<2> nest;  // out, x
    for (int i = 0; i < dims.rank(); ++i) nest.push(dims[i], {own[i], p_.strides[i]});
    nest.finish();
    const int last = nest.rank - 1;
    const int64_t stride = nest.strides[last][1];
    if (stride != 0 && stride != 1)
      for (int i = 0; i < last; ++i)
        if (nest.strides[i][1] == 1 && nest.dims[i] >= kMinTransposedRows)
          return transpose(context, nest, i, x, y);
    if (stride == 1 && last > 0 && nest.dims[last] * bytes_ <= kShortRun)
      return copyRuns(context, nest, x, y);
    parallelRows(context, nest, 2 * bytes_, [&](const auto& at, int64_t begin, int64_t count) {
      copyKernels().strided(static_cast<int>(bytes_), x + (at[1] + begin * stride) * bytes_, stride,
                            y + (at[0] + begin) * bytes_, count);
    });
  }
  const char* algorithm() const override { return "strided"; }

 private:
  /// Short innermost rows (pixels of few channels, those of a flip or an enlarged image): up to two
  /// dimensions of them to a call.
  void copyRuns(RunContext& context, const Nest<2>& nest, const std::byte* x, std::byte* y) const {
    const int last = nest.rank - 1, inner = last >= 2 ? last - 1 : last, cut = last >= 2 ? last - 2 : 0;
    const int64_t bytes = nest.dims[last] * bytes_, n = inner < last ? nest.dims[inner] : 1;
    const auto strides = [&](int operand, int dim) { return nest.strides[dim][operand] * bytes_; };
    parallelRanges(context, nest.count(0, cut + 1), 2 * bytes * n, [&](int64_t begin, int64_t end) {
      while (begin < end) {
        const int64_t rows = std::min(end - begin, nest.dims[cut] - begin % nest.dims[cut]);
        const Cursor<2> at(nest, cut + 1, begin);
        copyKernels().runs({x + at.offset[1] * bytes_,
                            y + at.offset[0] * bytes_,
                            bytes,
                            {rows, n},
                            {strides(1, cut), strides(1, inner)},
                            {strides(0, cut), strides(0, inner)}});
        begin += rows;
      }
    });
  }

  /// Dimension `unit` has stride 1 in x, the innermost one has stride 1 in out: blocks of the two go through
  /// registers.
  void transpose(RunContext& context, const Nest<2>& nest, int unit, const std::byte* x, std::byte* y) const {
    const int last = nest.rank - 1;
    const int64_t rows = nest.dims[unit], columns = nest.dims[last],
                  rowBlocks = (rows + kBlockRows - 1) / kBlockRows,
                  columnBlocks = (columns + kBlockColumns - 1) / kBlockColumns,
                  blocks = rowBlocks * columnBlocks;
    Nest<2> others;
    for (int i = 0; i < last; ++i)
      if (i != unit) others.push(nest.dims[i], nest.strides[i]);
    const int64_t total = others.count(0, others.rank) * blocks;
    const int64_t blockBytes = 2 * bytes_ * std::min(rows, kBlockRows) * std::min(columns, kBlockColumns);
    parallelRanges(context, total, blockBytes, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const Cursor<2> at(others, others.rank, i / blocks);
        // Along out's rows first: its pages are the ones that are written.
        const int64_t r = i % blocks / columnBlocks * kBlockRows, c = i % columnBlocks * kBlockColumns;
        const int64_t from = at.offset[1] + r + c * nest.strides[last][1],
                      to = at.offset[0] + r * nest.strides[unit][0] + c;
        copyKernels().transpose(static_cast<int>(bytes_), x + from * bytes_, nest.strides[last][1],
                                y + to * bytes_, nest.strides[unit][0], std::min(kBlockRows, rows - r),
                                std::min(kBlockColumns, columns - c));
      }
    });
  }

  CopyParams p_;
  Operands<1> operands_;
  int64_t bytes_;
};

}  // namespace

bool supportsCopy(const Op&) { return true; }

std::unique_ptr<Prepared> prepareCopy(const Op& op, const PrepareContext& context) {
  return std::make_unique<Copy>(op, context);
}

}  // namespace lw
