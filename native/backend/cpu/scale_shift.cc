#include "backend/cpu/scale_shift.h"

#include "backend/cpu/kernels/binary.h"
#include "backend/cpu/loops.h"
#include "backend/cpu/operands.h"

namespace lw {
namespace {

/// A few channels are repeated until a row is worth a kernel call.
constexpr int64_t kRepeated = 512;

class ScaleShift : public Prepared {
 public:
  ScaleShift(const Op& op, const PrepareContext& context)
      : operands_(op, context), axis_(op.as<ScaleShiftParams>().axis) {}

  void run(RunContext& context, const View* in, const View* out) const override {
    const Dims& dims = out[0].dims;
    if (dims.size() == 0) return;
    const int64_t channels = dims[axis_], outer = dims.product(0, axis_),
                  inner = dims.product(axis_ + 1, dims.rank());
    const Pointers p{operands_.get<float>(0, in), operands_.get<float>(1, in), operands_.get<float>(2, in),
                     out[0].as<float>()};
    if (inner == 1) return lastAxis(context, p, outer, channels);
    Nest<2> nest;  // x and the channel's parameters
    nest.push(outer, {channels * inner, 0});
    nest.push(channels, {inner, 1});
    nest.push(inner, {1, 0});
    nest.finish();
    parallelRows(context, nest, 2 * sizeof(float), [&](const auto& at, int64_t begin, int64_t count) {
      const int64_t i = at[0] + begin;
      binaryKernels().scaleShift(p.x + i, p.scale + at[1], p.shift + at[1], p.y + i, count, true);
    });
  }
  const char* algorithm() const override { return "elementwise"; }

 private:
  struct Pointers {
    const float *x, *scale, *shift;
    float* y;
  };

  static void lastAxis(RunContext& context, Pointers p, int64_t rows, int64_t channels) {
    const int64_t total = rows * channels, copies = std::max<int64_t>(1, kRepeated / channels),
                  period = copies * channels;
    if (copies > 1) {
      float* repeated = scratchOf<float>(4, 2 * period);
      for (int64_t i = 0; i < period; ++i) {
        repeated[i] = p.scale[i % channels];
        repeated[period + i] = p.shift[i % channels];
      }
      p.scale = repeated;
      p.shift = repeated + period;
    }
    parallelRanges(context, (total + period - 1) / period, period * 2 * sizeof(float),
                   [&](int64_t begin, int64_t end) {
                     for (int64_t i = begin * period; i < std::min(total, end * period); i += period)
                       binaryKernels().scaleShift(p.x + i, p.scale, p.shift, p.y + i,
                                                  std::min(period, total - i), false);
                   });
  }

  Operands<3> operands_;
  int axis_;
};

}  // namespace

bool supportsScaleShift(const Op& op) { return op.in[0].dtype == DType::kFloat32; }

std::unique_ptr<Prepared> prepareScaleShift(const Op& op, const PrepareContext& context) {
  return std::make_unique<ScaleShift>(op, context);
}

}  // namespace lw
