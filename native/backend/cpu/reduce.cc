#include "backend/cpu/reduce.h"

#include <cmath>

#include "backend/cpu/operands.h"
#include "backend/cpu/reduction.h"

namespace lw {
namespace {

Moment momentOf(ReduceFn fn) {
  switch (fn) {
    case ReduceFn::kMax:
      return Moment::kMax;
    case ReduceFn::kMin:
      return Moment::kMin;
    case ReduceFn::kSumSquare:
      return Moment::kSquare;
    default:
      return Moment::kSum;
  }
}

/// sum, mean, sumSquare, variance, max, min.
class Reduce : public Prepared {
 public:
  Reduce(const Op& op, const PrepareContext& context) : p_(op.as<ReduceParams>()), operands_(op, context) {}

  void run(RunContext& context, const View* in, const View* out) const override {
    const float* x = operands_.get<float>(0, in);
    float* y = out[0].as<float>();
    const Reduction reduction(in[0].dims, p_.axes);
    const double count = static_cast<double>(reduction.reduced());
    reduction.forUnits(context, [&](int64_t unit, RunContext* inner) {
      const int64_t n = reduction.width(unit);
      double* totals = scratchOf<double>(inner == nullptr ? 0 : 4, n);
      float* to = y + reduction.firstOutput(unit);
      if (p_.fn == ReduceFn::kVariance) {
        float* means = scratchOf<float>(inner == nullptr ? 1 : 5, 2 * n);
        reduction.mean(inner, x, unit, totals, means, means + n);
        reduction.accumulate(inner, Moment::kCentered, x, unit, means, totals);
      } else {
        reduction.accumulate(inner, momentOf(p_.fn), x, unit, nullptr, totals);
      }
      const bool divides = p_.fn == ReduceFn::kMean || p_.fn == ReduceFn::kVariance;
      reduceKernels().finish(totals, divides ? 1 / count : 1, to, n);
    });
  }
  const char* algorithm() const override { return "reduction"; }

 private:
  ReduceParams p_;
  Operands<1> operands_;
};

/// argMax and argMin: x is [outer, length, inner].
class ArgReduce : public Prepared {
 public:
  ArgReduce(const Op& op, const PrepareContext& context)
      : p_(op.as<ReduceParams>()), operands_(op, context) {}

  void run(RunContext& context, const View* in, const View* out) const override {
    const Dims& dims = in[0].dims;
    const int axis = p_.axes[0];
    const int64_t outer = dims.product(0, axis), length = dims[axis],
                  inner = dims.product(axis + 1, dims.rank());
    const float* x = operands_.get<float>(0, in);
    int32_t* y = out[0].as<int32_t>();
    const bool isMax = p_.fn == ReduceFn::kArgMax;
    const int64_t blocks = (inner + kMaxColumns - 1) / kMaxColumns;
    parallelRanges(
        context, outer * blocks, length * std::min(inner, kMaxColumns) * 4, [&](int64_t begin, int64_t end) {
          for (int64_t i = begin; i < end; ++i) {
            const int64_t first = i % blocks * kMaxColumns, n = std::min(kMaxColumns, inner - first);
            const float* from = x + i / blocks * length * inner + first;
            int32_t* to = y + i / blocks * inner + first;
            if (inner == 1)
              *to = static_cast<int32_t>(reduceKernels().argRow(isMax, from, length));
            else
              reduceKernels().argColumns(isMax, from, length, inner, n, scratchOf<float>(0, n), to);
          }
        });
  }
  const char* algorithm() const override { return "positions"; }

 private:
  ReduceParams p_;
  Operands<1> operands_;
};

bool isArg(ReduceFn fn) { return fn == ReduceFn::kArgMax || fn == ReduceFn::kArgMin; }

}  // namespace

bool supportsReduce(const Op& op) {
  const ReduceFn fn = op.as<ReduceParams>().fn;
  return op.in[0].dtype == DType::kFloat32 && fn != ReduceFn::kProd && fn != ReduceFn::kAny &&
         fn != ReduceFn::kAll;
}

std::unique_ptr<Prepared> prepareReduce(const Op& op, const PrepareContext& context) {
  if (isArg(op.as<ReduceParams>().fn)) return std::make_unique<ArgReduce>(op, context);
  return std::make_unique<Reduce>(op, context);
}

}  // namespace lw
