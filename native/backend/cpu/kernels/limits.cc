#include "backend/cpu/kernels/limits.h"

#include <Eigen/Core>

namespace LW_ISA_NS {
namespace {

using Packet = Eigen::internal::packet_traits<float>::type;
constexpr int kLanes = Eigen::internal::packet_traits<float>::size;
constexpr int kChains = 12;

double multiplyAdds(int64_t iterations, float* sink) {
  using namespace Eigen::internal;
  Packet sums[kChains];
  for (int i = 0; i < kChains; ++i) sums[i] = pset1<Packet>(sink[i]);
  const Packet a = pset1<Packet>(sink[12]), b = pset1<Packet>(sink[13]);
  for (int64_t n = 0; n < iterations; ++n)
    for (int i = 0; i < kChains; ++i) sums[i] = pmadd(a, sums[i], b);
  for (int i = 0; i < kChains; ++i) sink[i] = predux(sums[i]);
  return 2.0 * kLanes * kChains * static_cast<double>(iterations);
}

}  // namespace

extern const lw::LimitKernels limitKernels;
const lw::LimitKernels limitKernels = {multiplyAdds};

}  // namespace LW_ISA_NS
