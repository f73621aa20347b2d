#include "plan/watch.h"

namespace lw {

void NodeTimes::share(int first, int last, Clock::duration time) {
  double total = 0;
  for (int node = first; node < last; ++node) total += static_cast<double>(at(node));
  if (total <= 0) return;
  const double scale = static_cast<double>(count(time)) / total;
  for (int node = first; node < last; ++node)
    at(node) = static_cast<int64_t>(static_cast<double>(at(node)) * scale);
}

}  // namespace lw
