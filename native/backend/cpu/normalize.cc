#include "backend/cpu/normalize.h"

#include <cmath>

#include "backend/cpu/operands.h"
#include "backend/cpu/reduction.h"

namespace lw {
namespace {

class Normalize : public Prepared {
 public:
  Normalize(const Op& op, const PrepareContext& context)
      : p_(op.as<NormalizeParams>()), operands_(op, context) {}

  void run(RunContext& context, const View* in, const View* out) const override {
    const float* x = operands_.get<float>(0, in);
    float* y = out[0].as<float>();
    const Reduction reduction(in[0].dims, p_.axes);
    reduction.forUnits(context, [&](int64_t unit, RunContext* inner) {
      const int slot = inner == nullptr ? 0 : 4;
      const int64_t n = reduction.width(unit);
      float* parameters = scratchOf<float>(slot + 1, 3 * n);
      statistics(reduction, inner, x, unit, scratchOf<double>(slot, n), parameters);
      const auto apply = [&](int64_t index) {
        const Reduction::Piece p = reduction.piece(unit, index);
        const bool columns = reduction.columns();
        for (int64_t g = 0; g < p.blocks; ++g) {
          const float* from = x + p.offset + g * p.blockStride;
          float* to = y + p.offset + g * p.blockStride;
          const float* own = parameters + (columns ? g * p.n : g);
          const Standard standard{own, own + n, own + 2 * n};
          if (columns)
            reduceKernels().standardizeColumns(from, to, p.rows, p.stride, p.n, standard);
          else
            for (int64_t r = 0; r < p.rows; ++r)
              reduceKernels().standardizeRow(from + r * p.stride, to + r * p.stride, p.n, standard);
        }
      };
      if (inner != nullptr) return inner->parallelFor(reduction.pieces(), apply);
      for (int64_t index = 0; index < reduction.pieces(); ++index) apply(index);
    });
  }
  const char* algorithm() const override { return "reduction"; }

 private:
  /// parameters: n means, n remainders of the means, n scales.
  void statistics(const Reduction& reduction, RunContext* context, const float* x, int64_t unit,
                  double* totals, float* parameters) const {
    const int64_t n = reduction.width(unit);
    const double count = static_cast<double>(reduction.reduced());
    std::fill(parameters, parameters + 2 * n, 0.0f);
    if (p_.center) reduction.mean(context, x, unit, totals, parameters, parameters + n);
    reduction.accumulate(context, p_.center ? Moment::kCentered : Moment::kSquare, x, unit, parameters,
                         totals);
    for (int64_t j = 0; j < n; ++j)
      parameters[2 * n + j] = static_cast<float>(1.0 / std::sqrt(totals[j] / count + p_.epsilon));
  }

  NormalizeParams p_;
  Operands<1> operands_;
};

}  // namespace

bool supportsNormalize(const Op& op) { return op.in[0].dtype == DType::kFloat32; }

std::unique_ptr<Prepared> prepareNormalize(const Op& op, const PrepareContext& context) {
  return std::make_unique<Normalize>(op, context);
}

}  // namespace lw
