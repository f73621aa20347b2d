#include "base/dims.h"

#include <cstdint>
#include <vector>

#include "check.h"

using lw::checkedAdd;
using lw::checkedMul;
using lw::Code;
using lw::Dims;
using lw::test::throws;

int main() {
  const Dims dims{2, 3, 5};
  CHECK(dims.rank() == 3 && dims.size() == 30 && dims.back() == 5);
  CHECK(dims.strides() == (Dims{15, 5, 1}));
  CHECK(dims.product(1, 3) == 15 && dims.product(1, 1) == 1);
  CHECK(dims.toString() == "[2, 3, 5]");
  CHECK(Dims{}.size() == 1);
  CHECK((Dims{4, 0, 7}).size() == 0);

  // Sizes whose product does not fit 64 bits must be an error and never a small buffer.
  const int64_t big = int64_t{1} << 32;
  CHECK(checkedMul(big, 3) == 3 * big);
  CHECK(throws(Code::kShape, [&] { checkedMul(big, big); }));
  CHECK(throws(Code::kShape, [&] { checkedAdd(INT64_MAX, 1); }));
  CHECK(throws(Code::kShape, [&] { (Dims{big, big, 2}).size(); }));
  CHECK(throws(Code::kShape, [] { Dims dims(std::vector<int64_t>(17, 1)); }));
  return lw::test::failures;
}
