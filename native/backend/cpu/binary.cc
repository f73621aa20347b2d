#include "backend/cpu/binary.h"

#include <cstring>

#include "backend/cpu/kernels/binary.h"
#include "backend/cpu/loops.h"
#include "backend/cpu/operands.h"

namespace lw {
namespace {

/// Short rows of a repeated vector (a bias over three channels) are run as long rows over copies of the
/// vector.
constexpr int64_t kShortRow = 64;
constexpr int64_t kRepeated = 1024;

bool isBytes(DType dtype) { return dtype == DType::kBool || dtype == DType::kUInt8; }

BinaryKernels::Row rowFor(BinaryFn fn, DType dtype, RowMode mode) {
  const BinaryKernels& kernels = binaryKernels();
  return isBytes(dtype) ? kernels.logical(fn, mode) : kernels.row(fn, dtype == DType::kFloat64, mode);
}

/// out, a, b by their strides over the dimensions of out.
Nest<3> nestOf(const Dims& a, const Dims& b, const Dims& out) {
  const auto sa = broadcastStrides(a, out), sb = broadcastStrides(b, out), so = broadcastStrides(out, out);
  Nest<3> nest;
  for (int i = 0; i < out.rank(); ++i) nest.push(out[i], {so[i], sa[i], sb[i]});
  nest.finish();
  return nest;
}

class Binary : public Prepared {
 public:
  Binary(const Op& op, const PrepareContext& context)
      : operands_(op, context), inBytes_(sizeOf(op.in[0].dtype)), outBytes_(sizeOf(op.out[0].dtype)) {
    for (const RowMode mode : {RowMode::kBoth, RowMode::kScalarB, RowMode::kScalarA})
      rows_[static_cast<int>(mode)] = rowFor(op.as<BinaryParams>().fn, op.in[0].dtype, mode);
  }

  void run(RunContext& context, const View* in, const View* out) const override {
    if (out[0].size() == 0) return;
    const std::byte* a = operands_.get<std::byte>(0, in);
    const std::byte* b = operands_.get<std::byte>(1, in);
    std::byte* z = out[0].as<std::byte>();
    Nest<3> nest = nestOf(in[0].dims, in[1].dims, out[0].dims);
    const int last = nest.rank - 1;
    if (nest.rank == 2 && nest.dims[last] < kShortRow && nest.dims[0] > 1) {
      const auto &outer = nest.strides[0], &inner = nest.strides[1];
      const bool repeatsB = outer[2] == 0 && inner[1] == 1, repeatsA = outer[1] == 0 && inner[2] == 1;
      if (inner[1] == 1 && inner[2] == 1 && (repeatsA || repeatsB))
        return runRepeated(context, nest, a, b, z, repeatsA);
    }
    const auto& inner = nest.strides[last];
    const RowMode mode = inner[1] == inner[2] ? RowMode::kBoth
                         : inner[2] == 0      ? RowMode::kScalarB
                                              : RowMode::kScalarA;
    const auto row = rows_[static_cast<int>(mode)];
    parallelRows(context, nest, 2 * inBytes_ + outBytes_, [&](const auto& at, int64_t begin, int64_t count) {
      row(a + (at[1] + begin * inner[1]) * inBytes_, b + (at[2] + begin * inner[2]) * inBytes_,
          z + (at[0] + begin) * outBytes_, count);
    });
  }
  const char* algorithm() const override { return "elementwise"; }

 private:
  void runRepeated(RunContext& context, const Nest<3>& nest, const std::byte* a, const std::byte* b,
                   std::byte* z, bool repeatsA) const {
    const int64_t n = nest.dims[1], copies = kRepeated / n, period = copies * n, total = nest.dims[0] * n;
    std::byte* vector = scratch(4, static_cast<size_t>(period * inBytes_));
    for (int64_t i = 0; i < copies; ++i)
      std::memcpy(vector + i * n * inBytes_, repeatsA ? a : b, static_cast<size_t>(n * inBytes_));
    const auto row = rows_[static_cast<int>(RowMode::kBoth)];
    parallelRanges(context, (total + period - 1) / period, period * (inBytes_ + outBytes_),
                   [&](int64_t begin, int64_t end) {
                     for (int64_t i = begin * period; i < std::min(total, end * period); i += period) {
                       const int64_t count = std::min(period, total - i);
                       row(repeatsA ? vector : a + i * inBytes_, repeatsA ? b + i * inBytes_ : vector,
                           z + i * outBytes_, count);
                     }
                   });
  }

  Operands<2> operands_;
  std::array<BinaryKernels::Row, 3> rows_;
  int64_t inBytes_, outBytes_;
};

}  // namespace

bool supportsBinary(const Op& op) {
  const DType dtype = op.in[0].dtype;
  if (op.in[1].dtype != dtype || !(isFloat(dtype) || isBytes(dtype))) return false;
  // Of byte tensors only truth values: arithmetic on uint8 is the reference's.
  const BinaryFn fn = op.as<BinaryParams>().fn;
  if (isBytes(dtype) && op.out[0].dtype != DType::kBool) return false;
  if ((fn == BinaryFn::kLogicalAnd || fn == BinaryFn::kLogicalOr || fn == BinaryFn::kLogicalXor) &&
      dtype != DType::kBool)
    return false;
  return rowFor(fn, dtype, RowMode::kBoth) != nullptr;
}

std::unique_ptr<Prepared> prepareBinary(const Op& op, const PrepareContext& context) {
  return std::make_unique<Binary>(op, context);
}

}  // namespace lw
