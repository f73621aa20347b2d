#pragma once

#include <vector>

#if defined(__linux__)
#include <sched.h>
#endif

namespace lw {

/// Cores this process may use: the smaller of its affinity mask and its cgroup's CPU quota.
int coresAvailable();
/// Where the calling thread runs; -1 where the system does not tell.
int currentCore();

/// Keeps one thread away from cores that others use. The cores that it may run on otherwise stay the system's
/// or the user's choice.
class CoreChoice {
 public:
  /// From now on the calling thread, always the same one, does not run on these, unless no others are left.
  void avoid(const std::vector<int>& cores);

 private:
#if defined(__linux__)
  cpu_set_t allowed_{}, chosen_{};  // without this class, and with it
#endif
};

}  // namespace lw
