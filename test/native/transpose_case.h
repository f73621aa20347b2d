#pragma once

#include <numeric>

#include "random_case.h"

namespace lw::test {

/// A copy into another order of axes that are long enough to go by tiles.
inline Case transposeCase(Random& random) {
  Dims x;
  while (x.rank() < 4 && !(x.rank() > 1 && random.chance(0.4))) {
    const int64_t most = 60000 / x.size();
    x.push(std::min(most, random.pick<int64_t>({1, 2, 3, 4, 5, 7, 8, 16, 31, 32, 33, 49, 64, 100, 260})));
  }
  const Dims strides = x.strides();
  std::vector<int> order(static_cast<size_t>(x.rank()));
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[static_cast<size_t>(random.integer(0, static_cast<int64_t>(i) - 1))]);
  Dims y;
  List steps;
  for (const int axis : order) y.push(x[axis]), steps.push_back(number(strides[axis]));
  const DType dtype = anyType(random);
  Case c;
  c.spec = {"copy", {{"offset", 0.0}, {"strides", steps}}, {desc(dtype, x)}, {desc(dtype, y)}};
  c.constant = {false};
  c.value = smallValues(dtype);
  return c;
}

}  // namespace lw::test
