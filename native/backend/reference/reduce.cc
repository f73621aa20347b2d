#include <algorithm>

#include "backend/reference/dispatch.h"
#include "backend/reference/indexing.h"
#include "backend/reference/reference.h"

namespace lw::reference {
namespace {

/// x as rows: the kept dimensions name a row, the reduced ones an element of it.
struct Rows {
  Dims kept, keptStrides, reduced, reducedStrides;

  Rows(const Dims& x, const std::vector<int>& axes) {
    const Dims strides = x.strides();
    for (int i = 0; i < x.rank(); ++i) {
      const bool isReduced = std::find(axes.begin(), axes.end(), i) != axes.end();
      (isReduced ? reduced : kept).push(x[i]);
      (isReduced ? reducedStrides : keptStrides).push(strides[i]);
    }
  }
};

/// What any reduction of one row needs. Integers wrap in 64 bits, floats accumulate in double.
template <typename T>
struct Row {
  static constexpr bool kFloat = std::is_floating_point_v<T>;
  using Wide = std::conditional_t<kFloat, double, uint64_t>;

  Wide sum = 0, prod = 1;
  T max{}, min{};
  int64_t count = 0, argMax = 0, argMin = 0;
  bool any = false, all = true;

  static bool isNan(T x) {
    if constexpr (kFloat) return std::isnan(x);
    return false;
  }
  void add(T x) {
    sum += static_cast<Wide>(x);
    prod *= static_cast<Wide>(x);
    // The first of equals, and the first NaN.
    if (count == 0 || x > max || (isNan(x) && !isNan(max))) max = x, argMax = count;
    if (count == 0 || x < min || (isNan(x) && !isNan(min))) min = x, argMin = count;
    any = any || x != 0;
    all = all && x != 0;
    ++count;
  }
};

/// Calls body(element) for every element of one row.
template <typename T, typename Body>
void forRow(const Rows& rows, const T* row, Body&& body) {
  forEach(rows.reduced, [&](const Index& index) { body(row[at(index, rows.reducedStrides)]); });
}

/// The sum of squared distances from `center`.
template <typename T>
double squares(const Rows& rows, const T* row, double center) {
  double sum = 0;
  forRow(rows, row,
         [&](T x) { sum += (static_cast<double>(x) - center) * (static_cast<double>(x) - center); });
  return sum;
}

template <typename T>
void store(const ReduceParams& p, const Rows& rows, const T* row, const View& out, int64_t i) {
  Row<T> r;
  forRow(rows, row, [&](T x) { r.add(x); });
  const double count = static_cast<double>(r.count);
  const double sum = static_cast<double>(r.sum);
  switch (p.fn) {
    case ReduceFn::kSum:
      out.as<T>()[i] = static_cast<T>(r.sum);
      break;
    case ReduceFn::kProd:
      out.as<T>()[i] = static_cast<T>(r.prod);
      break;
    case ReduceFn::kMax:
      out.as<T>()[i] = r.max;
      break;
    case ReduceFn::kMin:
      out.as<T>()[i] = r.min;
      break;
    case ReduceFn::kArgMax:
      out.as<int32_t>()[i] = static_cast<int32_t>(r.argMax);
      break;
    case ReduceFn::kArgMin:
      out.as<int32_t>()[i] = static_cast<int32_t>(r.argMin);
      break;
    case ReduceFn::kAny:
      out.as<uint8_t>()[i] = r.any;
      break;
    case ReduceFn::kAll:
      out.as<uint8_t>()[i] = r.all;
      break;
    // Floats only: makeOp refuses the others.
    case ReduceFn::kMean:
      out.as<T>()[i] = static_cast<T>(sum / count);
      break;
    case ReduceFn::kVariance:
      out.as<T>()[i] = static_cast<T>(squares(rows, row, sum / count) / count);
      break;
    case ReduceFn::kSumSquare:
      out.as<T>()[i] = static_cast<T>(squares(rows, row, 0));
      break;
  }
}

}  // namespace

void runReduce(const Op& op, const View* in, const View* out) {
  const auto& p = op.as<ReduceParams>();
  const Rows rows(in[0].dims, p.axes);
  byType(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    int64_t i = 0;
    forEach(rows.kept, [&](const Index& index) {
      store(p, rows, in[0].as<T>() + at(index, rows.keptStrides), out[0], i++);
    });
  });
}

}  // namespace lw::reference
