#include "backend/cpu/limits.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

#include "backend/cpu/kernels/limits.h"
#include "base/buffer.h"
#include "base/thread_pool.h"

namespace lw {
namespace {

constexpr int kRounds = 12;
constexpr size_t kCopyBytes = size_t{48} << 20;  ///< per thread and side
constexpr int64_t kIterations = 1 << 20;

/// Units of work per second of the best round: the limit is what was possible once.
template <typename F>
double best(F&& round) {
  double rate = 0;
  for (int i = 0; i < kRounds; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const double work = round();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    rate = std::max(rate, work / seconds.count());
  }
  return rate;
}

}  // namespace

Limits measureLimits() {
  ThreadPool& pool = ThreadPool::instance();
  const int threads = pool.threads();
  const LimitKernels& kernels = limitKernels();
  Limits limits;
  std::vector<double> done(static_cast<size_t>(threads));
  limits.peakGflops = best([&] {
                        pool.parallelFor(threads, [&](int64_t task) {
                          float sink[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0.5f, 1.5f};
                          done[static_cast<size_t>(task)] = kernels.multiplyAdds(kIterations, sink);
                        });
                        double total = 0;
                        for (const double work : done) total += work;
                        return total;
                      }) /
                      1e9;

  std::vector<Buffer> from, to;
  for (int i = 0; i < threads; ++i) {
    from.emplace_back(kCopyBytes);
    to.emplace_back(kCopyBytes);
    std::memset(from.back().data(), i + 1, kCopyBytes);
  }
  limits.copyGBs = best([&] {
                     pool.parallelFor(threads, [&](int64_t task) {
                       const size_t i = static_cast<size_t>(task);
                       std::memcpy(to[i].data(), from[i].data(), kCopyBytes);
                     });
                     return 2.0 * static_cast<double>(kCopyBytes) * threads;
                   }) /
                   1e9;
  return limits;
}

}  // namespace lw
